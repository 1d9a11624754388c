import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyOf } from '../src/directory/store/rows.ts'
import { updateDirectory } from '../src/directory/store/update.ts'
import { rowAfter, updatesOfRow } from '../src/directory/updates.ts'
import { openStore } from '../src/store/store.ts'
import { answering, percentile, slackHeaders, start } from './program.ts'

// A picker of mailboxes with few and with many behind it, in turns, in one run: only the ratio means something.

const ROUNDS = 12
const ASKED = 80
const first = 'jane john maya jonas sofia omar vera liam emma noah mia paul lena carl ruth ivan'.split(' ')
const last = 'doe park reyes stone brandt keller novak silva moreau lindqvist okafor tanaka'.split(' ')
/** Beginnings, insides, several words, addresses, what is everywhere, and what is nowhere. */
const typed = [
  '',
  'ja',
  'jane',
  'ndqv',
  'reyes company7',
  'maya.park',
  'com',
  'ompany1',
  'zzzz',
  'qqq xyz',
  'eller',
]

const slack = createServer((_, response) => {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end('{"ok":true,"user_id":"U0","team_id":"T1","user":{"id":"U1","team_id":"T1"}}')
})
slack.listen(0, '127.0.0.1')
await once(slack, 'listening')

const folder = mkdtempSync(join(tmpdir(), 'cmr-bench-'))
const bots = [
  { name: 'few', mailboxes: 500, port: 4741 },
  { name: 'many', mailboxes: 50_000, port: 4742 },
].map((bot) => ({ ...bot, database: `file:${join(folder, `${bot.name}.db`)}`, took: [] as number[] }))

/** Three mailboxes a domain, ten domains a customer. */
async function fill(databaseUrl: string, count: number): Promise<void> {
  const store = await openStore(databaseUrl)
  for (let from = 0; from < count; from += 250) {
    const told = Array.from({ length: Math.min(250, count - from) }, (_, at) => from + at).flatMap((at) => {
      const domain = `company${Math.floor(at / 3)}.com`
      const userId = `USER${String(Math.floor(at / 30)).padStart(8, '0')}`
      const firstName = first[at % first.length] ?? ''
      const lastName = last[Math.floor(at / 3) % last.length] ?? ''
      const email = `${firstName}.${lastName}${at % 3}@${domain}`
      return [
        ...updatesOfRow.user({ userId, company: `Company ${Math.floor(at / 30)}`, email: `ops@${domain}` }),
        ...updatesOfRow.domain({ domainName: domain, userId, status: 'ACTIVE' }),
        ...updatesOfRow.mailbox({
          mailboxId: `MAILBOX${at}`,
          email,
          firstName,
          lastName,
          userId,
          status: 'ACTIVE',
        }),
      ]
    })
    await updateDirectory(store, told, (known) => {
      const rows = new Map(known)
      for (const one of told)
        rows.set(keyOf(one), rowAfter(rows.get(keyOf(one)), one, '2026-11-24T12:00:00.000Z'))
      return [...rows.values()]
    })
  }
  await store.close()
}

function startOf({ database, port }: (typeof bots)[number]) {
  return start(port, {
    SLACK_API_URL: `http://127.0.0.1:${(slack.address() as AddressInfo).port}/api/`,
    CMR_API_URL: 'http://127.0.0.1:9',
    CMR_SYNC_INTERVAL: '0',
    DATABASE_URL: database,
    LOG_LEVEL: 'silent',
  })
}

/** Milliseconds until the options are there. */
async function ask(port: number, value: string): Promise<number> {
  const payload = {
    type: 'block_suggestion',
    user: { id: 'U1', team_id: 'T1' },
    team: { id: 'T1' },
    view: { id: 'V1', callback_id: 'mailboxes.get', state: { values: {} } },
    container: { type: 'view', view_id: 'V1' },
    action_id: 'form.mailboxId',
    block_id: 'mailboxId',
    value,
  }
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  const began = performance.now()
  const answer = await fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: 'POST',
    body,
    headers: slackHeaders(body),
  })
  const { options } = (await answer.json()) as { options?: unknown[] }
  const took = performance.now() - began
  if (!options || (value === 'jane' && options.length === 0)) throw new Error(`no options for “${value}”`)
  return took
}

for (const bot of bots) await fill(bot.database, bot.mailboxes)
const children = bots.map(startOf)
try {
  for (const { port } of bots) await answering(port)
  for (const { port } of bots) for (const value of [...typed, ...typed]) await ask(port, value)
  for (let round = 0; round < ROUNDS; round++) {
    for (const bot of round % 2 ? bots : bots.toReversed()) {
      for (let at = 0; at < ASKED; at++) bot.took.push(await ask(bot.port, typed[at % typed.length] ?? ''))
    }
  }
} finally {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')))
  slack.close()
  rmSync(folder, { recursive: true, force: true })
}
const [few, many] = bots.map(({ took }) => ({ p50: percentile(took, 0.5), p99: percentile(took, 0.99) }))
if (!few || !many) throw new Error('nothing was measured')
console.table({
  'options p50, ms': { few: few.p50, many: many.p50, ratio: many.p50 / few.p50, wanted: '' },
  'options p99, ms': { few: few.p99, many: many.p99, ratio: many.p99 / few.p99, wanted: '≤ 3' },
})
