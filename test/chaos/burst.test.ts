import { expect, test, vi } from 'vitest'
import { killProcess, startProcess } from '../support/process.ts'
import { startWorld } from '../support/world.ts'

const long = process.env.CHAOS === 'long'
const SECONDS = long ? 60 : 12
const EVENTS = long ? 10_000 : 2000
const URGENT_WITHIN_MS = 5000
/** In a minute one a second. In the short form: full messages, and those that go out before it is a flood. */
const MOST_MESSAGES = long ? 60 : EVENTS / 200 + 10

const severities = ['updated', 'renewal.success', 'renewing', 'renewal.failed', 'past_due'] as const

/** As long an id as CMR's; one in forty is urgent. */
function eventOf(at: number) {
  const kind = at % 40 === 0 ? 'past_due' : severities[at % 4]
  const domain = `d${at}.com`
  return {
    event: `subscription.${kind}`,
    eventId: `E${String(at).padStart(27, '0')}`,
    data: { subscriptionId: `SUB-${at}`, domain },
  }
}

test('thousands of events within a minute are few messages that tell all of them, the urgent within 5 s', async () => {
  const world = await startWorld({ withBot: false })
  const child = await startProcess(world)
  const sentAt = new Map<string, number>()
  const seenAt = new Map<string, number>()
  let watching = true
  const watch = (async () => {
    while (watching) {
      for (const { metadata } of await world.history(world.alerts.id))
        for (const id of metadata?.event_payload.event_ids.split(' ') ?? [])
          if (!seenAt.has(id)) seenAt.set(id, Date.now())
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })()

  const began = Date.now()
  const sender = async (from: number, step: number) => {
    for (let at = from; at < EVENTS; at += step) {
      const due = began + (at / EVENTS) * SECONDS * 1000
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())))
      const event = eventOf(at)
      expect(await world.webhook(event)).toBe(200)
      sentAt.set(event.eventId, Date.now())
    }
  }
  await Promise.all(Array.from({ length: 16 }, (_, from) => sender(from, 16)))
  await vi.waitFor(() => expect(seenAt.size).toBe(EVENTS), { timeout: 60_000, interval: 200 })
  watching = false
  await watch
  await killProcess(child)

  const messages = await world.history(world.alerts.id)
  expect(messages.length).toBeLessThanOrEqual(MOST_MESSAGES)
  expect(messages.flatMap(({ metadata }) => metadata?.event_payload.event_ids.split(' ') ?? [])).toHaveLength(
    EVENTS,
  )
  const waits = [...sentAt]
    .filter(([id]) => Number(id.slice(1)) % 40 === 0)
    .map(([id, at]) => (seenAt.get(id) ?? Number.POSITIVE_INFINITY) - at)
  expect(Math.max(...waits)).toBeLessThan(URGENT_WITHIN_MS)
}, 240_000)
