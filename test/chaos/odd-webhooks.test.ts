import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { webhookEvents } from '../../src/cmr/events/index.ts'
import { reads } from '../support/alerts.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { idsIn, storeOf } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { odd } from '../support/odd-json.ts'
import { startWorld, type World } from '../support/world.ts'

/** Printed with every failure; FUZZ_SEED tries another. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_128)
const numRuns = Number(process.env.ODD_RUNS ?? 8)

const worldOn = async (dialect: string) => startWorld({ env: { DATABASE_URL: await testUrl(dialect) } })

const innocent = (id: string) =>
  JSON.stringify({
    event: 'subscription.past_due',
    eventId: id,
    data: { subscriptionId: `SUB-${id}`, domain: `${id}.com` },
  })

/** Everything at once, as a burst comes. */
const send = (world: World, bodies: readonly string[]) =>
  Promise.all(bodies.map((body) => world.webhook(null, { body })))

/** Waits until each of so many events stands in exactly one message, and nothing waits or has failed. */
async function toldOnce(world: World, events: number) {
  const { db } = await storeOf(world)
  await eventually(async () => {
    const rows = await db.selectFrom('outbox').select(['state', 'error']).execute()
    expect(rows.filter(({ state }) => state !== 'posted')).toEqual([])
    expect(rows).toHaveLength(events)
  })
  const told = idsIn(await world.history(world.alerts.id))
  const stored = await db.selectFrom('events').select('event_id').execute()
  expect(told.toSorted()).toEqual(stored.map(({ event_id }) => event_id).toSorted())
  expect(told).toHaveLength(events)
}

const long = randomBytes(2250).toString('base64')
const nested = (depth: number) => `${'['.repeat(depth)}${'{"a":1}'}${']'.repeat(depth)}`
const data = (event: string, fields: string) => `{"event":"${event}","data":${fields}}`

/** Each of them was refused, or took its neighbors down. */
const examples: Readonly<Record<string, string>> = {
  'a null in a list': '{"event":"domain.order.success","eventId":"P","data":{"domains":[null]}}',
  'an id that is an object':
    '{"event":"domain.expired","eventId":{"id":1},"data":{"domainName":"object-id.com"}}',
  'a method as a field': data('mailbox.updated', '{"mailboxId":{"toString":1,"valueOf":null}}'),
  'a name of 3 KB': data('domain.order.failed', `{"domainName":"${long}.com","orderId":"${long}"}`),
  'a subscription of 3 KB': data('subscription.past_due', `{"subscriptionId":"${long}","userId":"${long}"}`),
  'an event name of 3 KB': `{"event":"${long}","eventId":"LONG"}`,
  'an event id of 3 KB': `{"event":"domain.expired","eventId":"${long}"}`,
  '33,000 domains': data(
    'domain.order.success',
    JSON.stringify({
      orderId: 'ORD33',
      domains: Array.from({ length: 33_000 }, (_, at) => ({ domain: `d${at}.com` })),
    }),
  ),
  '33,000 names': data(
    'prewarmup.order.failed',
    JSON.stringify({ domains: Array.from({ length: 33_000 }, (_, at) => `p${at}.com`) }),
  ),
  'nesting beyond the stack': data('domain.expired', `{"domainName":"deep.com","deep":${nested(200_000)}}`),
  'the same, beside a big number': data(
    'domain.expired',
    `{"domainName":"deep2.com","n":12345678901234567890,"deep":${nested(200_000)}}`,
  ),
  'one text of nearly 1 MiB': data(
    'domain.renewal.failed',
    `{"domainName":"big.com","reason":"${'x'.repeat(1_000_000)}"}`,
  ),
  'names of fields that objects have': data(
    'domain.expired',
    '{"__proto__":{"domain":"x"},"constructor":{"prototype":1},"toString":"y"}',
  ),
  'a name that objects have': '{"event":"constructor","eventId":"C1","data":{"a":1}}',
  'a prototype for a name': '{"event":"__proto__","eventId":"C2","data":[1,null]}',
  'a name that only the bot uses': '{"event":"operation.unknown","eventId":"BOT1","data":{"operationId":{}}}',
  'a reminder that the bot never made': '{"event":"alert.reminder","eventId":"BOT2","data":{"channel":null}}',
  'the same field twice':
    '{"event":"domain.expired","eventId":"T1","eventId":"T2","data":{"domain":"a.com","domain":null}}',
  'halves of characters everywhere': String.raw`{"event":"domain.expired","eventId":"\ud83d","data":{"\ud83d\u0000":"\udc00","domain":"\u0000"}}`,
  'data that is a list': '{"event":"subscription.expired","eventId":"L1","data":[null,[],"x"]}',
  'no data': '{"event":"mailbox.created","eventId":"L2","data":null}',
  'a mark of the order of bytes':
    '\uFEFF{"event":"domain.expired","eventId":"BOM","data":{"domain":"bom.com"}}',
}

test.each(dialects)(
  'an odd webhook is stored and told, and so are its neighbors, on %s',
  async (dialect) => {
    const world = await worldOn(dialect)
    const beside = Array.from({ length: 20 }, (_, at) => innocent(`beside${at}`))
    const bodies = [...beside.slice(10), ...Object.values(examples), ...beside.slice(0, 10)]
    const statuses = await send(world, bodies)
    const names = ['', ...Object.keys(examples)]
    expect(
      statuses.flatMap((status, at) => (status === 200 ? [] : [names[at - 9] ?? 'an innocent one'])),
    ).toEqual([])
    await toldOnce(world, bodies.length)
    for (const text of ['object-id.com', 'deep2.com', 'big.com', 'alert.reminder', 'bom.com'])
      await reads(world, world.alerts.id, text)
  },
  120_000,
)

/** Fields by which CMR names things, of one event or another. */
const fields = [
  ...new Set([
    ...Object.values(webhookEvents).flatMap(({ data }) => Object.keys(data.shape)),
    ...[
      'actionId',
      'domains',
      'mailboxes',
      'subscriptions',
      'mailboxDetails',
      'serviceProvider',
      'pricePerMailbox',
    ],
  ]),
]
const names = [...Object.keys(webhookEvents), 'brand.new', 'alert.reminder', 'operation.ended', 'valueOf']
const oddEvent = (event: string, id: string) =>
  fc
    .record({
      data: fc.oneof(
        fc.dictionary(fc.constantFrom(...fields), odd, { minKeys: 1, maxKeys: 12 }),
        fc.dictionary(fc.oneof(fc.constantFrom(...fields), fc.string()), odd, { maxKeys: 5 }),
        odd,
      ),
      eventId: fc.option(odd, { nil: id }),
    })
    .map(({ data, eventId }) =>
      // An id that says nothing is no id; two events of one id would be one event.
      JSON.stringify({ event, data, eventId: typeof eventId === 'object' ? eventId : id, nonce: id }),
    )

test.each(dialects)(
  'whatever stands in any field of any event, all are stored and told once, on %s',
  async (dialect) => {
    const world = await worldOn(dialect)
    let sent = 0
    const id = () => `odd${sent++}`
    const batch = fc.constant(null).chain(() => fc.tuple(...names.map((name) => oddEvent(name, id()))))
    await fc.assert(
      fc.asyncProperty(batch, async (bodies) => {
        const all = bodies.flatMap((body) => [body, innocent(id())])
        // Shrunk and tried again, a body would be one that is known already.
        const statuses = await send(world, all)
        expect(all.filter((_, at) => statuses[at] !== 200)).toEqual([])
      }),
      { seed, numRuns, endOnFailure: true },
    )
    const { db } = await storeOf(world)
    const { stored } = await db
      .selectFrom('events')
      .select(({ fn }) => fn.countAll<number>().as('stored'))
      .executeTakeFirstOrThrow()
    expect(Number(stored)).toBe(numRuns * names.length * 2)
    await toldOnce(world, numRuns * names.length * 2)
  },
  180_000,
)

test.each(dialects)(
  'a hundred events whose ids are numbers above 2^53 are a hundred events, on %s',
  async (dialect) => {
    const world = await worldOn(dialect)
    const ids = Array.from({ length: 100 }, (_, at) => `${9_007_199_254_740_993n + BigInt(at)}`)
    const statuses = await send(
      world,
      ids.map(
        (id) =>
          `{"event":"domain.expired","eventId":${id},"data":{"domainName":"n${id}.com","userId":${id}}}`,
      ),
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
    await toldOnce(world, ids.length)
    expect(idsIn(await world.history(world.alerts.id)).toSorted()).toEqual(ids.toSorted())
  },
  60_000,
)
