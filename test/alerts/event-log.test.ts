import { tz } from '@date-fns/tz'
import { addHours } from 'date-fns/addHours'
import { startOfDay } from 'date-fns/startOfDay'
import { subDays } from 'date-fns/subDays'
import { subHours } from 'date-fns/subHours'
import { expect, test } from 'vitest'
import { inStore, messageWith, pastDue, pressOn, reads, renewalFailed } from '../support/alerts.ts'
import { startWorld } from '../support/world.ts'

test('the log shows an event without its secrets, where it was told, and tells it again under another mark', async () => {
  const world = await startWorld()
  await world.webhook(pastDue('logged.com', { password: 'hunter2', note: 'fine' }))
  await reads(world, world.alerts.id, 'logged.com')
  await world.say('/cmr events list subscription.* --since today --about logged.com')
  await world.sees(/on logged\.com.*webhook · posted in one channel/)
  await world.say('/cmr events show past-due-logged.com')
  await world.sees(/logged\.com.*Posted in <http[^|]*\|this message> in <#/)
  expect(world.read()).not.toContain('hunter2')
  await world.say('/cmr events why past-due-logged.com')
  await world.sees(/No route takes it, so it goes to/)
  await world.say('/cmr events tell past-due-logged.com')
  await world.sees(/Posted again for/)
})

test('the log turns its pages, on the same search', async () => {
  const world = await startWorld()
  for (let at = 10; at < 35; at++) await world.webhook(renewalFailed(`page${at}.com`))
  await world.webhook(pastDue('other.com'))
  await world.say('/cmr events list domain.*')
  const page = async (text: RegExp) => {
    const message = await messageWith(world, world.ops.id, text)
    return { message, names: JSON.stringify(message).match(/page\d\d/g) ?? [] }
  }
  const first = await page(/"\*Events, event domain\.\*\* · page 1, more follow"/)
  expect(new Set(first.names).size).toBe(10)
  await pressOn(world, first.message, 'Next page')
  const second = await page(/domain\.\*\* · page 2, more follow/)
  await pressOn(world, second.message, 'Next page')
  const third = await page(/domain\.\*\* · page 3, the last/)
  expect(new Set([...first.names, ...second.names, ...third.names]).size).toBe(25)
  expect(JSON.stringify(third.message)).not.toContain('"Next page"')
  expect(world.read()).not.toContain('other.com')
  await pressOn(world, third.message, 'Previous page')
  await page(/domain\.\*\* · page 2, more follow/)
})

test('the log is asked for a day, and for kinds by any part of their name', async () => {
  const world = await startWorld()
  await world.webhook(renewalFailed('old.com'))
  await world.webhook(renewalFailed('new.com'))
  await world.webhook(pastDue('other.com'))
  await reads(world, world.alerts.id, 'other.com')
  inStore(
    world,
    `update events set received_at = '2026-01-02T10:00:00.000Z' where event_id = 'failed-old.com'`,
  )
  await world.say('/cmr events list *.failed --since 2026-01-02 --before 2026-01-03')
  await world.sees(/old\.com/)
  expect(world.read()).not.toMatch(/new\.com|other\.com/)
  await world.say('/cmr events list *.failed --since 2026-01-03')
  await world.sees(/new\.com/)
  expect(world.read()).not.toContain('other.com')
  await world.say('/cmr events list --before never')
  await world.sees(/Say today, yesterday, an age such as 24h/)
})

test('the log is asked as people ask: without “list”, by a customer’s e-mail, for yesterday, for one event', async () => {
  const world = await startWorld()
  const [{ userId, email }] = await world.look('users')
  await world.webhook(pastDue('asked.com', { userId }))
  await world.webhook(renewalFailed('other.com'))
  await world.webhook(pastDue('older.com'))
  await reads(world, world.alerts.id, 'older.com')
  await reads(world, world.alerts.id, 'other.com')
  const yesterday = subDays(startOfDay(new Date(), { in: tz('UTC') }), 1)
  const receivedAt = (domain: string, at: Date) =>
    inStore(
      world,
      `update events set received_at = '${new Date(at.getTime()).toISOString()}'
      where event_id = 'past-due-${domain}'`,
    )
  receivedAt('asked.com', addHours(yesterday, 1))
  receivedAt('older.com', subHours(yesterday, 1))
  await world.say('/cmr events subscription.* --since yesterday')
  await world.sees(/1 event, event subscription\.\*, since yesterday.*asked\.com/)
  expect(world.read()).not.toContain('older.com')
  await world.say('/cmr events subscription.* --since yesterday --before today')
  await world.sees(/since yesterday, before today.*asked\.com/)
  await world.say(`/cmr events --about ${email} --told yes`)
  await world.sees(new RegExp(`event, about ${email}, told yes\\*.*asked\\.com`))
  expect(world.read()).not.toContain('other.com')
  await world.say('/cmr events failed-other.com')
  await world.sees(/other\.com could not be renewed.*domainName.*Posted in/)
})

test('an event that is told again, and why it is told, say what has come since and where it stands', async () => {
  const world = await startWorld()
  const told = pastDue('told.com')
  await world.webhook(told)
  await reads(world, world.alerts.id, 'told.com')
  const { data } = told
  await world.webhook({ event: 'subscription.renewal.success', eventId: 'told-renewed', data })
  await reads(world, world.alerts.id, /Resolved after/)
  await world.say('/cmr events tell past-due-told.com')
  await world.sees(/told\.com.*Add funds.*Posted again for.*Since then: Subscription on told\.com is renewed/)
  // A route that was made afterwards changes nothing of where it stands.
  await world.say('/cmr alerts add subscription.* --channel #billing')
  await world.sees(/r1.*gets/)
  await world.say('/cmr alerts why past-due-told.com')
  await world.sees(
    new RegExp(
      `Posted in <[^>]*> in <#${world.alerts.id}>, which gets what no route takes.*By the routes as they are now.*r1.*takes it`,
    ),
  )
})
