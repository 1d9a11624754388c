import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { adjustableClock, delivered, subscription } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const HOUR_MS = 60 * 60_000
const ids = (count: number) => Array.from({ length: count }, (_, at) => `s${at}`)
const ready = async (world: World) => (await fetch(`${world.botUrl}/readyz`)).text()

/** Slack answers a post with 429, and alerts wait for it. */
async function paused(world: World, retryAfter: string, count: number) {
  world.slack.fault = { says: 'ratelimited', retryAfter }
  for (const id of ids(count)) expect(await world.webhook(subscription('past_due', id))).toBe(200)
  return eventually(() => {
    const [channelQueue] = inStore(world, `select * from channel_queues where channel = '${world.alerts.id}'`)
    expect(channelQueue).toMatchObject({ error: 'ratelimited', paced_until: expect.any(String) })
    return Date.parse(String(channelQueue?.paced_until))
  })
}
const all = (count: number) => ids(count).map((id) => `${id}-past_due`)

test('a Retry-After of two hours is cut to a minute, stands in the status, and repair ends it', async () => {
  const world = await startWorld()
  const until = await paused(world, '7200', 11)
  expect(until - Date.now()).toBeLessThanOrEqual(60_000)
  expect(await ready(world)).toMatch(
    /11 alerts for C\w+: until [\d:]+ UTC, because Slack asked the bot to pause/,
  )
  await world.say('/cmr status')
  await world.sees(/Alerts: needs attention.*Waits: /)
  world.slack.fault = 'well'
  await world.say(`/cmr alerts repair ${world.alerts.id}`)
  await world.sees(/tried now/)
  await delivered(world, world.alerts.id, all(11))
  expect(await ready(world)).toContain('nothing waits for Slack or CMR')
})

test('after the minute one message finds out whether it is over, then the others follow', async () => {
  const time = adjustableClock()
  const world = await startWorld({ clock: time.clock })
  await paused(world, '7200', 4)
  const posts = () => world.slack.calls.filter((method) => method === 'chat.postMessage').length
  const pausedUntil = () =>
    inStore(world, 'select paced_until from channel_queues where paced_until is not null').map(
      ({ paced_until }) => String(paced_until),
    )
  const before = posts()
  const [first = ''] = pausedUntil()
  time.pass(61_000)
  await eventually(() => expect(posts()).toBe(before + 1))
  // Slack's answer to it has arrived once the next wait is written down.
  await eventually(() => expect(pausedUntil().some((until) => until > first)).toBe(true))
  world.slack.fault = 'well'
  time.pass(61_000)
  await delivered(world, world.alerts.id, all(4))
})

test.each([
  ['an hour back', -HOUR_MS],
  ['an hour forward', HOUR_MS],
])('a clock that steps %s keeps no alert waiting and doubles none', async (_, step) => {
  const time = adjustableClock()
  const world = await startWorld({ clock: time.clock })
  await paused(world, '7200', 3)
  world.slack.fault = 'well'
  time.pass(step)
  expect(await world.webhook(subscription('past_due', 'after'), { now: time.clock() })).toBe(200)
  await delivered(world, world.alerts.id, [...all(3), 'after-past_due'])
})

test.each([
  ['stays', 0],
  ['steps an hour back', -HOUR_MS],
  ['steps an hour forward', HOUR_MS],
])(
  'a restart ends the wait while the clock %s; what Slack took without an answer is not doubled',
  async (_, step) => {
    const time = adjustableClock()
    const world = await startWorld({ clock: time.clock })
    world.slack.next = { says: 'ratelimited', retryAfter: '86400', of: /./ }
    world.slack.fault = 'drops-after'
    for (const id of ids(3)) await world.webhook(subscription('past_due', id))
    await eventually(() =>
      expect(inStore(world, 'select error from channel_queues where paced_until is not null')).toEqual([
        { error: 'ratelimited' },
      ]),
    )
    world.slack.fault = 'well'
    time.pass(step)
    await world.restart()
    await delivered(world, world.alerts.id, all(3))
  },
)

test.each([
  ['a date', new Date(Date.now() + 24 * HOUR_MS).toUTCString()],
  ['a date that is past', new Date(0).toUTCString()],
  ['less than nothing', '-5'],
  ['no time at all', 'soon'],
  ['more than a number holds', '9'.repeat(400)],
])(
  'a Retry-After that names %s is a pause like any other: nothing was posted, nothing is looked for',
  async (_, retryAfter) => {
    const world = await startWorld()
    const until = await paused(world, retryAfter, 1)
    expect(until - Date.now()).toBeLessThanOrEqual(60_000)
    expect(world.slack.calls).not.toContain('conversations.history')
    world.slack.fault = 'well'
    await world.say(`/cmr alerts repair ${world.alerts.id}`)
    await delivered(world, world.alerts.id, all(1))
  },
)

test('CMR that asks for a day is left alone for five minutes; people read so, and repair lets the next one ask', async () => {
  const world = await startWorld()
  await world.control('faults', { endpoint: '*', fault: '429', retryAfter: '86400', times: 1 })
  await world.say('/cmr wallet')
  await world.sees(/429.*try again in 5 minutes\./s)
  await world.say('/cmr wallet', world.omar.id)
  await world.sees(
    /CMR asked the bot to pause\. The bot asks again in 5 minutes, .*try again in 5 minutes\./s,
  )
  expect(await ready(world)).toMatch(/requests to CMR: until [\d:]+ UTC, because CMR asked the bot to pause/)
  expect(await world.requests('wallet.get')).toHaveLength(1)
  await world.say(`/cmr alerts repair ${world.alerts.id}`)
  await world.sees(/works: the bot can post there/)
  await world.say('/cmr wallet', world.omar.id)
  await world.sees(/The wallet holds/)
})
