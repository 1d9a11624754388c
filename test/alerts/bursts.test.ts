import { expect, test } from 'vitest'
import { textIn } from '../support/csv.ts'
import { adjustableClock, delivered, subscription } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

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
