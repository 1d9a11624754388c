import { expect, test } from 'vitest'
import { messageWith, pressOn, reads, textOf } from '../support/alerts.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

test('an alert names whose it is, what it costs, why, and what has changed; a dead end leads to CMR’s support', async () => {
  const world = await startWorld()
  const [subscription] = await world.look('subscriptions')
  const { subscriptionId, domain, userId } = subscription
  const customer = (await world.look('users')).find((one: { userId: string }) => one.userId === userId)
  await world.say('/cmr subscriptions list')
  await world.say(`/cmr users get ${userId}`)
  await world.say('/cmr wallet')
  await world.sees(customer.company)
  await world.sees(/wallet|balance/i)
  const data = { subscriptionId, domain, userId, quantity: subscription.totalMailboxQuantity }
  await eventually(async () => {
    const eventId = `due-${Math.random()}`
    await world.webhook({ event: 'subscription.past_due', eventId, data: { ...data, autoRenew: false } })
    // What the three answers tell reaches the directory a moment later.
    await eventually(
      () => expect(textOf(world, world.alerts.id)).toMatch('auto-renew is off; the wallet is fine'),
      3000,
    )
  })
  const due = await messageWith(world, world.alerts.id, 'auto-renew is off; the wallet is fine')
  expect(due.text.slice(0, 80)).toContain(domain)
  expect(due.text.slice(0, 80)).toContain(customer.company.slice(0, 8))
  expect(due.text.slice(0, 80)).toMatch(/\$\d+\.\d\d/)
  expect(JSON.stringify(due)).toMatch(/"Renew now for (about )?\$\d+\.\d\d"/)

  await world.webhook({
    event: 'subscription.updated',
    eventId: 'dearer',
    data: { ...data, pricePerMailbox: '99.00' },
  })
  await reads(world, world.alerts.id, /costs more: \$\d+\.\d\d → \$99\.00 a mailbox/)

  await world.webhook({ event: 'domain.expired', eventId: 'gone', data: { domainName: 'gone.com', userId } })
  await pressOn(
    world,
    await messageWith(world, world.alerts.id, /gone\.com.* is gone/),
    'Write to CMR’s support',
  )
  const form = await world.opened()
  expect(form.callback_id).toBe('errors.send')
  expect(JSON.stringify(form)).toMatch(/gone\.com is gone.*domain\.expired/)
})
