import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

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
