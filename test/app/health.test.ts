import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const ready = async (world: World) => {
  const answer = await fetch(`${world.botUrl}/readyz`)
  return { status: answer.status, text: await answer.text() }
}

test('I read in the status that nothing is posted, though everything runs', async () => {
  const world = await startWorld({ env: { CMR_ALERTS_CHANNEL: '' } })
  await world.say('/cmr status')
  await world.sees(/large_yellow_circle: Alerts channel: needs attention.*CMR_ALERTS_CHANNEL is not set/)
  expect((await ready(world)).status).toBe(200)
})

test('CMR being away is told, and takes nobody out of service; a revoked token does', async () => {
  const world = await startWorld()
  expect(await ready(world)).toMatchObject({ status: 200, text: expect.stringMatching(/signed in as U/) })
  await world.control('faults', { endpoint: 'wallet.get', fault: '401' })
  await world.say('/cmr status')
  await world.sees(/large_yellow_circle: CMR: needs attention/)
  expect((await ready(world)).status).toBe(200)

  // Long after the first sign-in, which must not be what is repeated.
  world.slack.fault = { says: 'token_revoked', of: /auth\.test/ }
  await eventually(async () =>
    expect(await ready(world)).toMatchObject({
      status: 503,
      text: expect.stringContaining('Slack refuses the bot token (token_revoked)'),
    }),
  )
  world.slack.fault = 'well'
  await eventually(async () => expect((await ready(world)).status).toBe(200))
}, 90_000)

test('a missing users:read is told by the status and by /readyz, and takes nobody out of service', async () => {
  const world = await startWorld()
  world.slack.fault = { says: 'missing_scope', of: /users\.info/ }
  expect(await ready(world)).toMatchObject({
    status: 200,
    text: expect.stringMatching(/Members.*lacks the scope users:read/),
  })
  await world.say('/cmr status')
  await world.sees(/large_yellow_circle: Members: needs attention.*users:read.*OAuth &amp; Permissions/)
  world.slack.fault = 'well'
  await world.say('/cmr status')
  await world.sees(/Slack reports who is a member/)
})

test('Slack being away takes nobody out of service: webhooks are taken all the same', async () => {
  const world = await startWorld()
  world.slack.fault = 'away'
  await eventually(async () =>
    expect(await ready(world)).toMatchObject({
      status: 200,
      text: expect.stringContaining('Slack does not answer'),
    }),
  )
  expect(await world.webhook({ event: 'domain.expired', eventId: 'away', data: {} })).toBe(200)
})

test('Prometheus is answered while the store is not, and the bot lives on', async () => {
  const world = await startWorld()
  const metrics = async () => {
    const answer = await fetch(`${world.botUrl}/metrics`, { signal: AbortSignal.timeout(3000) })
    return { status: answer.status, text: await answer.text() }
  }
  expect((await metrics()).text).toContain('cmr_alerts_waiting 0')
  const db = new DatabaseSync(String(world.env.DATABASE_URL).replace('file:', ''))
  db.exec('alter table outbox rename to lost')
  const without = await metrics()
  expect(without.status).toBe(200)
  expect(without.text).toMatch(/cmr_alerts_waiting nan/i)
  expect(without.text).toContain('cmr_part_up{part="Slack"} 1')
  db.exec('alter table lost rename to outbox')
  db.close()
  expect((await metrics()).text).toContain('cmr_alerts_waiting 0')
})
