import { expect, test } from 'vitest'
import { inStore, reads } from '../support/alerts.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { doctor } from '../support/doctor.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

const event = (
  eventId: string,
  name = 'subscription.past_due',
  data: object = { domain: `${eventId}.com` },
) => ({ event: name, eventId, data })

test('one event sent a hundred times at once is one alert', async () => {
  const world = await startWorld()
  const answers = await Promise.all(Array.from({ length: 100 }, () => world.webhook(event('once'))))
  expect(answers).toEqual(Array.from({ length: 100 }, () => 200))
  await world.webhook(event('after'))
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('after.com'))
  expect(world.messages(world.alerts.id)).toHaveLength(2)
})

test('what is not CMR’s is refused, and nothing of it is kept', async () => {
  const world = await startWorld()
  const now = Date.now()
  expect(await world.webhook(event('a'), { secret: 'wrong' })).toBe(401)
  expect(await world.webhook(event('b'), { now: new Date(now - 6 * 60_000) })).toBe(401)
  expect(await world.webhook(null, { body: 'x'.repeat(1024 * 1024 + 1) })).toBe(413)
  expect(await world.webhook(null, { body: 'not json' })).toBe(400)
  expect(await world.webhook({ data: {} })).toBe(400)
  expect(await world.webhook({ event: 'brand.new', data: { n: 1 } })).toBe(200)
  expect(await world.webhook({ event: 'brand.new', data: { n: 1 } })).toBe(200)
  await eventually(() => expect(world.messages(world.alerts.id)).toHaveLength(1))
  expect(JSON.stringify(world.messages(world.alerts.id))).toMatch(/brand\.new.*does not support/s)
})

test.each(dialects)('no text that CMR may send takes the events beside it down, on %s', async (dialect) => {
  const world = await startWorld({ env: { DATABASE_URL: await testUrl(dialect) } })
  const half = String.raw`half an emoji \ud83d`
  const bodies = [
    `{"event":"${half}","eventId":"HALF1"}`,
    `{"event":"domain.expired","eventId":"HALF2","data":{"domainName":"${half}"}}`,
    String.raw`{"event":"nul \u0000","eventId":"\ud83d"}`,
    '{"event":" ","eventType":"mailbox.warmup.started","data":{"email":"a@warm.com"}}',
    JSON.stringify(event('beside')),
  ]
  const answers = await Promise.all(bodies.map((body) => world.webhook(null, { body })))
  expect(answers).toEqual(bodies.map(() => 200))
  for (const told of ['half an emoji', 'nul', 'a@warm.com', 'beside.com'])
    await reads(world, world.alerts.id, told)
})

test('an event without an id is told once while CMR tries, and again when it has happened again', async () => {
  let now = Date.now()
  const world = await startWorld({ clock: () => new Date(now) })
  const tell = async (minutes: number) => {
    now += minutes * 60_000
    const event = { eventType: 'mailbox.warmup.started', data: { mailboxId: 'MB1', email: 'a@warm.com' } }
    expect(await world.webhook(event, { now: new Date(now) })).toBe(200)
    return inStore(world, 'select event_id from events').length
  }
  expect([await tell(0), await tell(1), await tell(5)]).toEqual([1, 1, 1])
  expect([await tell(3 * 24 * 60), await tell(30), await tell(29)]).toEqual([2, 2, 2])
  expect([await tell(90), await tell(59)]).toEqual([3, 3])
})

test('thirty mailboxes that become ready are a few messages that name every one', async () => {
  const world = await startWorld()
  const emails = Array.from({ length: 30 }, (_, at) => `box${at}@acme.com`)
  await Promise.all(emails.map((email) => world.webhook(event(email, 'mailbox.created', { email }))))
  await eventually(() => {
    const read = JSON.stringify(world.messages(world.alerts.id))
    for (const email of emails) expect(read).toContain(email)
  })
  expect(world.messages(world.alerts.id).length).toBeLessThan(5)
})

test('Slack takes an alert and drops the connection: there is one message', async () => {
  const world = await startWorld()
  world.slack.fault = 'drops-after'
  await world.webhook(event('dropped'))
  await eventually(() => expect(world.messages(world.alerts.id)).toHaveLength(1))
  await world.webhook(event('next'))
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('next.com'))
  expect(world.messages(world.alerts.id)).toHaveLength(2)
})

test('what I ordered is told in the thread of my receipt, to its end', async () => {
  const world = await startWorld({ pace: 0.15 })
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  const [user] = await world.look('users')
  await world.say(
    `/cmr orders create ${user.userId} "thread-one.com thread-two.com" --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
  )
  const form = await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('It costs'))
  expect(JSON.stringify(form)).toMatch(
    /It costs (?:about )?\*\$35\.00\*.*holds \$1,842\.50, and \*?\$1,807\.50 after/,
  )
  await world.submit({})
  await world.sees(/2 domains with 2 mailboxes ordered/)
  const receipt = world.messages(world.ops.id).find((one) => one.text.includes('mailboxes ordered'))
  await eventually(() => {
    const told = JSON.stringify(world.messages(world.ops.id).filter((one) => one.threadTs === receipt?.ts))
    for (const text of [
      'thread-one.com is registered',
      'thread-two.com is registered',
      'jane@thread-two.com',
    ])
      expect(told.replaceAll('*', '')).toContain(text)
  })
  expect(world.messages(world.alerts.id)).toEqual([])
  expect((await world.look('state')).walletCents).toBe(180_750)
})

test('the doctor finds everything well, and names what is not', async () => {
  const world = await startWorld()
  expect(
    await world.webhook({ event: 'domain.expired', eventId: 'E1', data: { domainName: 'acme.com' } }),
  ).toBe(200)
  await world.say('/cmr wallet get')
  await world.sees(/wallet holds|Wallet/i)
  const well = await doctor(world)
  expect(well.said).toMatch(
    /Inferred endpoints: \d+ of 64 .*in use here: wallet\.get \(everything inferred\)/,
  )
  expect(well).toMatchObject({ code: 0, said: expect.stringContaining('All is well') })
  expect(well.said).toMatch(/Signature of webhooks: last seen .* UTC as hex:body:s; CMR_WEBHOOK_SIGNATURE=/)
  const { code, said } = await doctor(world, {
    CMR_API_KEY: 'wrong',
    CMR_ALERTS_CHANNEL: '#nowhere',
    CMR_WEBHOOK_SIGNATURE: 'base64:body:s',
  })
  expect(code).toBe(1)
  expect(said).toMatch(/✗ Alerts channel: .*#nowhere/)
  expect(said).toMatch(/✗ Signature of webhooks: .* as hex:body:s, but only base64:body:s is taken/)
  expect(said).toMatch(/✗ CMR API key: CMR refuses the API key/)
})
