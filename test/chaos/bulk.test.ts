import { expect, test, vi } from 'vitest'
import { startProcess } from '../support/bot-process.ts'
import { csvText, customerRow } from '../support/csv.ts'
import { giveFile, outcomeOf } from '../support/imports.ts'
import { startWorld, type World } from '../support/world.ts'

const ROWS = process.env.CHAOS === 'long' ? 500 : 60

/** What CMR has taken: a 429 did nothing. */
const sentTo = async (world: World) =>
  (await world.requests('users.create'))
    .filter((one) => (one as { status?: number }).status !== 429)
    .map(({ body }) => (body as { email: string }).email)

test(`an import of ${ROWS} rows, killed twice in between, sends each row once or says that it does not know`, {
  timeout: ROWS * 700 + 60_000,
}, async () => {
  const world = await startWorld({ withBot: false })
  // Slow enough that several requests are under way when the bot is killed.
  await world.control('faults', { endpoint: 'users.create', fault: 'slow', delayMs: 500 })
  let bot = await startProcess(world)
  const rows = Array.from({ length: ROWS }, (_, at) => customerRow(at))
  await giveFile(world, 'users import', csvText(rows))
  await world.submit({})
  for (const share of [0.3, 0.6]) {
    await vi.waitFor(async () => expect((await sentTo(world)).length).toBeGreaterThan(ROWS * share), {
      timeout: ROWS * 400 + 20_000,
      interval: 50,
    })
    await bot.kill()
    bot = await startProcess(world)
  }

  const outcome = await outcomeOf(world, ROWS * 400 + 30_000)
  const emails = await sentTo(world)
  expect(new Set(emails).size).toBe(emails.length)
  expect(outcome.map(({ email }) => email)).toEqual(rows.map((row) => row['E-mail']))
  const wordsOf = (row: { outcome?: string }) => row.outcome?.split(':')[0]
  expect(new Set(outcome.map(wordsOf))).toEqual(new Set(['done', 'unknown']))
  const unknown = outcome.filter((row) => wordsOf(row) === 'unknown').length
  expect(unknown).toBeLessThanOrEqual(20)
  const users = (await world.look('users')) as { email: string }[]
  const there = new Set(users.map(({ email }) => email))
  for (const row of outcome) if (wordsOf(row) === 'done') expect(there).toContain(row.email)
  const told = world.messages(world.ops.id).filter(({ text }) => text.includes('users import: '))
  expect(told).toHaveLength(1)
  expect(told[0]?.text).toContain(`${ROWS - unknown} of ${ROWS} done, ${unknown} unknown`)
})
