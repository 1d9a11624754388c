import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { answering, secret, slackHeaders, start } from './program.ts'

// An import of many users through the bot, against the sandbox: how much of CMR's pace it uses, and how
// long one person's read takes meanwhile.

const ROWS = 120
/** CMR allows 5 a second ("Rate limits"). */
const PACE = 5
const port = 4741
const botUrl = `http://127.0.0.1:${port}`
const header = 'email,company,first name,last name,country,state,city,postal code,address,dialling code,phone'
const csv = [
  header,
  ...Array.from(
    { length: ROWS },
    (_, at) =>
      `customer${at}@example.com,Company ${at},Jane,Doe,US,New York,New York,10001,1 Main Street,1,2125551234`,
  ),
].join('\n')

/** The latest view that the bot has shown. */
let shown: { callback_id: string; private_metadata: string; submit?: unknown } | undefined
let answeredAt = 0
const slack = createServer(async (request, response) => {
  const body = await bodyOf(request)
  const json = (answer: object) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ok: true, ts: '1.1', channel: 'C1', ...answer }))
  const method = request.url?.split('/').at(-1)
  const said = { user_id: 'U0', team_id: 'T1', view: { id: 'V1' }, user: { id: 'U1', team_id: 'T1' } }
  if (request.method === 'GET') return void response.writeHead(200, { 'content-type': 'text/csv' }).end(csv)
  if (method === 'respond') answeredAt = performance.now()
  if (method === 'views.update') shown = JSON.parse(new URLSearchParams(body).get('view') ?? '{}')
  if (method !== 'files.info') return void json(said)
  return void json({
    file: { id: 'F1', name: 'users.csv', url_private: `${slackUrl}file`, size: csv.length },
  })
})
slack.listen(0, '127.0.0.1')
await once(slack, 'listening')
const slackUrl = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/api/`
const sandbox = await startSandbox({ apiKey: secret, pace: 0 })
const folder = mkdtempSync(join(tmpdir(), 'cmr-bench-'))
const bot = start(port, {
  SLACK_API_URL: slackUrl,
  CMR_API_URL: `${sandbox.url}/api/v1/integration`,
  CMR_ADMINS: 'U1',
  // What nobody watches would take its share of the pace.
  CMR_SYNC_INTERVAL: '0',
  DATABASE_URL: `file:${join(folder, 'cmr.db')}`,
  LOG_LEVEL: 'error',
})

/** Posts to the bot as Slack does. */
async function post(fields: Record<string, string>): Promise<void> {
  const body = new URLSearchParams(fields).toString()
  await fetch(`${botUrl}/slack/events`, {
    method: 'POST',
    body,
    headers: slackHeaders(body),
  })
}

function submit(values: object, metadata: string): Promise<void> {
  const view = { id: 'V1', callback_id: 'users.import', private_metadata: metadata, state: { values } }
  const user = { id: 'U1', team_id: 'T1' }
  return post({ payload: JSON.stringify({ type: 'view_submission', user, team: { id: 'T1' }, view }) })
}

type Perhaps<Result> = Result | false | 0 | undefined

async function until<Result>(what: () => Perhaps<Result> | Promise<Perhaps<Result>>): Promise<Result> {
  for (;;) {
    const found = await what()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const sentAt = async () => {
  const seen = (await (await fetch(`${sandbox.url}/sandbox/requests`)).json()) as {
    at: string
    endpoint: string
    status: number
  }[]
  const refused = seen.filter(({ status }) => status === 429).length
  return {
    refused,
    times: seen.filter(({ endpoint }) => endpoint === 'users.create').map(({ at }) => Date.parse(at)),
  }
}

await answering(port)
const file = { 'form.file': { type: 'file_input', files: [{ id: 'F1' }] } }
await submit({ file }, JSON.stringify({ channel: 'C1' }))
const { private_metadata } = await until(() => (shown?.submit ? shown : undefined))
await submit({}, private_metadata)

const waits: number[] = []
for (let read = 0; read < 10; read++) {
  const wanted = ((read + 1) * ROWS) / 12
  await until(async () => (await sentAt()).times.length >= wanted)
  answeredAt = 0
  const asked = performance.now()
  await post({
    command: '/cmr',
    text: 'wallet',
    user_id: 'U1',
    team_id: 'T1',
    channel_id: 'C1',
    trigger_id: '1',
    response_url: `${slackUrl}respond`,
  })
  waits.push((await until(() => answeredAt)) - asked)
}
const { times, refused } = await until(async () => {
  const sent = await sentAt()
  return sent.times.length === ROWS && sent
})
bot.kill('SIGKILL')
slack.close()
await sandbox.close()
rmSync(folder, { recursive: true, force: true })

// The ten reads are CMR's pace too.
const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000
const rate = (ROWS + waits.length - 1) / seconds
console.table({
  'import, share of 5 requests a second': { measured: Number((rate / PACE).toFixed(3)), wanted: '≥ 0.95' },
  'a person’s read meanwhile, longest, ms': { measured: Math.round(Math.max(...waits)), wanted: '< 1000' },
  'refused with 429': { measured: refused, wanted: '0' },
})
process.exit(0)
