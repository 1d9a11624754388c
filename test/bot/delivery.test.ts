import { expect, onTestFinished, test, vi } from 'vitest'
import { mendLane } from '../../src/store/lanes.ts'
import { failedDeliveries, retryFailed } from '../../src/store/outbox.ts'
import { openStore } from '../../src/store/store.ts'
import { acknowledgeThreads } from '../../src/store/threads.ts'
import { startWorld, type World } from '../support/world.ts'

const CMR_ALERT_PACE_MS = '50'
const quick = { env: { CMR_ALERT_PACE_MS } }

const subscription = (event: string, id: string, more: object = {}) => ({
  event: `subscription.${event}`,
  eventId: `${id}-${event}`,
  data: { subscriptionId: `SUB-${id}`, domain: `${id}.com`, userId: 'USER1', ...more },
})

const idsIn = (messages: Awaited<ReturnType<World['history']>>) =>
  messages.flatMap(({ metadata }) => metadata?.event_payload.event_ids.split(' ') ?? [])

/** Waits until Slack has all of these events, each in one message. @returns what stands in the channel */
async function told(world: World, channel: string, ids: readonly string[], timeout = 10_000) {
  await vi.waitFor(
    async () => expect(idsIn(await world.history(channel)).toSorted()).toEqual(ids.toSorted()),
    {
      timeout,
      interval: 100,
    },
  )
  return world.history(channel)
}

/** The bot's own database, as a second reader. */
async function storeOf(world: World) {
  const store = await openStore(world.env.DATABASE_URL ?? '')
  onTestFinished(() => store.close())
  return store
}

/** From now on time flies for the bot: ten seconds in a tenth of one. */
function flies(by: (ms: number) => void) {
  const timer = setInterval(() => by(10_000), 100)
  onTestFinished(() => clearInterval(timer))
}

const rootSays = (world: World, text: string | RegExp) =>
  vi.waitFor(
    async () => {
      const [root] = await world.history(world.alerts.id)
      expect(JSON.stringify(root)).toMatch(text)
      return root
    },
    { timeout: 10_000, interval: 100 },
  )

test('a subscription’s story is one thread: the root says how it stands, urgent replies are seen in the channel', async () => {
  let offset = 0
  const world = await startWorld({ ...quick, clock: () => new Date(Date.now() + offset) })
  const now = () => ({ now: new Date(Date.now() + offset) })
  await world.webhook(subscription('renewing', 'acme'))
  await told(world, world.alerts.id, ['acme-renewing'])
  await world.webhook(subscription('past_due', 'acme'))
  await rootSays(world, /is past due.*2 events since/)
  offset = 130 * 60_000
  await world.webhook(subscription('updated', 'acme'), now())
  await rootSays(world, /has changed.*Still open.*past due/s)
  await world.webhook(subscription('renewal.success', 'acme'), now())
  const root = await rootSays(world, /is renewed.*Resolved after 2 h 10 min.*4 events/s)
  expect(root?.metadata?.event_payload.event_ids).toBe('acme-renewing')
  const [first, ...replies] = await world.history(world.alerts.id)
  expect(replies.map(({ thread_ts }) => thread_ts)).toEqual([first?.ts, first?.ts, first?.ts])
  expect(replies.map(({ reply_broadcast }) => reply_broadcast)).toEqual([true, false, false])
})

test('somebody who takes care is shown on the root; a new trouble after the end asks again', async () => {
  const world = await startWorld(quick)
  await world.webhook(subscription('past_due', 'acme'))
  await told(world, world.alerts.id, ['acme-past_due'])
  const by = { person: world.ana.id, at: new Date() }
  await acknowledgeThreads((await storeOf(world)).db, 'subscription:SUB-acme', by)
  await rootSays(world, new RegExp(`<@${world.ana.id}> takes care`))
  await world.webhook(subscription('renewal.success', 'acme'))
  await rootSays(world, /Resolved after/)
  await world.webhook(subscription('expired', 'acme'))
  const root = await rootSays(world, /has expired/)
  expect(JSON.stringify(root)).not.toMatch(/takes care|Resolved/)
})

test('after a week a subject has a new thread', async () => {
  let offset = 0
  const world = await startWorld({ ...quick, clock: () => new Date(Date.now() + offset) })
  await world.webhook(subscription('past_due', 'acme'))
  await told(world, world.alerts.id, ['acme-past_due'])
  offset = 8 * 24 * 60 * 60_000
  await world.webhook(subscription('expired', 'acme'), { now: new Date(Date.now() + offset) })
  const messages = await told(world, world.alerts.id, ['acme-past_due', 'acme-expired'])
  expect(messages.map(({ thread_ts }) => thread_ts)).toEqual([undefined, undefined])
})

test('three hundred events at once are a few messages: the urgent in words at the top, every other by its name', async () => {
  const world = await startWorld()
  const names = Array.from({ length: 300 }, (_, at) => `d${at}`)
  const events = names.map((name, at) => subscription(at % 50 === 7 ? 'past_due' : 'updated', name))
  await Promise.all(events.map((event) => world.webhook(event)))
  const messages = await told(
    world,
    world.alerts.id,
    events.map(({ eventId }) => eventId),
    15_000,
  )
  expect(messages.length).toBeLessThan(10)
  const all = JSON.stringify(messages)
  for (const name of names) expect(all).toContain(`${name}.com`)
  for (const at of [7, 57, 107, 157, 207, 257])
    expect(all).toMatch(new RegExp(`d${at}\\.com\\*?[^•]*is past due`))
  const pile = messages.find(({ metadata }) => (metadata?.event_payload.event_ids.length ?? 0) > 1000)
  expect(pile?.text).toMatch(/^:rotating_light: .*past due/)
})

test('an urgent event among many is a message of its own, before all others, with what can be done', async () => {
  const world = await startWorld()
  const mailboxes = Array.from({ length: 20 }, (_, at) => ({
    event: 'mailbox.created',
    eventId: `box-${at}`,
    data: { email: `box${at}@acme.com` },
  }))
  const events = [...mailboxes, subscription('past_due', 'owed')]
  world.slack.mood = { says: 'ratelimited' }
  await Promise.all(events.map((event) => world.webhook(event)))
  world.slack.mood = 'well'
  const [first, ...others] = await told(
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
  let offset = 0
  const world = await startWorld({ ...quick, clock: () => new Date(Date.now() + offset) })
  world.slack.mood = 'away'
  const names = Array.from({ length: 200 }, (_, at) => `${'long-name-'.repeat(9)}${at}`)
  await Promise.all(
    names.map((name, at) => world.webhook(subscription('updated', `${at}`, { domain: `${name}.com` }))),
  )
  world.slack.mood = 'well'
  flies((ms) => {
    offset += ms
  })
  await told(
    world,
    world.alerts.id,
    names.map((_, at) => `${at}-updated`),
    15_000,
  )
  await vi.waitFor(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('alerts.csv'), {
    timeout: 10_000,
  })
  const { files } = (await world.call('files.list', {})) as { files: { name: string; url_private: string }[] }
  const shared = await Promise.all(
    files.map(async ({ url_private }) =>
      (
        await fetch(url_private, { headers: { authorization: `Bearer ${world.env.SLACK_BOT_TOKEN}` } })
      ).text(),
    ),
  )
  const read = JSON.stringify(world.messages(world.alerts.id)) + shared.join('\n')
  for (const name of names) expect(read).toContain(`${name}.com`)
})

test('a channel that is archived gives its alerts to the alerts channel, says why, and the admins are told once', async () => {
  const world = await startWorld(quick)
  await world.say('/cmr alerts add --channel #billing --events subscription.*')
  await world.sees(/r1/)
  await world.call('conversations.join', { channel: world.billing.id }, 'ana')
  await world.call('conversations.archive', { channel: world.billing.id }, 'ana')
  await world.webhook(subscription('past_due', 'one'))
  await world.webhook(subscription('past_due', 'two'))
  const messages = await told(world, world.alerts.id, ['one-past_due', 'two-past_due'])
  expect(JSON.stringify(messages)).toContain(
    `Meant for <#${world.billing.id}>, where the channel is archived`,
  )
  const direct = await vi.waitFor(async () => {
    const { channel } = (await world.call('conversations.open', { users: world.ana.id })) as {
      channel: { id: string }
    }
    const found = world.messages(channel.id).filter(({ text }) => text.includes('cannot be posted'))
    expect(found).toHaveLength(1)
    return found
  })
  expect(direct[0]?.text).toContain(`<#${world.alerts.id}> instead`)

  await world.say('/cmr alerts repair #billing')
  await world.sees('That channel is archived. Unarchive it first')
  await world.call('conversations.unarchive', { channel: world.billing.id }, 'ana')
  await world.say('/cmr alerts repair #billing')
  await world.sees(`<#${world.billing.id}> is tried again; what comes for it goes there`)
  await world.say('/cmr alerts repair #billing')
  await world.sees(`<#${world.billing.id}> is not broken`)
  await world.webhook(subscription('expired', 'three'))
  await told(world, world.billing.id, ['three-expired'])
})

test('where the alerts channel itself is broken alerts wait, and the bot is not ready', async () => {
  const world = await startWorld(quick)
  await world.call('conversations.join', { channel: world.alerts.id }, 'ana')
  await world.call('conversations.archive', { channel: world.alerts.id }, 'ana')
  await world.webhook(subscription('past_due', 'acme'))
  await vi.waitFor(
    async () => {
      const answer = await fetch(`${world.botUrl}/readyz`)
      expect(answer.status).toBe(503)
      expect(await answer.text()).toMatch(/1 alerts wait.*archived/)
    },
    { timeout: 8000 },
  )
  await world.call('conversations.unarchive', { channel: world.alerts.id }, 'ana')
  await mendLane((await storeOf(world)).db, [world.alerts.id], new Date())
  await told(world, world.alerts.id, ['acme-past_due'])
  expect((await fetch(`${world.botUrl}/readyz`)).status).toBe(200)
})

test('a channel is one lane by its name and by its id, and keeps it when it is renamed', async () => {
  const world = await startWorld({ env: { CMR_ALERT_PACE_MS, CMR_ALERTS_CHANNEL: '#news' } })
  const made = await world.call('conversations.create', { name: 'news' }, 'ana')
  const channel = (made.channel as { id: string }).id
  await world.webhook(subscription('past_due', 'one'))
  await told(world, channel, ['one-past_due'])
  await world.call('conversations.rename', { channel, name: 'old-news' }, 'ana')
  await world.webhook(subscription('past_due', 'two'))
  await told(world, channel, ['one-past_due', 'two-past_due'])
})

test('a token that Slack no longer takes loses nothing', async () => {
  let offset = 0
  const world = await startWorld({ ...quick, clock: () => new Date(Date.now() + offset) })
  world.slack.mood = { says: 'token_revoked' }
  expect(await world.webhook(subscription('past_due', 'acme'))).toBe(200)
  await vi.waitFor(
    async () => expect(await (await fetch(`${world.botUrl}/readyz`)).text()).toContain('token_revoked'),
    { timeout: 8000 },
  )
  world.slack.mood = 'well'
  flies((ms) => {
    offset += ms
  })
  await told(world, world.alerts.id, ['acme-past_due'])
})

test('blocks that Slack refuses are told as text; what it takes in no form is listed and can be tried again', async () => {
  const world = await startWorld(quick)
  world.slack.mood = { says: 'invalid_blocks' }
  await world.webhook(subscription('past_due', 'acme'))
  const failed = () => fetch(`${world.botUrl}/metrics`).then((answer) => answer.text())
  await vi.waitFor(async () => expect(await failed()).toContain('cmr_alerts_failed 1'), { timeout: 8000 })
  world.slack.mood = 'well'
  const { db } = await storeOf(world)
  expect(await failedDeliveries(db)).toMatchObject([{ event_id: 'acme-past_due', error: 'invalid_blocks' }])
  await retryFailed(db, new Date())
  await told(world, world.alerts.id, ['acme-past_due'])
})

test('Slack is away for an hour: nothing is lost, webhooks are answered, and then there is a summary', async () => {
  let offset = 0
  const world = await startWorld({ ...quick, clock: () => new Date(Date.now() + offset) })
  world.slack.mood = 'away'
  const events = Array.from({ length: 60 }, (_, at) =>
    subscription(at % 20 ? 'updated' : 'past_due', `d${at}`),
  )
  for (const event of events) {
    offset += 60_000
    expect(await world.webhook(event, { now: new Date(Date.now() + offset) })).toBe(200)
  }
  world.slack.mood = 'well'
  flies((ms) => {
    offset += ms
  })
  const messages = await told(
    world,
    world.alerts.id,
    events.map(({ eventId }) => eventId),
  )
  expect(messages.length).toBeLessThan(5)
})
