import { expect, test } from 'vitest'
import { messageWith, pastDue, pressOn, reads } from '../support/alerts.ts'
import { confirm } from '../support/clicks.ts'
import { quick, rootSays } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

test('what an alert made somebody do is asked of CMR once: the next who presses reads who did it', async () => {
  const world = await startWorld(quick)
  const [{ subscriptionId, domain, userId }] = await world.look('subscriptions')
  await world.webhook(pastDue(domain, { subscriptionId, userId }))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, 'Renew now')
  await confirm(world)
  await eventually(async () => expect(await world.requests('subscriptions.renew')).toHaveLength(1))
  await reads(world, world.alerts.id, 'Under way')

  await pressOn(world, alert, 'Renew now')
  const late = await messageWith(world, world.alerts.id, 'would be done twice')
  expect(late.text).toMatch(new RegExp(`<@${world.ana.id}> asked for the same .*It is under way`))
  await pressOn(world, late, 'Show history')
  await reads(world, world.alerts.id, `<@${world.ana.id}> started it`)

  // Another subscription is another thing.
  const [, other] = await world.look('subscriptions')
  await world.webhook(pastDue(other.domain, { subscriptionId: other.subscriptionId, userId: other.userId }))
  await pressOn(world, await messageWith(world, world.alerts.id, other.domain), 'Renew now')
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes(other.subscriptionId))
})

test('what is mended through the bot is told under its receipt, and the alert says that it is over', async () => {
  const world = await startWorld(quick)
  const [{ subscriptionId, domain, userId }] = await world.look('subscriptions')
  const data = { subscriptionId, domain, userId }
  await world.webhook(pastDue(domain, data))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await world.say(`/cmr subscriptions renew ${subscriptionId}`)
  await confirm(world)
  await world.sees('Under way')
  await world.webhook({ event: 'subscription.renewal.success', eventId: 'mended', data })
  await world.sees('renewed 1/1')
  const root = await rootSays(world, /is renewed.*Resolved after/s)
  expect(root?.ts).toBe(alert.ts)
  expect(JSON.stringify(root)).not.toMatch(/Acknowledge|Renew now/)
  expect(await world.history(world.alerts.id)).toHaveLength(1)
})
