import { expect, test, vi } from 'vitest'
import { adjustableClock, delivered, subscription } from '../support/deliveries.ts'
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
  const world = await startWorld({ withBot: false, env: { CMR_ALERT_PACE_MS: '1000' } })
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

test('three hundred events at once are a few messages: the urgent in words at the top, every other by its name', async () => {
  const world = await startWorld({ env: { CMR_ALERT_PACE_MS: '1000' } })
  const names = Array.from({ length: 300 }, (_, at) => `d${at}`)
  const events = names.map((name, at) => subscription(at % 50 === 7 ? 'past_due' : 'updated', name))
  // On a machine that is slow they are at once all the same: the first is kept waiting for a second.
  world.slack.fault = { says: 'ratelimited' }
  await Promise.all(events.map((event) => world.webhook(event)))
  world.slack.fault = 'well'
  const messages = await delivered(
    world,
    world.alerts.id,
    events.map(({ eventId }) => eventId),
  )
  expect(messages.length).toBeLessThan(10)
  const all = JSON.stringify(messages)
  for (const name of names) expect(all).toContain(`${name}.com`)
  for (const at of [7, 57, 107, 157, 207, 257])
    expect(all).toMatch(new RegExp(`d${at}\\.com\\*?[^•]*is past due`))
  const batchKey = messages.find(({ metadata }) => (metadata?.event_payload.event_ids.length ?? 0) > 1000)
  expect(batchKey?.text).toMatch(/^:rotating_light: .*past due/)
})

test('Slack is away for an hour: nothing is lost, webhooks are answered, and then there is a summary', async () => {
  const time = adjustableClock()
  const world = await startWorld({ clock: time.clock })
  world.slack.fault = 'away'
  const events = Array.from({ length: 60 }, (_, at) =>
    subscription(at % 20 ? 'updated' : 'past_due', `d${at}`),
  )
  for (const event of events) {
    time.pass(60_000)
    expect(await world.webhook(event, time.now())).toBe(200)
  }
  world.slack.fault = 'well'
  time.runFast()
  const messages = await delivered(
    world,
    world.alerts.id,
    events.map(({ eventId }) => eventId),
  )
  expect(messages.length).toBeLessThan(5)
})
