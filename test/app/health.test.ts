import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const ready = async (world: World) => {
  const answer = await fetch(`${world.botUrl}/readyz`)
  return { status: answer.status, text: await answer.text() }
}

test('the status says what works; why something does not, it says to admins only', async () => {
  const world = await startWorld({ env: { CMR_ALERTS_CHANNEL: '' } })
  await world.say('/cmr status')
  await world.sees(/large_yellow_circle: Alerts: needs attention.*CMR_ALERTS_CHANNEL is not set/)
  await world.say('/cmr status', world.vera.id)
  const read = await eventually(() => {
    const [status] = world.messages(world.ops.id).filter(({ ephemeralFor }) => ephemeralFor === world.vera.id)
    return JSON.stringify(status?.blocks.length ? status : undefined).toString()
  })
  expect(read).toMatch(/\*Alerts\* {2}Some alerts may be late or missing\..*Admins see the causes here/)
  expect(read).toMatch(/white_check_mark: \*Commands and forms\* {2}Slack and CMR answer/)
  expect(read).not.toMatch(/CMR_|Store|Delivery|Receipts|Follow-ups|Settings/)
  expect((await ready(world)).status).toBe(200)
})

test('CMR being away is told, and takes nobody out of service; a revoked token does', async () => {
  // What a check says is kept for some seconds.
  const world = await startWorld({ monotonic: () => performance.now() * 20 })
  expect(await ready(world)).toMatchObject({ status: 200, text: expect.stringMatching(/signed in as U/) })
  await world.control('faults', { endpoint: 'wallet.get', fault: '401' })
  // The status shares a look that is under way, which may have begun before the fault.
  await eventually(async () => expect((await ready(world)).text).toMatch(/CMR refuses the API key/))
  await world.say('/cmr status')
  await world.sees(/large_yellow_circle: Commands and forms: needs attention.*CMR: /)
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
})

test('a missing users:read is told by the status and by /readyz, and takes nobody out of service', async () => {
  // From the start: /readyz repeats for a minute what the bot has seen by itself, or for somebody else.
  const world = await startWorld({ withBot: false })
  world.slack.fault = { says: 'missing_scope', of: /users\.info/ }
  await world.start()
  expect(await ready(world)).toMatchObject({
    status: 200,
    text: expect.stringMatching(/Members.*lacks the scope users:read/),
  })
  await world.say('/cmr status')
  await world.sees(
    /large_yellow_circle: Commands and forms: needs attention.*Members: .*users:read.*OAuth &amp; Permissions/,
  )
  world.slack.fault = 'well'
  await world.say('/cmr status')
  await world.sees(/Commands and forms\* {2}Slack and CMR answer/)
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
