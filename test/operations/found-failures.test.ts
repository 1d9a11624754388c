import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Cmr } from '../../src/cmr/client.ts'
import { traitsOf } from '../../src/command-list.ts'
import { storedEvent } from '../../src/events/stored-event.ts'
import { createOperationDeadlines } from '../../src/operations/deadlines.ts'
import { createOperationPoller } from '../../src/operations/poller.ts'
import { insertExpectedResults } from '../../src/operations/store/expected-results.ts'
import { changeOperation, intendOperation } from '../../src/operations/store/operations.ts'
import { inStore } from '../support/alerts.ts'
import { dialects, openTestStore } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { instanceOn } from '../support/ingests.ts'
import { domainsNamed, order, says, thread, worldOfOrders } from '../support/own-orders.ts'

test('of an order whose webhooks are lost, what failed is told once as its event, and not again when they come', async () => {
  const world = await worldOfOrders({ pace: 0.05, deadlines: 0.02 })
  await world.control('webhooks', { mode: 'held' })
  await world.control('failures', { domain: 'silent-1.com', reason: 'The registry refused the name.' })
  await order(world, domainsNamed('silent', 3))
  await world.control('workspaces', { domain: 'silent-2.com', state: 'conflict' })
  await says(
    world,
    /Finished, but not everything succeeded.*domains 2\/3, 1 failed.*mailboxes 3\/9, 6 failed/s,
  )
  const failures = () => inStore(world, `select event, source, data from events where event like '%.failed'`)
  expect(
    failures()
      .map(({ event, source }) => `${source} ${event}`)
      .toSorted(),
  ).toEqual(['sync domain.order.failed', 'sync mailbox.order.failed'])
  const failed = () =>
    thread(world).filter((one) => /could not be (registered|ordered)/.test(JSON.stringify(one.blocks)))
  await eventually(() => expect(failed()).toHaveLength(1))
  expect(JSON.stringify(failed())).toMatch(
    /silent-1\.com\* could not be registered.*silent-2\.com\* could not be ordered/s,
  )

  await world.control('webhooks', { mode: 'normal' })
  await eventually(() => expect(failures()).toHaveLength(4))
  expect(inStore(world, 'select * from late_webhooks')).toHaveLength(2)
  expect(failed()).toHaveLength(1)
})

test.each(dialects)(
  '%s: a webhook that came when nobody knew whose it was leaves no order open',
  async (dialect) => {
    const store = await openTestStore(dialect)
    const at = new Date('2026-11-24T12:00:00Z')
    const made = { endpoint: 'orders.create', actor: 'UANA', channel: 'C1', label: 'acme.com', at }
    const id = await intendOperation(store.db, made)
    await insertExpectedResults(store.db, id, [{ kind: 'domain', name: 'acme.com' }])
    await changeOperation(store.db, id, {
      state: 'accepted',
      request: JSON.stringify({ query: { userId: 'U-1' }, body: {} }),
      sent_at: at.toISOString(),
      order_id: 'O-1',
    })
    const data = { userId: 'U-1', orderId: 'O-1', domainName: 'acme.com', reason: 'Taken' }
    const { ingest, ingestFound } = instanceOn(store)
    const webhook = { event: 'domain.order.failed', eventId: 'W1', severity: 'bad' as const, data }
    await ingest([storedEvent(webhook, at.toISOString())])
    const order = {
      status: 'COMPLETED',
      domains: [{ domainName: 'acme.com', status: 'FAILED', reason: 'Taken' }],
    }
    const poller = createOperationPoller({
      store,
      cmr: { orders: { status: async () => ({ data: order }) } } as unknown as Cmr,
      clock: () => at,
      deadlines: createOperationDeadlines(traitsOf),
      traitsOf,
      ingestFound,
      logger: pino({ level: 'silent' }),
    })
    expect(await poller.check(id)).toMatchObject({ state: 'failed' })
    const told = await store.db
      .selectFrom('events')
      .select('event')
      .where('event', 'like', 'domain.%')
      .execute()
    expect(told).toHaveLength(1)
  },
)
