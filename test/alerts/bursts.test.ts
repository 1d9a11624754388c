import { expect, test } from 'vitest'
import { textIn } from '../support/csv.ts'
import { adjustableClock, delivered, subscription } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

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

test('an urgent event among many is a message of its own, before all others, with what can be done', async () => {
  const world = await startWorld({ env: { CMR_ALERT_PACE_MS: '1000' } })
  const mailboxes = Array.from({ length: 20 }, (_, at) => ({
    event: 'mailbox.created',
    eventId: `box-${at}`,
    data: { email: `box${at}@acme.com` },
  }))
  const events = [...mailboxes, subscription('past_due', 'owed')]
  world.slack.fault = { says: 'ratelimited' }
  await Promise.all(events.map((event) => world.webhook(event)))
  world.slack.fault = 'well'
  const [first, ...others] = await delivered(
    world,
    world.alerts.id,
    events.map(({ eventId }) => eventId),
  )
  expect(first?.metadata?.event_payload.event_ids).toBe('owed-past_due')
  expect(JSON.stringify(first)).toMatch(/is past due.*"Renew now".*"Acknowledge"/s)
  expect(JSON.stringify(first)).toMatch(/"Add funds"|"Wallet"/)
  expect(others.length).toBeLessThan(4)
})

test('names that do not fit into a message are in a list in its thread', async () => {
  const time = adjustableClock()
  const world = await startWorld({ clock: time.clock })
  world.slack.fault = 'away'
  const names = Array.from({ length: 200 }, (_, at) => `${'long-name-'.repeat(9)}${at}`)
  await Promise.all(
    names.map((name, at) => world.webhook(subscription('updated', `${at}`, { domain: `${name}.com` }))),
  )
  world.slack.fault = 'well'
  time.runFast()
  await delivered(
    world,
    world.alerts.id,
    names.map((_, at) => `${at}-updated`),
  )
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('alerts.csv'))
  const { files } = (await world.call('files.list', {})) as { files: { name: string; url_private: string }[] }
  const shared = await Promise.all(
    files.map(async ({ url_private }) => {
      const headers = { authorization: `Bearer ${world.env.SLACK_BOT_TOKEN}` }
      return textIn(Buffer.from(await (await fetch(url_private, { headers })).arrayBuffer()))
    }),
  )
  const read = JSON.stringify(world.messages(world.alerts.id)) + shared.join('\n')
  for (const name of names) expect(read).toContain(`${name}.com`)
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
