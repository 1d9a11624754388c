import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { answering, percentile, slackHeaders, start } from './program.ts'

// What access and audit cost of an acknowledgement: the bot beside itself without both, request by request in turns, so
// that whatever else the machine does meets both alike. Only the share means something.

const ROUNDS = 3000
const WARM_UP = 300
const MOST_PERCENT = 5

const upstream = createServer((_, response) => {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end('{"ok":true,"user_id":"U1","bot_id":"B1","team_id":"T1","user":{"id":"U1","team_id":"T1"}}')
})
upstream.listen(0, '127.0.0.1')
await once(upstream, 'listening')
const upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/api/`
const folder = mkdtempSync(join(tmpdir(), 'cmr-bench-'))

const bots = [
  { name: 'with', port: 4733, args: [] },
  { name: 'without', port: 4734, args: ['--import', new URL('./without-access.ts', import.meta.url).href] },
] as const
const children = bots.map(({ name, port, args }) => {
  const env = {
    SLACK_API_URL: upstreamUrl,
    CMR_API_URL: upstreamUrl,
    DATABASE_URL: `file:${join(folder, `${name}.db`)}`,
    LOG_LEVEL: 'error',
  }
  return start(port, env, undefined, args)
})
await Promise.all(bots.map(({ port }) => answering(port)))

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Milliseconds until a command is acknowledged. */
async function acknowledged(port: number, text: string): Promise<number> {
  const body = new URLSearchParams({
    command: '/cmr',
    text,
    user_id: 'U1',
    team_id: 'T1',
    channel_id: 'C1',
    trigger_id: '1',
    response_url: upstreamUrl,
  }).toString()
  const headers = { ...slackHeaders(body), 'content-length': Buffer.byteLength(body) }
  const begun = performance.now()
  const sent = request({ port, host: '127.0.0.1', path: '/slack/events', method: 'POST', agent, headers })
  sent.end(body)
  const [response] = await once(sent, 'response')
  response.resume()
  await once(response, 'end')
  if (response.statusCode !== 200) throw new Error(`${text}: ${response.statusCode}`)
  return performance.now() - begun
}

const commands = [
  { what: 'allowed: /cmr help', text: 'help', pauseMs: 0 },
  // Refused and audited after the acknowledgement; a hundred of them a second, so that this does not meet the next one.
  { what: 'audited: /cmr domains renew', text: 'domains renew acme.com', pauseMs: 5 },
]
const table = Object.fromEntries(
  await Array.fromAsync(commands, async ({ what, text, pauseMs }) => {
    const took = { with: [] as number[], without: [] as number[] }
    for (let round = 0; round < WARM_UP + ROUNDS; round++)
      for (const { name, port } of round % 2 ? bots : bots.toReversed()) {
        if (pauseMs > 0) await setTimeout(pauseMs)
        const ms = await acknowledged(port, text)
        if (round >= WARM_UP) took[name].push(ms)
      }
    // What is quick was held up by nothing else on the machine.
    const [whole, rest] = [percentile(took.with, 0.25), percentile(took.without, 0.25)]
    const percent = Number(((1 - rest / whole) * 100).toFixed(1))
    return [
      what,
      {
        'acknowledged after, µs': Math.round(whole * 1000),
        'without access and audit': Math.round(rest * 1000),
        'share, %': percent,
        wanted: `≤ ${MOST_PERCENT}`,
      },
    ] as const
  }),
)
for (const child of children) child.kill('SIGKILL')
agent.destroy()
upstream.close()
rmSync(folder, { recursive: true, force: true })
console.table(table)
if (Object.values(table).some((row) => row['share, %'] > MOST_PERCENT)) process.exitCode = 1
