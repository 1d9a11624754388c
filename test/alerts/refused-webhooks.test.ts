import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { adjustableClock } from '../support/deliveries.ts'
import { doctor } from '../support/doctor.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const MINUTE = 60_000
const envelope = { event: 'domain.expired', eventId: 'E1', data: { domainName: 'acme.com' } }

const toldTo = (world: World, person: string, text: RegExp) =>
  world.messages(world.directMessages(person)).filter((one) => text.test(one.text))

async function readyz(world: World) {
  const answer = await fetch(`${world.botUrl}/readyz`)
  return { status: answer.status, body: await answer.text() }
}

test.each(dialects)(
  'a rotated key is told once, with what to do, and seen wherever an operator looks, on %s',
  async (dialect) => {
    const time = adjustableClock()
    const world = await startWorld({ clock: time.clock, env: { DATABASE_URL: await testUrl(dialect) } })
    const refused = () => world.webhook(envelope, { secret: 'rotated', ...time.now() })
    for (let sent = 0; sent < 8; sent++) expect(await refused()).toBe(401)
    await eventually(() => expect(toldTo(world, world.ana.id, /refused.*CMR_WEBHOOK_SECRET/)).toHaveLength(1))

    const { status, body } = await readyz(world)
    expect(status).toBe(200)
    expect(body).toMatch(/8 webhooks were refused.*CMR_WEBHOOK_SECRET/)
    const metrics = await (await fetch(`${world.botUrl}/metrics`)).text()
    expect(metrics).toContain('cmr_webhooks_refused_total{reason="signature"} 8')
    await world.say('/cmr status')
    await world.sees(/Webhook signatures.*8 webhooks were refused/)

    // One that is accepted between refused ones ends no outage: another destination may still have the old key.
    expect(await world.webhook({ ...envelope, eventId: 'E2' }, time.now())).toBe(200)
    expect(await refused()).toBe(401)
    time.pass(11 * MINUTE)
    expect(await world.webhook({ ...envelope, eventId: 'E3' }, time.now())).toBe(200)
    await eventually(() => expect(toldTo(world, world.ana.id, /accepted again/)).toHaveLength(1))
    expect(toldTo(world, world.ana.id, /was refused/)).toHaveLength(1)
    expect((await readyz(world)).body).toMatch(/accepted again; 9 were refused/)

    expect(await refused()).toBe(401)
    await eventually(() => expect(toldTo(world, world.ana.id, /was refused/)).toHaveLength(2))
  },
)

test('what carries no signature of CMR’s alarms nobody, and an old webhook is a matter of the clock', async () => {
  const world = await startWorld()
  for (const headers of [{}, { 'x-hub-signature': 'abc' }] as Record<string, string>[]) {
    const answer = await fetch(`${world.botUrl}/webhooks/cmr`, { method: 'POST', body: '{}', headers })
    expect(answer.status).toBe(401)
  }
  expect((await readyz(world)).body).toContain('no webhook was refused since the start')
  expect(await world.webhook(envelope, { now: new Date(Date.now() - 10 * MINUTE) })).toBe(401)
  await eventually(() => expect(toldTo(world, world.ana.id, /refused.*clock/)).toHaveLength(1))
  expect(toldTo(world, world.ana.id, /refused/)).toHaveLength(1)
  const metrics = await (await fetch(`${world.botUrl}/metrics`)).text()
  expect(metrics).toContain('cmr_webhooks_refused_total{reason="signature"} 0')
  expect(metrics).toContain('cmr_webhooks_refused_total{reason="clock"} 1')
})

test('while a key is rotated both are taken', async () => {
  const world = await startWorld({ env: { CMR_WEBHOOK_SECRET: 'old-key, new-key' } })
  const sent = (secret: string) => world.webhook({ ...envelope, eventId: secret }, { secret })
  expect([await sent('old-key'), await sent('new-key'), await sent('other')]).toEqual([200, 200, 401])
})

test('the doctor names refused webhooks until they are accepted again', async () => {
  const world = await startWorld()
  expect(await world.webhook(envelope, { secret: 'rotated' })).toBe(401)
  await eventually(() => expect(inStore(world, 'select * from webhook_refusals')).toHaveLength(1))
  world.env.CMR_WEBHOOK_SECRET = 'test-key,'
  expect((await doctor(world)).said).toMatch(/✗ Secret of webhooks: CMR_WEBHOOK_SECRET: a secret .* is empty/)
  world.env.CMR_WEBHOOK_SECRET = 'test-key,other'
  const { said: told } = await doctor(world)
  expect(told).toMatch(/✓ Secret of webhooks: two, from CMR_WEBHOOK_SECRET: a comma/)
  expect(told).toMatch(/✗ Refused webhooks: One webhook was refused.*CMR_WEBHOOK_SECRET/)
  expect(await world.webhook(envelope)).toBe(200)
  expect((await doctor(world)).said).toMatch(/✓ Refused webhooks: 1 so far, and accepted since/)
})
