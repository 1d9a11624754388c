import { expect, test } from 'vitest'
import { adjustableClock, delivered, subscription } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const CHANNELS = 2200
const listed = (world: World) => world.slack.calls.filter((method) => method === 'conversations.list').length

/** A workspace of thousands of channels, of which `name` comes last. @returns its id */
async function crowd(world: World, name: string): Promise<string> {
  for (let at = 0; at < CHANNELS; at += 50) {
    const some = Array.from({ length: 50 }, (_, one) => `c-${at + one}`)
    await Promise.all(some.map((one) => world.call('conversations.create', { name: one }, 'ana')))
  }
  const made = await world.call('conversations.create', { name }, 'ana')
  return (made.channel as { id: string }).id
}

/** Nothing is looked up before there is something to look up. */
async function routeTo(world: World, name: string) {
  await world.say(`/cmr alerts add --channel ${world.ops.id} --events subscription.* --also-in-alerts no`)
  await world.sees(/r1/)
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(String(world.env.DATABASE_URL).slice('file:'.length))
  database.exec('pragma busy_timeout = 2000')
  const change = database.prepare('update routes set channel = ?').run(name)
  database.close()
  expect(change.changes).toBe(1)
  await world.restart()
}

test('a name among thousands of channels is found under Slack’s rate limit: the walk goes on where a 429 stopped it', async () => {
  const world = await startWorld({ env: { CMR_ALERTS_CHANNEL: '#last' } })
  const channel = await crowd(world, 'last')
  const before = listed(world)
  // Whoever begins again at page one never gets beyond it.
  world.slack.limit = { of: /^conversations\.list$/, everyMs: 1500 }
  await world.webhook(subscription('past_due', 'acme'))
  await delivered(world, channel, ['acme-past_due'])
  const asked = listed(world) - before
  // Three pages of a thousand, each after one refusal or two, and the health check joins the same walk.
  expect(asked).toBeLessThanOrEqual(10)
  const after = listed(world)
  await world.webhook(subscription('past_due', 'other'))
  await delivered(world, channel, ['acme-past_due', 'other-past_due'])
  expect(listed(world)).toBe(after)
}, 90_000)

test('a name that is not found within a minute: admins are asked for the id once, the urgent goes to the alerts channel', async () => {
  const time = adjustableClock()
  const monotonic = () => performance.now() + time.now().now.getTime() - Date.now()
  const world = await startWorld({ clock: time.clock, monotonic })
  await routeTo(world, '#crowded')
  world.slack.fault = { says: 'ratelimited', of: /conversations\.list/, retryAfter: '3600' }
  await world.webhook(subscription('past_due', 'acme'))
  await world.webhook(subscription('updated', 'calm'))
  const status = async () => (await fetch(`${world.botUrl}/readyz`)).text()
  await eventually(async () =>
    expect(await status()).toMatch(
      /2 alerts for #crowded: until [\d:]+ UTC, because Slack has not let the bot look/,
    ),
  )
  time.pass(61_000)
  const messages = await delivered(world, world.alerts.id, ['acme-past_due'])
  expect(JSON.stringify(messages)).toMatch(
    /Meant for #crowded, where Slack has not let the bot look the name up yet/,
  )
  await world.say('/cmr status')
  await world.sees(/one alert for #crowded: until/)
  time.pass(61_000)
  await world.webhook(subscription('past_due', 'second'))
  await delivered(world, world.alerts.id, ['acme-past_due', 'second-past_due'])
  const direct = world
    .messages(world.directMessages(world.ana.id))
    .filter(({ text }) => text.includes('#crowded'))
  expect(direct).toHaveLength(1)
  expect(direct[0]?.text).toMatch(/set the channel’s id in place of its name/)

  const made = await world.call('conversations.create', { name: 'crowded' }, 'ana')
  world.slack.fault = 'well'
  time.pass(61_000)
  await delivered(world, (made.channel as { id: string }).id, ['calm-updated'])
})
