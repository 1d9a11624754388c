import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { answering, median, slackHeaders, start, webhookHeaders } from './program.ts'

// Our bot beside a bare Bolt app, in turns, in one run: only the ratios mean something.

const ROUNDS = 5
const SECONDS = 3
const upstream = createServer((_, response) => {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end('{"ok":true,"user_id":"U1","bot_id":"B1","team_id":"T1","user":{"id":"U1","team_id":"T1"}}')
})
upstream.listen(0, '127.0.0.1')
await once(upstream, 'listening')
const upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/api/`
const folder = mkdtempSync(join(tmpdir(), 'cmr-bench-'))

const programs = { bot: '../src/main.ts', bare: './bare.ts' } as const
type Name = keyof typeof programs
const ports: Record<Name, number> = { bot: 4731, bare: 4732 }
const names = Object.keys(programs) as Name[]

function startOf(name: Name): ChildProcess {
  const env = {
    SLACK_API_URL: upstreamUrl,
    CMR_API_URL: upstreamUrl,
    DATABASE_URL: `file:${join(folder, `${randomUUID()}.db`)}`,
    LOG_LEVEL: 'error',
  }
  return start(ports[name], env, programs[name])
}

/** Milliseconds from the start of the process to its first answer. */
async function startToReady(name: Name): Promise<number> {
  const began = performance.now()
  const child = startOf(name)
  await answering(ports[name])
  const took = performance.now() - began
  child.kill('SIGKILL')
  await once(child, 'exit')
  return took
}

const slashBody = new URLSearchParams({
  command: '/cmr',
  text: 'help',
  user_id: 'U1',
  team_id: 'T1',
  channel_id: 'C1',
  trigger_id: '1',
  response_url: upstreamUrl,
}).toString()

async function slash(name: Name) {
  const result = await autocannon({
    url: `http://127.0.0.1:${ports[name]}/slack/events`,
    method: 'POST',
    connections: 16,
    duration: SECONDS,
    body: slashBody,
    headers: slackHeaders(slashBody),
  })
  if (result.non2xx || result.errors)
    throw new Error(`${name}: ${result.non2xx} refused, ${result.errors} errors`)
  return { rate: result.requests.average, p99: result.latency.p99 }
}

let nextEvent = 0
async function webhooks(name: Name) {
  const result = await autocannon({
    url: `http://127.0.0.1:${ports[name]}/webhooks/cmr`,
    method: 'POST',
    connections: 64,
    duration: SECONDS,
    setupClient(client) {
      client.setHeaders({ 'content-type': 'application/json' })
      const load = () => {
        const body = JSON.stringify({
          event: 'mailbox.created',
          eventId: `B${nextEvent++}`,
          data: { mailboxId: 'M1', email: 'jane@acme.com' },
        })
        client.setHeadersAndBody(webhookHeaders(body), body)
      }
      load()
      client.on('response', load)
    },
  })
  if (result.non2xx || result.errors)
    throw new Error(`${name}: ${result.non2xx} refused, ${result.errors} errors`)
  return { rate: result.requests.average, p99: result.latency.p99 }
}

/** Resident memory in MB (proc(5): VmRSS). */
function residentMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024
}

const measured: Record<string, Record<Name, number[]>> = {}
function note(what: string, name: Name, value: number) {
  const row = measured[what] ?? { bot: [], bare: [] }
  measured[what] = row
  row[name].push(value)
}

for (let round = 0; round < ROUNDS; round++)
  for (const name of names) note('start to ready, ms', name, await startToReady(name))
const children: Record<Name, ChildProcess> = { bot: startOf('bot'), bare: startOf('bare') }
await Promise.all(names.map((name) => answering(ports[name])))
for (const name of names) note('resident memory, MB', name, residentMb(children[name]))
for (const name of names) await slash(name)
for (let round = 0; round < ROUNDS; round++) {
  for (const name of round % 2 ? names : names.toReversed()) {
    const { rate, p99 } = await slash(name)
    note('slash acknowledgements a second', name, rate)
    note('slash p99, ms', name, p99)
  }
}
for (let round = 0; round < ROUNDS; round++) {
  for (const name of round % 2 ? names : names.toReversed())
    note('webhooks a second', name, (await webhooks(name)).rate)
}
for (const name of names) children[name].kill('SIGKILL')
upstream.close()
rmSync(folder, { recursive: true, force: true })

const bounds: Record<string, string> = {
  'start to ready, ms': 'for information',
  'resident memory, MB': '≤ 1.6',
  'slash acknowledgements a second': '≥ 0.9',
  'slash p99, ms': '≤ 1.25',
  'webhooks a second': '≥ 0.8',
}
console.table(
  Object.fromEntries(
    Object.entries(measured).map(([what, row]) => {
      const [bot, bare] = [median(row.bot), median(row.bare)]
      return [
        what,
        {
          bot: Math.round(bot),
          'bare Bolt': Math.round(bare),
          ratio: Number((bot / bare).toFixed(2)),
          wanted: bounds[what],
        },
      ]
    }),
  ),
)
