import { expect, test, vi } from 'vitest'
import { csvText, customerRow } from '../support/csv.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { giveFile, outcomeOf, pressureOn } from '../support/imports.ts'
import { killProcess, startProcess } from '../support/process.ts'
import { startWorld, type World } from '../support/world.ts'

const long = process.env.CHAOS === 'long'
/** PostgreSQL takes longer: who takes a run over there cannot know that its process is dead. */
const rowsOn: Record<string, number> = { sqlite: long ? 500 : 60, postgres: 40 }
const cases = dialects.map((dialect) => [rowsOn[dialect] ?? 0, dialect] as const)

/** Whose creation CMR was asked for and did not refuse: what it has not counted, 429, may be sent again. */
const sentTo = async (world: World) =>
  (await world.requests('users.create'))
    .filter(({ status }) => status !== 429)
    .map(({ body }) => (body as { email: string }).email)

test.each(cases)(
  'an import of %i rows, killed twice in between, sends each row once or says that it does not know, on %s',
  {
    timeout: 500 * 700 + 60_000,
  },
  async (count, dialect) => {
    const world = await startWorld({
      withBot: false,
      realCmrPace: true,
      env: { DATABASE_URL: await testUrl(dialect) },
    })
    // Slow enough that several requests are under way when the bot is killed.
    await world.control('faults', { endpoint: 'users.create', fault: 'slow', delayMs: 500 })
    let bot = await startProcess(world)
    const rows = Array.from({ length: count }, (_, at) => customerRow(at))
    await giveFile(world, 'users import', csvText(rows))
    await world.submit({})
    for (const share of [0.3, 0.6]) {
      await vi.waitFor(async () => expect((await sentTo(world)).length).toBeGreaterThan(count * share), {
        timeout: count * 400 + 20_000,
        interval: 50,
      })
      await killProcess(bot)
      bot = await startProcess(world)
    }

    const outcome = await outcomeOf(world, count * 400 + 30_000)
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
    expect(told[0]?.text).toContain(`${count - unknown} of ${count} done, ${unknown} unknown`)
    // A busy machine is late where CMR counts; the long form is for a quiet one.
    if (long) expect((await pressureOn(world)).refused).toBe(0)
  },
)
