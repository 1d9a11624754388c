import { expect, test } from 'vitest'
import { inStore, messageWith, pastDue, pressOn, reads, renewalFailed, textOf } from '../support/alerts.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

test('a button acts on what its event tells, and a stale one says what has happened since', async () => {
  const world = await startWorld()
  const [subscription] = await world.look('subscriptions')
  const { subscriptionId, domain } = subscription
  await world.webhook(pastDue(domain, { subscriptionId }))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, 'Renew now')
  const form = await world.opened(world.ana.id, (view) => JSON.stringify(view).includes(subscriptionId))
  expect(form.callback_id).toBe('subscriptions.renew')
  await world.interactions.close(world.ana.id)

  const data = { subscriptionId, domain }
  await world.webhook({ event: 'subscription.renewal.success', eventId: 'renewed-meanwhile', data })
  await reads(world, world.alerts.id, 'is renewed')
  await pressOn(world, alert, 'Renew now')
  const late = await messageWith(world, world.alerts.id, 'Since this alert')
  expect(JSON.stringify(late)).toMatch(/is renewed.*Nothing was done/)
  expect(world.modalOf(world.ana.id)).toBeUndefined()
  await pressOn(world, late, 'Renew subscriptions anyway')
  expect((await world.opened()).callback_id).toBe('subscriptions.renew')
  expect(await world.requests('subscriptions.renew')).toEqual([])
})

test('whoever may not renew, acknowledge or mute is told so by the button', async () => {
  const world = await startWorld({ role: 'viewer' })
  await world.webhook(pastDue('viewer.com'))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, 'Renew now', world.vera.id)
  await reads(world, world.alerts.id, /subscriptions renew\* needs the role \*finance/)
  await pressOn(world, alert, 'Acknowledge', world.vera.id)
  await reads(world, world.alerts.id, /alerts acknowledge\* needs an \*operator/)
  await pressOn(world, alert, 'Mute this for a day', world.vera.id)
  await reads(world, world.alerts.id, /alerts mute\* needs an \*operator/)
})

test('who takes care of an alert stands on it, and the second who wants to is told who', async () => {
  const world = await startWorld()
  await world.webhook(pastDue('care.com'))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, 'Acknowledge', world.omar.id)
  await reads(world, world.alerts.id, `<@${world.omar.id}> took it over at`)
  const root = await messageWith(world, world.alerts.id, 'took it over at')
  await eventually(() => {
    const edited = world.messages(world.alerts.id).find((one) => one.ts === alert.ts)
    expect(JSON.stringify(edited)).toContain(`<@${world.omar.id}> took it over`)
    expect(JSON.stringify(edited)).not.toContain('"Acknowledge"')
  })
  expect(root).toBeDefined()
  await pressOn(world, alert, 'Acknowledge')
  await eventually(() => {
    const told = world.messages(world.alerts.id).filter((one) => one.ephemeralFor === world.ana.id)
    expect(JSON.stringify(told)).toContain(`<@${world.omar.id}> took it over at`)
  })
})

test('who takes care of an alert is known in every channel, and so is that it is over', async () => {
  const world = await startWorld()
  await world.webhook(pastDue('far.com'))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, 'Acknowledge', world.omar.id)
  await reads(world, world.alerts.id, `<@${world.omar.id}> took it over at`)
  await world.say('/cmr alerts acknowledge past-due-far.com')
  await world.sees(`<@${world.omar.id}> took it over at`)
  const data = { subscriptionId: 'SUB-far.com', domain: 'far.com' }
  await world.webhook({ event: 'subscription.renewal.success', eventId: 'renewed-far', data })
  await reads(world, world.alerts.id, /Resolved after/)
  await world.say('/cmr alerts acknowledge past-due-far.com')
  await world.sees('It is already resolved')
  expect(textOf(world, world.alerts.id)).not.toContain('Posted again')
})

test('what was told among many others is taken care of too: it gets a message of its own that says so', async () => {
  const world = await startWorld()
  const events = Array.from({ length: 8 }, (_, at) => renewalFailed(`batch${at}.com`))
  await Promise.all(events.map((event) => world.webhook(event)))
  await reads(world, world.alerts.id, 'batch7.com')
  await world.say('/cmr alerts acknowledge failed-batch7.com', world.omar.id)
  await world.sees('You have taken this over')
  const root = await messageWith(world, world.alerts.id, `<@${world.omar.id}> took it over at`)
  expect(JSON.stringify(root)).toMatch(/batch7\.com.*Renew domain/)
  await world.webhook({
    event: 'domain.renewal.success',
    eventId: 'renewed-batch7',
    data: { domainName: 'batch7.com' },
  })
  await reads(world, world.alerts.id, /Resolved after/)
  const told = await world.history(world.alerts.id)
  expect(told.at(-1)?.thread_ts).toBe(root.ts)
  expect(told.flatMap(({ metadata }) => metadata?.event_payload.event_ids?.split(' ') ?? [])).toHaveLength(9)
})

test('an alert that was snoozed comes back in its thread, once, and says what has come of it', async () => {
  const world = await startWorld()
  await world.webhook(pastDue('later.com'))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, 'Remind here in 1 hour', world.omar.id)
  await pressOn(world, alert, 'Remind here in 1 hour', world.omar.id)
  await reads(world, world.alerts.id, 'You will be reminded in the thread')
  inStore(world, `update snoozes set due_at = '2026-01-01T00:00:00.000Z'`)
  const reminder = await messageWith(world, world.alerts.id, 'you wanted to be reminded')
  expect(reminder.threadTs).toBe(alert.ts)
  const payload = (reminder.metadata as { event_payload: { event_ids: string } }).event_payload
  expect(payload.event_ids).toMatch(/^reminder:past-due-later\.com:\S+$/)
  expect(JSON.stringify(reminder)).toMatch(
    new RegExp(
      `<@${world.omar.id}>, you wanted to be reminded: .*later\\.com.*CMR has sent nothing about it since`,
    ),
  )
  await world.webhook(pastDue('marker.com'))
  await reads(world, world.alerts.id, 'marker.com')
  const all = world.messages(world.alerts.id).filter((one) => one.text.includes('wanted to be reminded'))
  expect(all).toHaveLength(1)
})

test('this can be muted from the alert itself, until it is resolved', async () => {
  const world = await startWorld()
  await world.webhook(pastDue('noisy.com'))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, 'Mute this until it is resolved')
  await reads(world, world.alerts.id, /subscription:SUB-noisy\.com is muted until it is resolved/)
  await world.webhook({ ...pastDue('noisy.com'), eventId: 'again' })
  await world.webhook(pastDue('marker.com'))
  await reads(world, world.alerts.id, 'marker.com')
  await world.say('/cmr events show again')
  await world.sees('It is not posted anywhere')
})

test('buttons of before a restart mean the same after it', async () => {
  const world = await startWorld()
  const [subscription] = await world.look('subscriptions')
  const { subscriptionId, domain } = subscription
  await world.webhook(pastDue(domain, { subscriptionId }))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await world.restart()
  await pressOn(world, alert, 'Renew now')
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes(subscriptionId))
  await pressOn(world, alert, 'Acknowledge')
  await reads(world, world.alerts.id, 'You have taken this over')
})

test('what Slack refused is listed with why, and told after all when it is tried again', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --events domain.* --quiet 00:00-23:59')
  await world.sees(/r1.*gets/)
  await world.webhook(renewalFailed('refused.com'))
  inStore(world, `update outbox set state = 'failed', error = 'is_archived' where state = 'held'`)
  await world.say('/cmr alerts failed')
  await world.sees(/domain\.renewal\.failed for <#\w+>: the channel is archived/)
  const list = await messageWith(world, world.ops.id, 'the channel is archived')
  expect(textOf(world, world.billing.id)).not.toContain('refused.com')
  await pressOn(world, list, 'Try all again')
  await reads(world, world.billing.id, 'refused.com')
  await world.say('/cmr alerts failed')
  await world.sees('Everything was posted')
})
