import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { PER_SECOND } from '../src/alerts/delivery/delivery.ts'
import { createIngest } from '../src/events/ingest.ts'
import type { Placement } from '../src/events/store/outbox.ts'
import { storedEvent } from '../src/events/stored-event.ts'
import { openStore, type Store } from '../src/store/store.ts'
import { answering, median, start, webhookHeaders } from './program.ts'

// How fast a backlog goes out, beside what Slack's pace allows; and what a backlog costs those who come in, beside
// the same bot without one, in turns, in one run.

const CHANNELS = 50
const DELIVERIES = 10_000
/** Rows of one batch share a message; so many messages stand before each channel. */
const BATCHES = 8
const PACE_MS = 1000
const BACKLOG = 100_000
const ROUNDS = 5
const SECONDS = 3
const folder = mkdtempSync(join(tmpdir(), 'cmr-bench-'))

/** A Slack that takes every post, after as long as Slack's own takes. */
const slack = { posts: 0, firstAt: 0, lastAt: 0, down: false }
const upstream = createServer((request, response) => {
  request.resume().on('end', () => {
    const posting = request.url?.includes('chat.postMessage') ?? false
    if (posting && slack.down) return void response.writeHead(429, { 'retry-after': '1' }).end()
    if (posting) {
      slack.posts++
      slack.firstAt ||= performance.now()
      slack.lastAt = performance.now()
    }
    const ts = `${Math.floor(Date.now() / 1000)}.${String(slack.posts).padStart(6, '0')}`
    const answer = { ok: true, ts, channel: 'C1', user_id: 'U1', bot_id: 'B1', team_id: 'T1', messages: [] }
    setTimeout(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
      posting ? 100 : 0,
    )
  })
})
upstream.listen(0, '127.0.0.1')
await once(upstream, 'listening')
const upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/api/`

let port = 4741
interface Running {
  readonly child: ChildProcess
  readonly url: string
}

async function startOn(database: string): Promise<Running> {
  const child = start(++port, {
    SLACK_API_URL: upstreamUrl,
    CMR_API_URL: upstreamUrl,
    CMR_ALERTS_CHANNEL: 'CALERTS',
    CMR_ALERT_PACE_MS: String(PACE_MS),
    CMR_SYNC_INTERVAL: '0',
    DATABASE_URL: database,
    LOG_LEVEL: 'fatal',
  })
  const url = `http://127.0.0.1:${port}`
  await answering(port)
  return { child, url }
}

/** A database in which so many deliveries wait. */
async function backlog(rows: number, placement: (at: number) => Placement): Promise<string> {
  const url = `file:${join(folder, `${randomUUID()}.db`)}`
  const store = await openStore(url)
  const past = new Date(Date.now() - 3_600_000).toISOString()
  for (let from = 0; from < rows; from += 5000) {
    const events = Array.from({ length: Math.min(5000, rows - from) }, (_, n) => {
      const at = from + n
      const data = { subscriptionId: `SUB${at}`, domain: `d${at}.com` }
      const eventId = `BENCH${String(at).padStart(23, '0')}`
      return storedEvent({ event: 'subscription.updated', eventId, severity: 'info', data }, past)
    })
    const place = ({ event_id }: { event_id: string }) => [placement(Number(event_id.slice(5)))]
    const match = async () => events.map(() => undefined)
    const parts = { store, match, place, follow: async () => undefined, onStored: () => undefined }
    await createIngest(parts).ingest(events)
  }
  await store.close()
  return url
}

async function waiting(store: Store): Promise<number> {
  const row = await store.db
    .selectFrom('outbox')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  return Number(row.rows)
}

/** Seconds from the first message of a backlog to its last. */
async function drained(): Promise<number> {
  const database = await backlog(DELIVERIES, (at) => {
    const batch = Math.floor(at / CHANNELS) % BATCHES
    return { channel: `C${at % CHANNELS}`, batchKey: `digest:${batch}`, threadTs: null }
  })
  const { child } = await startOn(database)
  const store = await openStore(database)
  while ((await waiting(store)) > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  await store.close()
  child.kill('SIGKILL')
  await once(child, 'exit')
  return (slack.lastAt - slack.firstAt) / 1000
}

let nextEvent = 0
/** p99 in milliseconds of webhooks at a rate that leaves the machine some air. */
async function intake({ url }: Running): Promise<number> {
  const result = await autocannon({
    url: `${url}/webhooks/cmr`,
    method: 'POST',
    connections: 8,
    overallRate: 400,
    duration: SECONDS,
    setupClient(client) {
      const load = () => {
        const domain = `n${nextEvent}.com`
        const body = JSON.stringify({ event: 'domain.expired', eventId: `N${nextEvent++}`, data: { domain } })
        client.setHeadersAndBody(webhookHeaders(body), body)
      }
      load()
      client.on('response', load)
    },
  })
  if (result.non2xx || result.errors) throw new Error(`${result.non2xx} refused, ${result.errors} errors`)
  return result.latency.p99
}

const seconds = await drained()
const messages = slack.posts
const ideal = Math.max(((BATCHES - 1) * PACE_MS) / 1000, (messages - 1) / PER_SECOND)

slack.down = true
const full = await startOn(await backlog(BACKLOG, (at) => ({ channel: `C${at % CHANNELS}`, threaded: true })))
const empty = await startOn(await backlog(0, () => ({ channel: 'C1' })))
const p99: Record<'full' | 'empty', number[]> = { full: [], empty: [] }
for (const bot of [full, empty]) await intake(bot)
for (let round = 0; round < ROUNDS; round++) {
  const turns = [
    ['full', full],
    ['empty', empty],
  ] as const
  for (const [name, bot] of round % 2 ? turns : turns.toReversed()) p99[name].push(await intake(bot))
}
for (const { child } of [full, empty]) child.kill('SIGKILL')
upstream.close()
upstream.closeAllConnections()
rmSync(folder, { recursive: true, force: true })

const row = (measured: number, beside: number, wanted: string) => ({
  measured: Number(measured.toFixed(1)),
  beside: Number(beside.toFixed(1)),
  ratio: Number((measured / beside).toFixed(2)),
  wanted,
})
console.table({
  [`s to tell ${DELIVERIES} alerts in ${messages} messages, ${CHANNELS} channels`]: row(
    seconds,
    ideal,
    '≤ 1.1',
  ),
  [`webhook p99, ms, ${BACKLOG} alerts undelivered`]: row(median(p99.full), median(p99.empty), '≤ 1.5'),
})
