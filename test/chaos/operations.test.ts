import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { orders } from '../../src/cmr/endpoints/orders.ts'
import type { KeptMessage } from '../support/history.ts'
import { type Line, layLine, pass } from '../support/line.ts'
import { killProcess, startProcess } from '../support/process.ts'
import { startWorld, type World } from '../support/world.ts'

/** How often the bot is killed: `npm run test:chaos` sets CHAOS=long. */
const long = process.env.CHAOS === 'long'
const KILLS = long ? 200 : 8
const BOTS = long ? 4 : 2
const PRICE = 1450 + 300
const tooMany = { status: 429, headers: { 'retry-after': '1' }, body: '{"status":429,"message":"Too many"}' }
const program = new URL('../support/fast-bot.ts', import.meta.url)

/** When the bot is killed over an order. */
const moments = [
  'as it arrives',
  'with the answer unread',
  'while CMR is too busy to take it',
  'before it arrives, which it never does',
  'as the answer is out',
  'as it is submitted',
  'as it arrives',
  'with the answer unread',
  'at random',
  'while CMR is too busy to take it',
] as const
type Moment = (typeof moments)[number]

/** Where the order really was when the bot died. */
type Step = 'before it left' | 'on its way' | 'answered, not stored' | 'stored'

interface Row {
  readonly id: string
  readonly label: string
  readonly state: 'intended' | 'accepted' | 'ended' | 'failed' | 'unknown'
  readonly outcome: string | null
  readonly poll_at: string | null
  readonly flagged_at: string | null
}

test(`killed ${KILLS} times, at every step of an order, the bot sends nothing twice and forgets nothing`, {
  timeout: KILLS * 10_000 + 120_000,
}, async () => {
  const schedule = Array.from({ length: KILLS }, (_, at) => moments[at % moments.length] ?? 'at random')
  // Several bots, each with a world of its own, since most of a life is starting up.
  const lives = await Promise.all(
    Array.from({ length: BOTS }, async (_, bot) => {
      const life = await killOften(schedule.filter((_, at) => at % BOTS === bot))
      return { ...life, ...(await judged(life)) }
    }),
  )
  const steps = countBy(lives.flatMap((life) => life.steps))
  const states = countBy(lives.flatMap((life) => life.states))
  console.info(`${KILLS} kills: ${JSON.stringify(steps)}; operations: ${JSON.stringify(states)}`)
  expect(steps['before it left']).toBeGreaterThanOrEqual(KILLS / 8)
  expect(steps['on its way']).toBeGreaterThanOrEqual(KILLS / 4)
  expect(steps['answered, not stored']).toBeGreaterThanOrEqual(KILLS / 4)
})

/** What was seen from outside while a bot was killed again and again. */
interface Life {
  readonly world: World
  readonly domains: readonly string[]
  /** Where each order was when the bot died over it. */
  readonly steps: readonly Step[]
  /** How often each order left the bot and was not turned away, by domain. */
  readonly left: ReadonlyMap<string, number>
  /** Domains whose submission Slack was told to be taken. */
  readonly acknowledged: ReadonlySet<string>
}

/** A person orders and orders, and the bot dies over each. */
async function killOften(schedule: readonly Moment[]): Promise<Life> {
  const world = await startWorld({ withBot: false, pace: 0.02, env: { DEADLINE_FACTOR: '0.004' } })
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await world.control('wallet', { balanceCents: schedule.length * PRICE })
  const line = await layLine(world.env.CMR_API_URL ?? '', orders.create)
  world.env.CMR_API_URL = line.url
  const customers = (await world.look('users')) as { userId: string }[]
  const domains = schedule.map((_, at) => `chaos-${at}.com`)
  const left = new Map<string, number>()
  const acknowledged = new Set<string>()
  const steps: Step[] = []

  /** Notes what leaves the bot. */
  const noting =
    (then: Line['meet']): Line['meet'] =>
    (passing) => {
      const domain = domainIn(passing.body)
      left.set(domain, (left.get(domain) ?? 0) + 1)
      return then(passing)
    }
  const submit = async (domain: string) => {
    const { ok } = await world.submit({})
    if (ok) acknowledged.add(domain)
    return ok
  }

  let bot = await startProcess(world, program)
  for (const [at, moment] of schedule.entries()) {
    const domain = domains[at] ?? ''
    await confirmation(world, domain, customers[at % customers.length]?.userId ?? '')
    let answered = false
    const kill = () => void bot.kill('SIGKILL')
    const answer: Line['meet'] = async ({ carry, reply }) => {
      reply(await carry())
      answered = !bot.killed
    }
    const meets: Record<Moment, Line['meet']> = {
      'as it arrives': noting(async ({ carry }) => {
        kill()
        await carry()
      }),
      'before it arrives, which it never does': noting(kill),
      // Frozen, it cannot be quicker than the kill.
      'with the answer unread': noting(async (passing) => {
        process.kill(Number(bot.pid), 'SIGSTOP')
        await answer(passing)
        kill()
      }),
      'as the answer is out': noting(async (passing) => {
        await answer(passing)
        kill()
      }),
      'while CMR is too busy to take it': ({ reply }) => reply(tooMany),
      'as it is submitted': noting(answer),
      'at random': noting(answer),
    }
    line.meet = meets[moment]
    const submitting = submit(domain)
    if (moment === 'as it is submitted') await sleep(Math.random() * 30).then(kill)
    if (moment === 'at random') await sleep(Math.random() * 800).then(kill)
    if (moment === 'while CMR is too busy to take it') await submitting.then(kill)
    const ok = await submitting
    await killProcess(bot)
    const [row] = called(operations(world), domain)
    steps.push(stepOf(left.has(domain), answered, row?.state))

    line.meet = noting(pass)
    bot = await startProcess(world, program)
    // "We had some trouble connecting. Try again?" So people do.
    if (!ok && world.modalOf(world.ana.id)?.submit) await submit(domain)
    while (world.modalOf(world.ana.id)) await world.interactions.close(world.ana.id)
  }
  return { world, domains, steps, left, acknowledged }
}

/** Sees that everything ended by itself: by webhooks that come again, by looking at CMR, by asking a person. */
async function judged({ world, domains, left, acknowledged }: Life) {
  await vi.waitFor(
    () => {
      const open = operations(world).filter((row) => !isOver(row))
      expect(open.map(({ label, state, outcome }) => [label, state, outcome])).toEqual([])
    },
    { timeout: 60_000, interval: 300 },
  )
  const rows = operations(world)
  const arrived = Map.groupBy(await world.requests('orders.create'), ({ body }) => domainIn(body))
  for (const domain of domains) {
    const states = called(rows, domain).map(({ state }) => state)
    expect(left.get(domain) ?? 0, domain).toBeLessThanOrEqual(1)
    expect(arrived.get(domain)?.length ?? 0, domain).toBeLessThanOrEqual(1)
    if (left.has(domain) || acknowledged.has(domain)) expect(states, domain).not.toEqual([])
    // What arrived is known to have happened, and nothing else is.
    expect(states.filter((state) => state === 'ended').length, domain).toBe(arrived.has(domain) ? 1 : 0)
  }
  expect((await world.look('state')).walletCents).toBe((domains.length - arrived.size) * PRICE)

  // Each is told where it was asked for, by one receipt; and of those that nobody knows the end of, one is asked.
  await vi.waitFor(
    async () => {
      const told = await world.history(world.ops.id)
      const receipts = told.filter(({ metadata }) => metadata?.event_type === 'cmr_receipt')
      const shown = receipts.map(({ metadata }) => metadata?.event_payload.operation_id)
      expect(shown.toSorted()).toEqual(rows.map(({ id }) => id).toSorted())
      const asked = told.flatMap(eventsOf).filter((id) => id.startsWith('operation.unknown'))
      const unknown = rows.filter(({ state }) => state === 'unknown').map(({ id }) => id)
      expect(asked.map((id) => id.split(':')[1]).toSorted()).toEqual(unknown.toSorted())
    },
    { timeout: 60_000, interval: 500 },
  )
  return { states: rows.map(({ state }) => state) }
}

function stepOf(left: boolean, answered: boolean, stored: Row['state'] | undefined): Step {
  if (!left) return 'before it left'
  if (!answered) return 'on its way'
  return stored === 'intended' ? 'answered, not stored' : 'stored'
}

/** Ended, known not to have been sent, or a person is asked and the bot goes on looking. */
function isOver({ state, flagged_at, poll_at }: Row): boolean {
  if (state === 'unknown') return flagged_at !== null && poll_at !== null
  return state === 'ended' || state === 'failed'
}

async function confirmation(world: World, domain: string, customer: string) {
  await world.say(
    `/cmr orders create ${customer} ${domain} --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
  )
  await world.opened(world.ana.id, (view) => {
    const shown = JSON.stringify(view)
    return shown.includes('It costs') && shown.includes(domain)
  })
}

function domainIn(body: unknown): string {
  return (body as { domains: { domain: string }[] }).domains[0]?.domain ?? ''
}

/** What the bot has on disk, read beside it. */
function operations(world: World): Row[] {
  const database = new DatabaseSync(String(world.env.DATABASE_URL).slice('file:'.length), { readOnly: true })
  try {
    return database
      .prepare('select id, label, state, outcome, poll_at, flagged_at from operations')
      .all() as unknown as Row[]
  } finally {
    database.close()
  }
}

const called = (rows: readonly Row[], domain: string) => rows.filter(({ label }) => label === domain)

const eventsOf = ({ metadata }: KeptMessage) => metadata?.event_payload.event_ids?.split(' ') ?? []

function countBy<T extends string>(all: readonly T[]): Partial<Record<T, number>> {
  const groups = Map.groupBy(all, (one) => one)
  return Object.fromEntries([...groups].map(([name, { length }]) => [name, length])) as Partial<
    Record<T, number>
  >
}
