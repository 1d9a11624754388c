import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { eventually } from '../support/eventually.ts'
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
