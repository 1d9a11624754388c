import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { REMOVED } from '../../src/process/seen-secrets.ts'
import { textOf } from '../support/alerts.ts'
import { choose, initialOf } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { sendCommand, startSocketSlack } from '../support/socket-slack.ts'
import { startWorld, type World } from '../support/world.ts'

const canary = 'Canary-9Q-form-7x'

/** The bot learns the canary as a mailbox's password. */
const learn = (world: World) =>
  world.webhook({
    event: 'mailbox.created',
    eventId: 'E1',
    data: { email: 'jane@acme.com', mailboxId: 'M1', password: canary },
  })

test('a password that stands in a customer’s name is in no form, picker, error or acknowledgement', async () => {
  const world = await startWorld()
  const [{ userId }] = await world.look('users')
  const company = `Leaky ${canary} Ltd.`
  await world.say(`/cmr users update ${userId}`)
  await world.opened()
  await world.submit({ company })
  await eventually(async () => expect((await world.look('users'))[0].company).toBe(company))
  await world.say('/cmr users list')
  await world.sees(/Leaky/)
  expect(await learn(world)).toBe(200)
  const before = world.messages(world.ops.id).length

  // What a form holds is what CMR has: saved again, nothing changes. What is read around it is scrubbed.
  await world.say(`/cmr users update ${userId}`)
  const form = await world.opened()
  expect(initialOf(form).company).toBe(company)
  await world.interactions.close(world.ana.id)

  await world.say('/cmr mailboxes list')
  const picking = await world.opened()
  const asked = { action_id: 'form.userId', block_id: 'userId', value: 'leaky' }
  const options = await world.interactions.options(
    { person: world.ana.id, view: picking.id, values: {} },
    asked,
  )
  expect(options).toMatchObject({ options: [{ value: userId }] })
  expect(JSON.stringify(options)).toContain(`Leaky ${REMOVED}`)
  await world.interactions.close(world.ana.id)

  // A confirmation names the customer.
  await world.say(`/cmr users delete ${userId}`)
  const confirming = await world.opened()
  expect(JSON.stringify(confirming.blocks)).toContain(`Leaky ${REMOVED}`)
  expect(JSON.stringify(confirming.blocks)).not.toContain(canary)
  await world.interactions.close(world.ana.id)

  // A field is told that it is wrong by what was typed.
  await world.say('/cmr mailboxes list')
  await world.opened()
  const refused = await world.submit({ userId: `nobody ${canary}` })
  await world.say(`/cmr ${canary} ${canary}`)
  await world.say(`/cmr users get ${canary}@nowhere.com`)
  await eventually(() => expect(world.messages(world.ops.id).length).toBeGreaterThan(before + 1))
  const shown = [refused, world.messages(world.ops.id).slice(before), world.modalOf(world.ana.id)?.blocks]
  expect(JSON.stringify(shown)).toContain(REMOVED)
  expect(JSON.stringify(shown)).not.toContain(canary)
})

test('what somebody has typed survives in a form that is shown again, although it is a password', async () => {
  const world = await startWorld()
  await learn(world)
  await world.say('/cmr users create')
  await world.opened()
  await choose(world, 'country', { company: `Odd ${canary}`, country: 'US' })
  const form = await world.opened(world.ana.id, (view) => JSON.stringify(view.blocks).includes(':US'))
  expect(initialOf(form).company).toBe(`Odd ${canary}`)
})

test('an acknowledgement by Socket Mode is scrubbed', async () => {
  const slack = await startSocketSlack()
  const world = await startWorld({ env: { SLACK_APP_TOKEN: 'xapp-test', SLACK_API_URL: slack.url } })
  const socket = await slack.connected
  await learn(world)
  const acknowledged = sendCommand(socket, 'E1', `users list --${canary} what`)
  await eventually(() => expect(JSON.stringify(acknowledged)).toContain(REMOVED))
  expect(JSON.stringify(acknowledged)).not.toContain(canary)
})

const login = /pw-[A-Z0-9]{10}/

/** A response_url, and what it was told. */
async function responseUrl(status: number) {
  const told: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    told.push(body)
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, told }
}

async function askForLogin(world: World, response_url: string) {
  const [{ email }] = await world.look('mailboxes')
  const from = { user_id: world.ana.id, team_id: world.team, channel_id: world.ops.id }
  const text = `mailboxes admin ${email}`
  await world.send({ command: '/cmr', text, ...from, trigger_id: '1.1', response_url })
}

test('a login goes by the response_url as it is, and everything else scrubbed', async () => {
  const world = await startWorld()
  const { url, told } = await responseUrl(200)
  await askForLogin(world, url)
  await eventually(() => expect(told.join()).toMatch(login))
  expect(JSON.parse(told[0] ?? '')).toMatchObject({ response_type: 'ephemeral' })
  const password = login.exec(told[0] ?? '')?.[0] ?? ''
  // Now it is a secret that the bot has seen.
  const from = { user_id: world.ana.id, team_id: world.team, channel_id: world.ops.id }
  const text = `users get ${password}@x.com`
  await world.send({ command: '/cmr', text, ...from, trigger_id: '1.1', response_url: url })
  await eventually(() => expect(told).toHaveLength(2))
  expect(told[1]).not.toContain(password)
  expect(JSON.stringify(world.everything())).not.toMatch(login)
})

test('a login whose response_url is used up is shown ephemerally, or where Slack refuses that, not at all', async () => {
  const world = await startWorld()
  const { url, told } = await responseUrl(404)
  await askForLogin(world, url)
  await world.sees(login)
  expect(told).toHaveLength(1)
  const all = () => world.everything().messages.filter((one) => login.test(JSON.stringify(one)))
  expect(all().map((one) => one.ephemeralFor)).toEqual([world.ana.id])
  world.slack.fault = { says: 'not_in_channel', of: /postEphemeral/ }
  await askForLogin(world, url)
  await eventually(() =>
    expect(textOf(world, world.directMessages(world.ana.id))).toContain('a login is never sent as a message'),
  )
  expect(all()).toHaveLength(1)
})

test('a login that Slack does not show ephemerally is shown in the form that it was asked for in', async () => {
  const world = await startWorld()
  const [{ email }] = await world.look('mailboxes')
  world.slack.fault = { says: 'channel_not_found', of: /postEphemeral/ }
  await world.say('/cmr mailboxes admin')
  await world.opened()
  await world.submit({ mailboxId: email })
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(login))
  expect(JSON.stringify(world.everything().messages)).not.toMatch(login)
  await world.interactions.close(world.ana.id)
})

test('a login that a form or a button without a channel asks for is shown in a form', async () => {
  const world = await startWorld()
  const [{ email }] = await world.look('mailboxes')
  await world.interactions.openHome(world.ana.id)
  const home = await eventually(() => world.home(world.ana.id) ?? Promise.reject(new Error('no Home')))
  const press = (value: string) =>
    world.interactions.act(
      { person: world.ana.id, view: home.id, values: {} },
      { type: 'button', action_id: 'mailboxes.admin', block_id: 'b', value },
    )
  await press('')
  await world.opened()
  await world.submit({ mailboxId: email })
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(login))
  await world.interactions.close(world.ana.id)
  await press(email)
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(login))
  expect(JSON.stringify(world.everything().messages)).not.toMatch(login)
})
