import { expect, test } from 'vitest'
import { messageWith, pastDue, pressOn, reads, renewalFailed, textOf } from '../support/alerts.ts'
import { startWorld } from '../support/world.ts'

test('a muted route is silent, and so is a muted domain; both are heard again', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --events domain.* --also-in-alerts no')
  await world.sees(/r1.*gets/)
  await world.say('/cmr alerts mute r1 4h')
  await world.sees(/r1\* is muted until/)
  await world.webhook(renewalFailed('muted.com'))
  await world.say('/cmr alerts unmute r1')
  await world.sees(/r1\* is no longer muted/)
  await world.say('/cmr alerts mute quiet.com 7d')
  await world.sees(/domain:quiet\.com is muted until.*\/cmr alerts unmute quiet\.com/)
  await world.webhook(renewalFailed('quiet.com'))
  await world.webhook(renewalFailed('loud.com'))
  await reads(world, world.billing.id, 'loud.com')
  expect(textOf(world, world.billing.id) + textOf(world, world.alerts.id)).not.toMatch(
    /muted\.com|quiet\.com/,
  )
  await world.say('/cmr events list --told no')
  await world.sees(/muted\.com.*not posted/)
  await world.say('/cmr events why failed-quiet.com')
  await world.sees(/domain:quiet\.com is muted until.*it is not posted/)
})

test('what is urgent and would only meet muted routes is told in the alerts channel', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --events subscription.* --also-in-alerts no')
  await world.sees(/r1.*gets/)
  await world.say('/cmr alerts mute r1 4h')
  await world.sees(/only urgent events that no other route takes go to the alerts channel/)
  await world.webhook(pastDue('missed.com'))
  await reads(world, world.alerts.id, 'missed.com')
  expect(textOf(world, world.billing.id)).not.toContain('missed.com')
  await world.say('/cmr events why past-due-missed.com')
  await world.sees(
    /r1.*takes it and is muted.*It is urgent, and every route that takes it is muted, so it goes to <#/,
  )
})

test('what is muted until it is resolved is no longer muted once it is', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts mute domain:again.com resolved')
  await world.sees(`domain:again.com is muted until it is resolved (<@${world.ana.id}>)`)
  await world.webhook(pastDue('again.com'))
  await world.webhook({
    event: 'subscription.renewal.success',
    eventId: 'renewed',
    data: { subscriptionId: 'SUB-again.com', domain: 'again.com' },
  })
  await reads(world, world.alerts.id, 'is renewed')
  expect(textOf(world, world.alerts.id)).not.toContain('past due')
  await world.webhook({ ...pastDue('again.com'), eventId: 'second' })
  await reads(world, world.alerts.id, 'past due')
})

test('what is muted is listed with the button that ends it', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts mute hush.com 7d')
  await pressOn(world, await messageWith(world, world.ops.id, 'hush.com is muted'), 'Unmute')
  await world.sees(/domain:hush\.com\* is no longer muted/)
  await world.say('/cmr alerts mute still.com 7d')
  await world.say('/cmr alerts')
  await pressOn(world, await messageWith(world, world.ops.id, /No route yet.*still\.com is muted/), 'Unmute')
  await world.sees(/domain:still\.com\* is no longer muted/)
})
