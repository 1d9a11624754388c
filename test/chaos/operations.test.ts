import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { killProcess, startProcess } from '../support/process.ts'
import { startWorld } from '../support/world.ts'

type World = Awaited<ReturnType<typeof startWorld>>

/** How often the bot is killed: `npm run test:chaos` sets CHAOS=long. */
const KILLS = process.env.CHAOS === 'long' ? 200 : 8
/** How long an order is on its way, so that kills strike before, while and after it. */
const SENDING_MS = 250
const PRICE = 1450 + 300

interface Row {
  readonly id: string
  readonly label: string
  readonly state: string
  readonly request: string | null
  readonly outcome: string | null
}

test(`killed at ${KILLS} random moments of ordering, nothing is sent twice and nothing is forgotten`, {
  timeout: KILLS * 20_000 + 90_000,
}, async () => {
  const world = await startWorld({ withBot: false, pace: 0.02 })
  world.env.CMR_ADMINS = `${world.ana.id},${world.omar.id}`
  await world.control('rate-limit', { perSecond: 0 })
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await world.control('faults', { endpoint: 'orders.create', fault: 'slow', delayMs: SENDING_MS })
  await world.control('wallet', { balanceCents: KILLS * 2 * PRICE })
  const acknowledged = new Set<string>()

  let bot = await startProcess(world)
  for (let round = 0; round < KILLS; round++) {
    const submissions = [world.ana.id, world.omar.id].map(async (person, at) => {
      const domain = `chaos-${round}-${at}.com`
      await confirmation(world, domain, person)
      return { domain, submit: () => world.submit({}, person) }
    })
    const ready = await Promise.all(submissions)
    const sent = ready.map(async ({ domain, submit }) => {
      const answer = await submit()
      if (answer.ok) acknowledged.add(domain)
    })
    await sleep(Math.random() * SENDING_MS * 2.5)
    await killProcess(bot)
    await Promise.all(sent)
    // A view that was never answered is closed by whoever looks at it.
    await Promise.all([world.ana.id, world.omar.id].map((person) => closeAll(world, person)))
    bot = await startProcess(world)
  }

  const counts = Map.groupBy(await world.requests('orders.create'), ({ body }) => domainIn(body))
  for (const [domain, posts] of counts) expect(posts, domain).toHaveLength(1)

  // What no webhook could tell, because nobody was there to hear it, is found by asking: nobody waits for minutes.
  for (const { id, label } of operations(world).filter((row) => counts.has(row.label) && isOpen(row))) {
    expect((await world.say(`/cmr operations check ${id}`)).ok, label).toBe(true)
  }
  await vi.waitFor(
    () => {
      const rows = operations(world)
      // Whatever left is known to have happened; what did not leave is known not to, or looked for.
      for (const domain of counts.keys()) expect(of(rows, domain), domain).toMatchObject({ state: 'ended' })
      for (const row of rows) expect(row.state, row.label).not.toBe('intended')
    },
    { timeout: 60_000, interval: 500 },
  )
  const rows = operations(world)
  for (const domain of acknowledged) expect(of(rows, domain), domain).toBeDefined()
  for (const row of rows) {
    if (counts.has(row.label)) continue
    if (row.request) expect(row.state, row.label).toBe('unknown')
    else expect(row.outcome, row.label).toMatch(/stopped before anything was sent/)
  }
  expect((await world.look('state')).walletCents).toBe((KILLS * 2 - counts.size) * PRICE)
  // Each is told where it was asked for, by one receipt.
  await vi.waitFor(
    () => {
      for (const row of rows) expect(receipts(world, row.label), row.label).toHaveLength(1)
    },
    { timeout: 60_000, interval: 500 },
  )
  console.info(
    `${KILLS} kills: ${counts.size} orders left, ${rows.length - counts.size} did not, of ${KILLS * 2} submitted`,
  )
})

function isOpen({ state }: Row): boolean {
  return state !== 'ended' && state !== 'failed'
}

async function confirmation(world: World, domain: string, person: string) {
  const [user] = await world.look('users')
  await world.interactions.command(
    person,
    world.ops.id,
    `/cmr orders create ${user.userId} ${domain} --mailboxes "jane Jane Doe" --service-provider GOOGLE`,
  )
  await world.opened(
    person,
    (view) => /It costs/.test(JSON.stringify(view)) && JSON.stringify(view).includes(domain),
  )
}

async function closeAll(world: World, person: string) {
  while (world.modalOf(person)) await world.interactions.close(person)
}

function domainIn(body: unknown): string {
  return (body as { domains: { domain: string }[] }).domains[0]?.domain ?? ''
}

/** What the bot has on disk, read beside it. */
function operations(world: World): Row[] {
  const database = new DatabaseSync(String(world.env.DATABASE_URL).slice('file:'.length), { readOnly: true })
  try {
    return database
      .prepare('select id, label, state, request, outcome from operations')
      .all() as unknown as Row[]
  } finally {
    database.close()
  }
}

function of(rows: readonly Row[], domain: string): Row | undefined {
  const found = rows.filter((row) => row.label === domain)
  expect(found.length, domain).toBeLessThanOrEqual(1)
  return found[0]
}

/** Messages of the bot in #ops about a domain that stand in no thread. */
function receipts(world: World, domain: string) {
  return world
    .messages(world.ops.id)
    .filter((one) => one.author === 'bot' && !one.threadTs && !one.ephemeralFor)
    .filter((one) => JSON.stringify(one.blocks).includes(domain))
}
