import { expect, test } from 'vitest'
import { acknowledgeThreads } from '../../src/alerts/store/threads.ts'
import { inStore } from '../support/alerts.ts'
import { adjustableClock, delivered, rootSays, storeOf, subscription } from '../support/deliveries.ts'
import { startWorld } from '../support/world.ts'

test('a subscription’s story is one thread: the root says how it stands, urgent replies are seen in the channel', async () => {
  const time = adjustableClock()
  const world = await startWorld({ clock: time.clock })
  await world.webhook(subscription('renewing', 'acme'))
  await delivered(world, world.alerts.id, ['acme-renewing'])
  await world.webhook(subscription('past_due', 'acme'))
  await rootSays(world, /is past due.*2 events since/)
  time.pass(130 * 60_000)
  await world.webhook(subscription('updated', 'acme'), time.now())
  await rootSays(world, /has changed.*Still open.*past due/s)
  await world.webhook(subscription('renewal.success', 'acme'), time.now())
  const root = await rootSays(world, /is renewed.*Resolved after 2 h 10 min.*4 events/s)
  expect(root?.metadata?.event_payload.event_ids).toBe('acme-renewing')
  const [first, ...replies] = await world.history(world.alerts.id)
  expect(replies.map(({ thread_ts }) => thread_ts)).toEqual([first?.ts, first?.ts, first?.ts])
  expect(replies.map(({ reply_broadcast }) => reply_broadcast)).toEqual([true, false, false])
})

test('somebody who takes care is shown on the root; a new trouble after the end asks again', async () => {
  const world = await startWorld()
  await world.webhook(subscription('past_due', 'acme'))
  await delivered(world, world.alerts.id, ['acme-past_due'])
  const by = { person: world.ana.id, at: new Date() }
  await acknowledgeThreads((await storeOf(world)).db, 'subscription:SUB-acme', by)
  await rootSays(world, new RegExp(`<@${world.ana.id}> took it over`))
  await world.webhook(subscription('renewal.success', 'acme'))
  await rootSays(world, /Resolved after/)
  await world.webhook(subscription('expired', 'acme'))
  const root = await rootSays(world, /has expired/)
  expect(JSON.stringify(root)).not.toMatch(/took it over|Resolved/)
})

test('after a week a subject has a new thread', async () => {
  const time = adjustableClock()
  const world = await startWorld({ clock: time.clock })
  await world.webhook(subscription('past_due', 'acme'))
  await delivered(world, world.alerts.id, ['acme-past_due'])
  time.pass(8 * 24 * 60 * 60_000)
  await world.webhook(subscription('expired', 'acme'), time.now())
  const messages = await delivered(world, world.alerts.id, ['acme-past_due', 'acme-expired'])
  expect(messages.map(({ thread_ts }) => thread_ts)).toEqual([undefined, undefined])
})

test('a list that Slack does not take leaves no root behind', async () => {
  const world = await startWorld()
  await world.webhook(subscription('past_due', 'acme'))
  await delivered(world, world.alerts.id, ['acme-past_due'])
  world.slack.fault = { says: 'restricted_action', of: /files\./ }
  inStore(world, `update messages set file = 'owed'`)
  await world.webhook(subscription('renewal.success', 'acme'))
  await rootSays(world, /Resolved after/)
})
