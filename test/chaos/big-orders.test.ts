import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import {
  domainsNamed,
  order,
  posted,
  press,
  receiptOf,
  says,
  thread,
  worldOfOrders,
} from '../support/own-orders.ts'

test('thirty domains with ninety mailboxes cost what was shown, and are counted to the end in a few messages', async () => {
  const world = await worldOfOrders({ pace: 0.05 })
  const before = (await world.look('state')).walletCents
  const price = await order(world, domainsNamed('thirty', 30))
  await says(world, /domains 30\/30.*mailboxes 90\/90/s)
  expect(price).toBe(30 * 1450 + 90 * 300)
  expect(before - (await world.look('state')).walletCents).toBe(price)
  await eventually(() => {
    const told = JSON.stringify(thread(world))
    expect(told).toMatch(
      new RegExp(
        `<@${world.ana.id}>[^"]*ordered, not able to send yet: SPF, DMARC missing.*domains 30/30 · mailboxes 90/90`,
      ),
    )
    for (const name of ['thirty-1.com', 'thirty-30.com', 'max@thirty-30.com']) expect(told).toContain(name)
  })
  expect(posted(world).length).toBeLessThanOrEqual(8)
  expect(world.messages(world.alerts.id)).toEqual([])
})

test('with a third of the webhooks lost it still comes to its end: CMR is asked', async () => {
  const world = await worldOfOrders({ pace: 0.05, deadlines: 0.02 })
  await world.control('webhooks', { lose: 0.33 })
  await order(world, domainsNamed('lossy', 30))
  await says(world, /not able to send yet.*domains 30\/30.*mailboxes 90\/90/s)
  await eventually(() =>
    expect(JSON.stringify(thread(world))).toMatch(/not able to send yet.*domains 30\/30/),
  )
  expect(posted(world).length).toBeLessThanOrEqual(8)
  const { deliveries } = await world.look('state')
  expect(deliveries.some((one: { outcome: string }) => one.outcome === 'lost')).toBe(true)
  expect((await world.requests('orders.status')).length).toBeGreaterThan(0)
  await press(world, receiptOf(world), 'Show history')
  await world.sees(/Found by asking CMR/)
})
