import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { sendCommand, startSocketSlack } from '../support/socket-slack.ts'
import { apiKey, startWorld, type World } from '../support/world.ts'

/** What people are shown as text, in direct messages with Ana, who is an admin. */
const toldAna = (world: World) => JSON.stringify(world.messages(world.directMessages(world.ana.id)))
const read = async (world: World, path: string) => (await fetch(`${world.botUrl}${path}`)).text()
const event = (eventId: string) => ({ event: 'domain.expired', eventId, data: { domain: `${eventId}.com` } })

/** Half a minute passes in half a second. */
const hurried = { monotonic: () => performance.now() * 60 }

test('a CMR key that is refused while the bot runs is told to the admins once; webhooks are stored, and a new key ends it', async () => {
  const world = await startWorld(hurried)
  await world.control('faults', { endpoint: 'wallet.get', fault: '401' })
  await eventually(() => expect(toldAna(world)).toMatch(/CMR refuses the API key \(401\).*set CMR_API_KEY/))
  expect(await read(world, '/readyz')).toMatch(/"name":"CMR"[^}]*"ok":false[^}]*CMR refuses the API key/)
  expect(await read(world, '/metrics')).toMatch(/cmr_part_up\{part="CMR"\} 0/)
  await world.say('/cmr status')
  await world.sees(/CMR: CMR refuses the API key/)
  expect(await world.webhook(event('while'))).toBe(200)
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('while.com'))

  await world.control('faults/clear', {})
  await eventually(() => expect(toldAna(world)).toMatch(/accepts the bot’s key again/))
  expect(world.messages(world.directMessages(world.ana.id))).toHaveLength(2)
  await world.restart()
  expect(await read(world, '/metrics')).toMatch(/cmr_part_up\{part="CMR"\} 1/)
})

test('a bot token that is refused shows where no token is needed; webhooks are stored and alerted after the restart', async () => {
  const world = await startWorld(hurried)
  await world.say('/cmr help')
  world.slack.fault = { says: 'token_revoked', of: /./ }
  expect(await world.webhook(event('revoked'))).toBe(200)
  await eventually(async () => {
    expect((await fetch(`${world.botUrl}/readyz`)).status).toBe(503)
    expect(await read(world, '/readyz')).toMatch(/Slack refuses the bot token \(token_revoked\)/)
  })
  expect(await read(world, '/metrics')).toMatch(/cmr_part_up\{part="Slack"\} 0/)
  // By the response_url, which needs none.
  await world.say('/cmr status')
  await world.sees(/Slack refuses the bot token \(token_revoked\): reinstall the app and set SLACK_BOT_TOKEN/)
  expect(world.messages(world.alerts.id)).toEqual([])

  world.slack.fault = 'well'
  await world.restart()
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('revoked.com'))
  expect((await fetch(`${world.botUrl}/readyz`)).status).toBe(200)
})

test('a CMR key that is revoked is replaced by a new one with a restart; its webhooks were stored meanwhile', async () => {
  const world = await startWorld({ ...hurried, env: { CMR_WEBHOOK_SECRET: `${apiKey}, next-key` } })
  await world.control('key', { apiKey: 'next-key' })
  await world.say('/cmr wallet get')
  await world.sees(/CMR.*(refuses|rejected|key)/)
  await eventually(() => expect(toldAna(world)).toMatch(/CMR refuses the API key \(401\)/))
  expect(await world.webhook(event('between'), { secret: 'next-key' })).toBe(200)
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('between.com'))

  world.env.CMR_API_KEY = 'next-key'
  await world.restart()
  await eventually(async () => expect(await read(world, '/metrics')).toMatch(/cmr_part_up\{part="CMR"\} 1/))
  await world.say('/cmr wallet get')
  await world.sees(/The wallet holds \$/)
})

test('an app token that is revoked is told to the admins; commands come back with a new one, and nothing was lost', async () => {
  const slack = await startSocketSlack()
  const world = await startWorld({
    ...hurried,
    env: { SLACK_APP_TOKEN: 'xapp-old', SLACK_API_URL: slack.url },
  })
  const first = await slack.connected
  slack.refuse('token_revoked')
  first.close()
  await eventually(() => expect(slack.posted()).toMatch(/Slack refuses the app token \(token_revoked\)/))
  await eventually(async () => expect((await fetch(`${world.botUrl}/readyz`)).status).toBe(503))
  expect(await read(world, '/metrics')).toMatch(/cmr_part_up\{part="Socket Mode"\} 0/)
  // The bot token is another one: alerts go on.
  expect(await world.webhook(event('meanwhile'))).toBe(200)
  await eventually(() => expect(slack.posted()).toContain('meanwhile.com'))

  slack.refuse(undefined)
  world.env.SLACK_APP_TOKEN = 'xapp-new'
  await world.restart()
  const [again] = await eventually(() => {
    expect(slack.open()).toHaveLength(1)
    return slack.open()
  })
  if (!again) throw new Error('There is no connection')
  const acknowledged = sendCommand(again, 'E1', 'help')
  await eventually(() => expect(acknowledged).toMatchObject([{ envelope_id: 'E1' }]))
  expect(await read(world, '/metrics')).toMatch(/cmr_part_up\{part="Socket Mode"\} 1/)
})

test('a bot that is stopped while Slack opens its connection keeps none', async () => {
  const slack = await startSocketSlack()
  const release = slack.hold()
  const world = await startWorld({
    ...hurried,
    env: { SLACK_APP_TOKEN: 'xapp-old', SLACK_API_URL: slack.url },
  })
  await eventually(() => expect(slack.asked()).toBe(1))
  await world.stop()
  release()
  await slack.connected
  await eventually(() => expect(slack.open()).toEqual([]))
})
