import { expect, test } from 'vitest'
import { messageWith, pastDue, pressOn, reads } from '../support/alerts.ts'
import { confirm } from '../support/clicks.ts'
import { rootSays } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

test('what an alert made somebody do is asked of CMR once: the next who presses reads who did it', async () => {
  const world = await startWorld()
  const [{ subscriptionId, domain, userId }] = await world.look('subscriptions')
  await world.webhook(pastDue(domain, { subscriptionId, userId }))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, 'Renew now')
  await confirm(world)
  await eventually(async () => expect(await world.requests('subscriptions.renew')).toHaveLength(1))
  await reads(world, world.alerts.id, 'Under way')
  // The receipt stands below the alert, and says who asked and for whom.
  const receipt = await messageWith(world, world.alerts.id, 'Under way')
  expect(receipt.threadTs).toBe(alert.ts)
  expect(JSON.stringify(receipt)).toMatch(
    new RegExp(`Renewing \\*${domain}\\*.*started by <@${world.ana.id}>`),
  )

  await pressOn(world, alert, 'Renew now')
  const late = await messageWith(world, world.alerts.id, 'would be done twice')
  expect(late.text).toMatch(new RegExp(`<@${world.ana.id}> already asked for this .*It is under way`))
  await pressOn(world, late, 'Show history')
  await reads(world, world.alerts.id, `<@${world.ana.id}> started it`)

  // Another subscription is another thing.
  const [, other] = await world.look('subscriptions')
  await world.webhook(pastDue(other.domain, { subscriptionId: other.subscriptionId, userId: other.userId }))
  await pressOn(world, await messageWith(world, world.alerts.id, other.domain), 'Renew now')
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes(other.subscriptionId))
})

test('the end of what an alert made somebody do is told below it, once, with the domain', async () => {
  const world = await startWorld()
  const [{ subscriptionId, domain, userId }] = await world.look('subscriptions')
  const customer = (await world.look('users')).find((one: { userId: string }) => one.userId === userId)
  await world.say('/cmr subscriptions list')
  await world.say(`/cmr users get ${userId}`)
  await world.sees(customer.company)
  const data = { subscriptionId, domain, userId, autoRenew: true }
  await world.webhook(pastDue(domain, data))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, /Renew now[^"]*/.exec(JSON.stringify(alert))?.[0] ?? '')
  await confirm(world)
  const receipt = await messageWith(world, world.alerts.id, 'Under way')
  expect(JSON.stringify(receipt)).toContain(`for *${customer.company}*`)
  expect(JSON.stringify(receipt)).toMatch(/at most \$\d/)
  await world.webhook({ event: 'subscription.renewal.success', eventId: 'done', data })
  await eventually(() => {
    const below = world.messages(world.alerts.id).filter(({ threadTs }) => threadTs === alert.ts)
    const ends = below.filter(({ text }) => /is renewed|is done/.test(text))
    expect(ends.map(({ text }) => text)).toEqual([
      expect.stringMatching(new RegExp(`Subscription on \\*${domain}\\* is renewed.*<@${world.ana.id}>`)),
    ])
    expect(JSON.stringify(below)).toContain('*Done*')
    expect(JSON.stringify(below)).not.toContain(`for ${subscriptionId}`)
  })
})

test('what is mended through the bot is told under its receipt, and the alert says that it is over', async () => {
  const world = await startWorld()
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
