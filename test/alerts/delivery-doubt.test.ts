import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { adjustableClock, delivered, subscription } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

/** What the bot has last heard of Slack about the alerts channel. */
const queueSays = (world: World, error: string) =>
  eventually(() =>
    expect(inStore(world, `select error from channel_queues where channel = '${world.alerts.id}'`)).toEqual([
      { error },
    ]),
  )

test.each([
  ['the channel', 'renewing', []],
  ['a thread', 'past_due', ['acme-renewing']],
])(
  'a message in %s of which nobody knows is not posted again because Slack is too busy to be asked for it',
  async (_, event, before) => {
    const world = await startWorld()
    for (const id of before) await world.webhook(subscription(id.replace('acme-', ''), 'acme'))
    await delivered(world, world.alerts.id, before)
    world.slack.next = { says: 'ratelimited', of: /conversations\.(history|replies)/ }
    world.slack.fault = 'drops-after'
    await world.webhook(subscription(event, 'acme'))
    await queueSays(world, 'ratelimited')
    world.slack.fault = 'well'
    await world.webhook(subscription('updated', 'after'))
    await delivered(world, world.alerts.id, [...before, `acme-${event}`, 'after-updated'])
  },
)

test('in a public channel that it is no member of, the bot looks for what it has posted from within', async () => {
  const world = await startWorld()
  world.slack.next = 'outside'
  world.slack.fault = 'drops-after'
  await world.webhook(subscription('past_due', 'acme'))
  await eventually(() => expect(world.slack.fault).toBe('outside'))
  await eventually(() => expect(world.slack.fault).toBe('well'))
  await world.webhook(subscription('past_due', 'after'))
  await delivered(world, world.alerts.id, ['acme-past_due', 'after-past_due'])
})

test('a message is not posted again because Slack’s answer to it was cut off', async () => {
  const world = await startWorld()
  world.slack.fault = 'cuts-answer'
  await world.webhook(subscription('past_due', 'acme'))
  await world.webhook(subscription('past_due', 'after'))
  await delivered(world, world.alerts.id, ['acme-past_due', 'after-past_due'])
})

test('a token that Slack no longer takes when it is asked for a message is told of', async () => {
  const world = await startWorld()
  world.slack.next = { says: 'token_revoked', of: /./ }
  world.slack.fault = 'drops-after'
  await world.webhook(subscription('past_due', 'acme'))
  await eventually(async () =>
    expect(await (await fetch(`${world.botUrl}/readyz`)).text()).toContain('token_revoked'),
  )
})

test('where Slack lets every channel wait, one at a time finds out whether it is over', async () => {
  const world = await startWorld()
  for (const { id } of [world.ops, world.billing]) {
    await world.say(`/cmr alerts add --channel ${id} --events subscription.past_due`)
    await eventually(() => expect(JSON.stringify(world.messages(id))).toContain('gets'))
  }
  await world.say(`/cmr alerts add --channel ${world.alerts.id} --events subscription.past_due`)
  await world.sees('r3')
  const asked: number[] = []
  world.slack.fault = {
    of: /chat\.postMessage/,
    get says() {
      asked.push(performance.now())
      return 'ratelimited'
    },
  }
  await world.webhook(subscription('past_due', 'acme'))
  await eventually(() => expect(asked.length).toBeGreaterThan(4))
  world.slack.fault = 'well'
  const [, , third = 0, , fifth = 0] = asked
  // All three would have asked again after the second that Slack named.
  expect(fifth - third).toBeGreaterThan(1500)
  for (const { id } of [world.alerts, world.ops, world.billing]) await delivered(world, id, ['acme-past_due'])
})

test('what Slack refuses again and again by a word of its own is a broken channel like any other', async () => {
  const time = adjustableClock()
  const world = await startWorld({ clock: time.clock })
  world.slack.fault = { says: 'two_factor_setup_required' }
  await world.webhook(subscription('past_due', 'acme'))
  time.runFast()
  await eventually(async () =>
    expect(await (await fetch(`${world.botUrl}/readyz`)).text()).toMatch(
      /one alert waits for .*, where Slack says two_factor_setup_required/,
    ),
  )
  world.slack.fault = 'well'
  await world.say(`/cmr alerts repair ${world.alerts.id}`)
  await delivered(world, world.alerts.id, ['acme-past_due'])
})
