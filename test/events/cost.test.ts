import { expect, test } from 'vitest'
import { createEventRouter } from '../../src/alerts/routing/route-event.ts'
import { noRoutes } from '../../src/alerts/routing/route-matcher.ts'
import { parseWebhook } from '../../src/cmr/webhooks.ts'
import { traitsOf } from '../../src/command-list.ts'
import { withOwners } from '../../src/directory/events.ts'
import { createIngest } from '../../src/events/ingest.ts'
import { storedEvent } from '../../src/events/stored-event.ts'
import { createOperationDeadlines } from '../../src/operations/deadlines.ts'
import { createMatch } from '../../src/operations/match-events.ts'
import { dialects, openTestStore } from '../support/databases.ts'

const many = (count: number, item: (at: number) => unknown) =>
  Array.from({ length: count }, (_, at) => item(at))
const domains = many(33_000, (at) => ({ domain: `d${at}.com` }))

/** Each took from a tenth of a second to several seconds, or was never stored. */
const worst: Readonly<Record<string, readonly [event: string, data: unknown]>> = {
  '33,000 domains': ['domain.order.success', { orderId: 'O1', domains }],
  '33,000 domains of an event that nobody knows': ['brand.new', { domains }],
  '33,000 names': ['prewarmup.order.failed', { domains: many(33_000, (at) => `p${at}.com`) }],
  'one text of 1 MiB': ['domain.renewal.failed', { domainName: 'a.com', reason: 'x'.repeat(1_000_000) }],
  'a text of 80,000 passwords': ['domain.order.failed', { reason: 'password is '.repeat(80_000) }],
  'a name of 1 MiB': [
    'subscription.past_due',
    { subscriptionId: 'x.'.repeat(500_000), domain: 'a.'.repeat(9000) },
  ],
  '80,000 empty objects': ['domain.order.success', { domains: many(80_000, () => ({})) }],
}

const BUDGET_MS = 50
/** What is too slow is too slow each time; after these it is tried for as long as a test may take. */
const FEWEST = 30
const PATIENCE_MS = 30_000

/** In milliseconds of this process: what others do on the machine meanwhile is not counted. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

test.each(dialects.flatMap((dialect) => Object.keys(worst).map((what) => [what, dialect] as const)))(
  '%s costs the intake 50 ms at most on %s',
  async (what, dialect) => {
    const store = await openTestStore(dialect)
    const clock = () => new Date()
    const { ingest } = createIngest({
      store,
      nameOwners: withOwners,
      match: createMatch({ deadlines: createOperationDeadlines(traitsOf), clock }),
      place: createEventRouter({ routeMatcher: () => noRoutes, alertsChannel: 'C1', clock }),
      follow: async () => undefined,
      onStored: () => undefined,
    })
    const [event, data] = worst[what] ?? []
    const take = (at: number) => {
      const body = Buffer.from(JSON.stringify({ event, eventId: `E${at}`, data }))
      return costOf(async () => {
        const read = parseWebhook(body)
        if (!read.ok) throw new Error(read.reason)
        expect(await ingest([storedEvent(read.webhook, clock().toISOString())])).toHaveLength(1)
      })
    }
    // The first ones compile the code, and a busy machine slows down any of them: the caches are somebody else's.
    let best = Number.POSITIVE_INFINITY
    const until = Date.now() + PATIENCE_MS
    for (let at = 0; best > BUDGET_MS && (at < FEWEST || Date.now() < until); at++)
      best = Math.min(best, await take(at))
    expect(best).toBeLessThanOrEqual(BUDGET_MS)
  },
  60_000,
)
