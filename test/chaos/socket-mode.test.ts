import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { eventually } from '../support/eventually.ts'
import { startProcess } from '../support/process.ts'
import { sendCommand, startSocketSlack } from '../support/socket-slack.ts'
import { startWorld, type World } from '../support/world.ts'

/** Sends `/cmr help`. @returns what is acknowledged from now on */
const sendHelp = (socket: WebSocket, id: string) => sendCommand(socket, id, 'help')

const helped = (envelope_id: string) => [{ envelope_id, payload: { text: 'Commands of /cmr' } }]

const ready = async (world: World) => {
  const answer = await fetch(`${world.botUrl}/readyz`)
  return { status: answer.status, text: await answer.text() }
}

const webhook = (world: World, eventId: string) =>
  world.webhook({ event: 'domain.expired', eventId, data: {} })

test('in Socket Mode a command arrives by envelope, is acknowledged with its answer, and webhooks come by HTTP', async () => {
  const slack = await startSocketSlack()
  const world = await startWorld({ env: { SLACK_APP_TOKEN: 'xapp-test', SLACK_API_URL: slack.url } })
  const acknowledged = sendHelp(await slack.connected, 'E1')
  await eventually(() => expect(acknowledged).toMatchObject(helped('E1')))
  expect(await webhook(world, 's1')).toBe(200)
  expect((await fetch(`${world.botUrl}/healthz`)).status).toBe(200)
  // HOST holds in this mode, too: another address of this machine is not listened on.
  const refused = new Promise((resolve) => {
    connect(Number(world.env.PORT), '127.0.0.2').once('error', resolve)
  })
  expect(await refused).toMatchObject({ code: 'ECONNREFUSED' })
})

test('an app token that is revoked is told; webhooks are taken, and commands come back with the next token', async () => {
  const slack = await startSocketSlack()
  const world = await startWorld({
    withBot: false,
    env: { SLACK_APP_TOKEN: 'xapp-test', SLACK_API_URL: slack.url },
  })
  slack.refuse('invalid_auth')
  const child = await startProcess(world)
  const told = (word: string) =>
    eventually(async () =>
      expect(await ready(world)).toMatchObject({
        status: 503,
        text: expect.stringContaining(`Slack refuses the app token (${word})`),
      }),
    )
  await told('invalid_auth')
  expect(await webhook(world, 'r1')).toBe(200)

  slack.refuse(undefined)
  const first = await slack.connected
  await eventually(async () => expect((await ready(world)).status).toBe(200))

  // Revoked while the bot runs: Slack closes the connection and gives no other.
  slack.refuse('token_revoked')
  first.close()
  await told('token_revoked')
  expect(await webhook(world, 'r2')).toBe(200)
  // By the bot token, which is another one: an admin knows within a minute.
  await vi.waitFor(
    () => expect(slack.posted()).toMatch(/Slack refuses the app token \(token_revoked\)/),
    60_000,
  )
  expect(child.exitCode).toBe(null)
}, 150_000)

test('a connection that is lost is tried again, however often Slack does not answer', async () => {
  const slack = await startSocketSlack()
  const world = await startWorld({ env: { SLACK_APP_TOKEN: 'xapp-test', SLACK_API_URL: slack.url } })
  const first = await slack.connected
  slack.refuse('broken')
  first.terminate()
  const asked = slack.asked()
  await eventually(() => expect(slack.asked()).toBeGreaterThanOrEqual(asked + 2))
  expect(await ready(world)).toMatchObject({
    status: 200,
    text: expect.stringMatching(/Socket Mode.*not connected/),
  })
  slack.refuse(undefined)
  const [again] = await eventually(() => {
    expect(slack.open()).toHaveLength(1)
    return slack.open()
  })
  if (!again) throw new Error('There is no connection')
  // Slack asks for a new connection from time to time, as when it moves one ("Using Socket Mode").
  again.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }))
  await eventually(() => expect(slack.open().filter((one) => one !== again)).toHaveLength(1))
  const [last] = slack.open().filter((one) => one !== again)
  if (!last) throw new Error('There is no connection')
  await eventually(async () => expect((await ready(world)).text).toMatch(/connected since/))
  const acknowledged = sendHelp(last, 'E2')
  await eventually(() => expect(acknowledged).toMatchObject(helped('E2')))
}, 90_000)

test('what the SDK rejects and nobody catches is logged, counted and told, and ends nothing', async () => {
  const slack = await startSocketSlack()
  const world = await startWorld({
    withBot: false,
    env: { SLACK_APP_TOKEN: 'xapp-test', SLACK_API_URL: slack.url },
  })
  const child = await startProcess(world)
  const socket = await slack.connected
  // The SDK reads the type of each in an async function that nobody waits for.
  for (const odd of [
    'null',
    '{"type":"events_api"}',
    '{"type":"events_api","payload":{}}',
    '"text"',
    '7',
    '{',
  ])
    socket.send(odd)
  await eventually(async () =>
    expect(await (await fetch(`${world.botUrl}/metrics`)).text()).toMatch(/^cmr_unexpected_errors [1-9]/m),
  )
  expect(await ready(world)).toMatchObject({
    status: 200,
    text: expect.stringMatching(/unexpected errors? since the start/),
  })
  const acknowledged = sendHelp(socket, 'E3')
  await eventually(() => expect(acknowledged).toMatchObject(helped('E3')))
  expect(await webhook(world, 'u1')).toBe(200)
  expect(child.exitCode).toBe(null)
})
