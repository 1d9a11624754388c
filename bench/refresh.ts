import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { traitsOf } from '../src/command-list.ts'
import { createDirectoryUpdater } from '../src/directory/updater.ts'
import { openStore } from '../src/store/store.ts'

// What a refresh that finds no change costs, with few and with many pages, in processor time: it pauses between pages.

const PAGE = 100
const [FEW, MANY] = [10, 100]

const folder = mkdtempSync(join(tmpdir(), 'cmr-bench-'))
const store = await openStore(`file:${join(folder, 'cmr.db')}`)
const logger = pino({ level: 'silent' })
const updater = createDirectoryUpdater({
  store,
  findsChanges: true,
  traitsOf,
  clock: () => new Date(),
  logger,
})

const mailbox = (at: number) => ({
  mailboxId: `MAILBOX${String(at).padStart(8, '0')}`,
  email: `jane${at % 5}@company${Math.floor(at / 5)}.com`,
  userId: `USER${Math.floor(at / 25)}`,
  subscriptionId: `SUBSCRIPTION${Math.floor(at / 5)}`,
  firstName: 'Jane',
  lastName: `Doe ${at}`,
  status: 'ACTIVE',
  warmup: null,
})

/** Milliseconds of processor time for each page. */
async function read(pages: number): Promise<number> {
  const before = process.cpuUsage()
  for (let page = 0; page < pages; page++) {
    const rows = Array.from({ length: PAGE }, (_, at) => mailbox(page * PAGE + at))
    updater.answered({ endpoint: 'mailboxes.all', request: {}, data: { rows }, refused: [], sentMsAgo: 0 })
    await updater.settled()
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / pages
}

await read(MANY)
const [few, many] = [await read(FEW), await read(MANY)]
await store.close()
rmSync(folder, { recursive: true, force: true })
console.table({
  'a page without a change, ms': { few, many, ratio: many / few, wanted: '≤ 1.5' },
})
if (many / few > 1.5) process.exitCode = 1
