import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { confirmation, press, receiptOf, says, thread, worldOfOrders } from '../support/own-orders.ts'
import type { World } from '../support/world.ts'

/** An order whose answer never came, of which a person says that it did not happen. */
async function deniedOrder(): Promise<World> {
  const world = await worldOfOrders({ deadlines: 0.001 })
  await confirmation(world, ['ghost.com'], 'jane Jane Doe')
  await world.control('faults', { endpoint: 'orders.create', fault: 'dropped', times: 1 })
  await world.submit({})
  await says(world, /somebody has to check/)
  await press(world, receiptOf(world), 'It did not happen')
  await world.opened()
  await world.submit({})
  await says(world, new RegExp(`It did not happen.*<@${world.ana.id}> checked and recorded that`))
  return world
}

const registered = (orderId: string) => ({
  event: 'domain.order.success',
  eventId: `E-${orderId}`,
  data: { domainName: 'ghost.com', orderId },
})

test('what a person says did not happen, and CMR then tells of, has happened: the receipt says so and goes on', async () => {
  const world = await deniedOrder()
  expect(JSON.stringify(receiptOf(world).blocks)).not.toContain('0/1')
  // Whoever comes to decide after that reads who has.
  await world.say('/cmr operations settle ghost.com yes')
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id)?.blocks)).toMatch(
      new RegExp(`It is already finished.*<@${world.ana.id}> recorded that it did not happen`),
    ),
  )
  expect(await world.webhook(registered('O-GHOST'))).toBe(200)
  await says(world, /Under way.*domains 1\/1.*mailboxes 0\/1/s)
  await eventually(() =>
    expect(thread(world).find(({ text }) => text.includes('did happen'))).toMatchObject({
      text: expect.stringContaining(`<@${world.ana.id}>`),
      broadcast: true,
    }),
  )
  await world.webhook({ event: 'mailbox.created', eventId: 'E-BOX', data: { email: 'jane@ghost.com' } })
  // CMR does not have this domain: nobody is told that it can send.
  await says(world, /not known yet whether it can send.*domains 1\/1.*mailboxes 1\/1/s)
  expect(world.messages(world.alerts.id)).toEqual([])
})

test('what was sent again after that word is what CMR tells of, not what was denied', async () => {
  const world = await deniedOrder()
  await world.control('webhooks', { mode: 'lost' })
  await confirmation(world, ['ghost.com'], 'jane Jane Doe')
  await world.submit({})
  await world.sees(/1 domain with 1 mailbox ordered/)
  const [ordered] = (await world.look('orders')).slice(-1)
  await world.webhook(registered(ordered.orderId))
  await world.sees(/domains 1\/1/)
  await says(world, /It did not happen/)
})
