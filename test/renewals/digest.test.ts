import { pino } from 'pino'
import { expect, test } from 'vitest'
import { startBot } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { createDigests } from '../../src/renewals/digest/digests.ts'
import { createReportReader } from '../../src/renewals/digest/report.ts'
import { nextDigestAt, weekdays } from '../../src/renewals/digest/schedule.ts'
import { digestIn, setDigest } from '../../src/renewals/digest/store.ts'
import { openStore } from '../../src/store/store.ts'
import { inStore, pastDue } from '../support/alerts.ts'
import { buttonsIn } from '../support/clicks.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { cleanups, startWorld, type World } from '../support/world.ts'

/** A Thursday, half an hour before eight in Berlin. */
const THURSDAY = new Date('2026-11-26T06:30:00Z')
const minutesLater = (minutes: number) => new Date(THURSDAY.getTime() + minutes * 60_000)

/** A world whose clock a test sets. */
async function worldAt(start: Date, options: Parameters<typeof startWorld>[0] = {}) {
  let now = start
  const world = await startWorld({ role: 'operator', clock: () => now, ...options })
  return {
    world,
    set: (next: Date) => {
      now = next
    },
    clock: () => now,
  }
}

const digestsIn = async (world: World, channel = world.ops.id) =>
  (await world.history(channel)).filter(({ metadata }) => metadata?.event_type === 'cmr_digest')

const row = (world: World) => inStore(world, 'select * from digests')[0]

/** Waits until the digest of the only channel is due next at a moment. */
const isNextAt = (world: World, next: string) =>
  eventually(() => expect(row(world)?.next_at).toBe(new Date(next).toISOString()))

test('it is set up from Slack, posted each morning with what is open, and read as text', async () => {
  const { world, set } = await worldAt(THURSDAY)
  await world.say('/cmr digest')
  await world.sees(/No channel gets a digest yet/)
  await world.say('/cmr digest set 8 --timezone Europe/Berlin --weekdays mon-fri --weekly mon')
  await world.sees(/gets a digest at 08:00 \(Europe\/Berlin\), Tue–Fri; Mon for the whole week/)
  await world.sees(/has set up a digest here/)
  await isNextAt(world, '2026-11-26T07:00:00Z')

  expect(await world.webhook(pastDue('digest-acme.com'), { now: THURSDAY })).toBe(200)
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('digest-acme.com'))
  expect(await digestsIn(world)).toEqual([])
  set(minutesLater(31))
  const [digest] = await eventually(async () => {
    const posted = await digestsIn(world)
    expect(posted).toHaveLength(1)
    return posted
  })
  await isNextAt(world, '2026-11-27T07:00:00Z')
  // What is read out says the same as what is seen.
  expect(digest?.text).toMatch(/CMR on Thursday, November 26.*1 open alert.*1 of them not taken over yet/)
  expect(JSON.stringify(digest?.blocks)).toMatch(
    /digest-acme\.com.*nobody has taken it over yet.*1 × payment failed/,
  )

  // On Monday it covers the week; the weekend had none.
  set(new Date('2026-11-30T07:00:30Z'))
  await eventually(async () => expect(await digestsIn(world)).toHaveLength(2))
  expect((await digestsIn(world)).at(-1)?.text).toMatch(/CMR in the week from Nov 23 to Nov 30/)

  // What is changed keeps the rest.
  await world.say('/cmr digest set 17:30')
  await world.sees(/at 17:30 \(Europe\/Berlin\), Tue–Fri; Mon for the whole week/)
  await world.say('/cmr digest show')
  await world.sees(/CMR on Monday, November 30/)
  await world.say('/cmr digest set #ops 17:45')
  await world.sees(/at 17:45 \(Europe\/Berlin\), Tue–Fri; Mon for the whole week/)
  await world.say('/cmr digest set 25')
  await world.sees(/Give a time of day/)
  await world.say('/cmr digest set --weekdays someday')
  await world.sees(/Give days such as mon-fri/)
  await world.say('/cmr digest stop #ops')
  await world.opened()
  await world.submit({})
  await world.sees(/no longer gets a digest/)
  expect(row(world)).toBeUndefined()
})

test('where there is nothing to say it is silent if so chosen, and otherwise says so as far as was read', async () => {
  const { world, set } = await worldAt(THURSDAY)
  await world.say('/cmr digest set 7:00 --weekdays daily --quiet yes')
  await world.sees(/only when something needs attention/)
  set(minutesLater(31))
  await isNextAt(world, '2026-11-27T07:00:00Z')
  expect(await digestsIn(world)).toEqual([])
  await world.say('/cmr digest set --quiet no')
  await eventually(() => expect(row(world)?.quiet).toBe(0))
  set(minutesLater(31 + 24 * 60))
  await eventually(async () =>
    expect((await digestsIn(world))[0]?.text).toMatch(/Nothing known needs attention so far/),
  )
})

test('a restart at that minute, a lost answer and a second process neither lose nor double it', async () => {
  const { world, set, clock } = await worldAt(THURSDAY)
  await world.say('/cmr digest set 7:00 --weekdays daily')
  await isNextAt(world, '2026-11-26T07:00:00Z')
  const parsed = parseConfig({ ...world.env, PORT: '0' })
  if (!parsed.ok) throw new Error('wrong settings')
  const second = await startBot(parsed.config, {}, { clock, requestsPerSecond: 500 })
  cleanups.push(() => second.stop())

  for (const day of [0, 1, 2, 3]) {
    set(minutesLater(31 + day * 24 * 60))
    await isNextAt(world, `2026-11-${27 + day}T07:00:00Z`)
    expect(await digestsIn(world)).toHaveLength(day + 1)
  }
  await second.stop()

  // Slack takes it, and the answer is lost: it is found in the channel, after a restart too.
  world.slack.fault = 'drops-after'
  set(minutesLater(31 + 4 * 24 * 60))
  await eventually(() => expect(row(world)?.tried_at).not.toBeNull())
  await eventually(async () => expect(await digestsIn(world)).toHaveLength(5))
  set(minutesLater(31 + 4 * 24 * 60 + 5))
  await world.restart()
  let later = 5
  await eventually(() => {
    // A look that Slack did not answer is taken again a minute later, by this clock.
    set(minutesLater(31 + 4 * 24 * 60 + Math.min(60, later++)))
    expect(row(world)?.next_at).toBe('2026-12-01T07:00:00.000Z')
  })
  expect(await digestsIn(world)).toHaveLength(5)

  // Off for two days: the one of today is posted late, the other is gone.
  set(minutesLater(6 * 24 * 60 + 300))
  await isNextAt(world, '2026-12-03T07:00:00Z')
  expect(await digestsIn(world)).toHaveLength(6)
})

test('where the channel refuses it, whoever set it up is told once, and the next one is posted again', async () => {
  const { world, set } = await worldAt(THURSDAY)
  await world.say('/cmr digest set 7:00 --weekdays daily')
  await isNextAt(world, '2026-11-26T07:00:00Z')
  world.slack.fault = { says: 'is_archived', of: /chat\.postMessage/, times: 1 }
  set(minutesLater(31))
  await isNextAt(world, '2026-11-27T07:00:00Z')
  const told = () => JSON.stringify(world.messages(world.directMessages(world.ana.id)))
  await eventually(() => expect(told()).toMatch(/could not be posted in <#\w+>: the channel is archived/))
  await world.say('/cmr digest')
  await world.sees(/The last one could not be posted: the channel is archived/)
  set(minutesLater(31 + 24 * 60))
  await eventually(async () => expect(await digestsIn(world)).toHaveLength(1))
  await eventually(() => expect(row(world)?.error).toBeNull())
})

test('from Home its form asks for the channel, and shows what came of it', async () => {
  const { world } = await worldAt(THURSDAY)
  await world.interactions.openHome(world.ana.id)
  const home = await eventually(() => {
    const view = world.home(world.ana.id)
    if (!view) throw new Error('Home is empty')
    return view
  })
  const button = {
    type: 'button',
    action_id: 'digest.list',
    block_id: 'b',
    value: '',
    text: { text: 'Digest' },
  }
  await world.interactions.act({ person: world.ana.id, view: home.id, values: {} }, button)
  const list = await world.opened(world.ana.id, (view) =>
    JSON.stringify(view).includes('No channel gets a digest'),
  )
  const setUp = buttonsIn(list.blocks).find(({ text }) => text.text === 'Set up a digest')
  await world.interactions.act(
    { person: world.ana.id, view: list.id, values: {} },
    { type: 'button', ...setUp },
  )
  await world.opened()
  await world.submit({ channel: world.billing.id, time: '9am' })
  await world.opened(world.ana.id, (view) => /gets a digest|Next one/.test(JSON.stringify(view)))
  expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/at 09:00 \(UTC\), Mon–Fri/)
  expect(world.messages(world.directMessages(world.ana.id))).toEqual([])
})

test.each(dialects)('of two processes one posts a digest, on %s', async (dialect) => {
  const url = await testUrl(dialect)
  const logger = pino({ level: 'silent' })
  const prices = { mailbox: 300, mailboxAfterYear: 500, warmup: 200, warmupGuessed: false }
  let now = THURSDAY
  const clock = () => now
  const posted: string[] = []
  const stores = [await openStore(url), await openStore(url)]
  const [store] = stores
  if (!store) throw new Error('no store')
  const times = { time: '07:00', zone: 'UTC', weekdays: [...weekdays], weeklyOn: null } as const
  const place = { channel: 'C1', channelName: 'ops', setBy: 'U1', isQuiet: false }
  await setDigest(store.db, { ...place, ...times, nextAt: nextDigestAt(times, now) } as never, now)
  const processes = stores.map((own) =>
    createDigests({
      store: own,
      readReport: createReportReader({
        store: own,
        prices,
        zone: 'UTC',
        clock,
        silentSince: () => undefined,
      }),
      messages: {
        async postOnce([channel]: readonly string[]) {
          posted.push(String(channel))
        },
      } as never,
      clock,
      logger,
    }),
  )
  now = minutesLater(31)
  await Promise.all(processes.map((one) => one.start()))
  const next = async () => (await digestIn(store.db, 'C1'))?.nextAt.toISOString()
  await eventually(async () => expect(await next()).toBe('2026-11-27T07:00:00.000Z'))
  now = minutesLater(31 + 24 * 60)
  await eventually(async () => expect(await next()).toBe('2026-11-28T07:00:00.000Z'))
  await Promise.all(processes.map((one) => one.stop()))
  for (const own of stores) await own.close()
  expect(posted).toEqual(['C1', 'C1'])
})
