import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { allEndpoints } from '../../src/cmr/endpoints/index.ts'
import { webhookEvents } from '../../src/cmr/events/index.ts'
import { declaredCommands } from '../../src/command-list.ts'
import { idOf } from '../../src/commands/command.ts'
import { anyText } from '../support/any-text.ts'
import { eventually } from '../support/eventually.ts'
import { atOnce, residentMb } from '../support/fuzz.ts'
import { odd } from '../support/odd-json.ts'
import { oddSlackBody } from '../support/odd-requests.ts'
import { startProcess } from '../support/process.ts'
import { freePort, listening } from '../support/servers.ts'
import { apiKey, cleanups, startWorld, type World } from '../support/world.ts'

/** Printed with every failure; FUZZ_SEED tries another. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_129)
/** A hundred thousand on the three doors together in `npm run test:chaos`. */
const INPUTS = process.env.CHAOS === 'long' ? 34_000 : 3000
/** Megabytes of heap that a process gets: what leaks 5 KB an input ends for want of memory in the long form. */
const HEAP_MB = { bot: 256, sandbox: 320 }
const timeout = INPUTS * 30 + 120_000

/** Sends everything, and sees that the process lives in the memory that it has. @returns how often each status came */
async function endured<T>(
  inputs: readonly T[],
  process: { readonly pid?: number | undefined; readonly exitCode: number | null },
  send: (input: T) => Promise<number>,
) {
  const statuses = new Map<number, number>()
  const before = residentMb(process)
  await atOnce(inputs, async (input) => {
    const status = await send(input)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  })
  expect(process.exitCode, `FUZZ_SEED=${seed}`).toBe(null)
  const grown = (residentMb(process) - before).toFixed(0)
  console.info(`${inputs.length} inputs: ${JSON.stringify(Object.fromEntries(statuses))}, ${grown} MB more`)
  return statuses
}

const sample = <T>(arbitrary: fc.Arbitrary<T>) => fc.sample(arbitrary, { numRuns: INPUTS, seed })

/** Without an alerts channel: what is looked at is the door, not Slack's pace behind it. */
async function startLogged() {
  const world = await startWorld({
    withBot: false,
    env: {
      LOG_LEVEL: 'error',
      CMR_ALERTS_CHANNEL: '',
      DEADLINE_FACTOR: '1',
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MB.bot}`,
    },
  })
  let errors = 0
  const child = await startProcess(world, new URL('../support/fast-bot.ts', import.meta.url), (text) => {
    errors += text.split('\n').filter((line) => line.includes('"level":50')).length
  })
  return { world, child, errors: () => errors }
}

async function livesOn(world: World) {
  expect(await (await fetch(`${world.botUrl}/healthz`)).text()).toBe('{"ok":true}')
  expect(await (await fetch(`${world.botUrl}/metrics`)).text()).toMatch(/^cmr_unexpected_errors 0$/m)
}

const fields = [
  'domain',
  'domainName',
  'userId',
  'mailboxId',
  'subscriptionId',
  'orderId',
  'domains',
  'email',
  'reason',
]
const envelope = fc.oneof(
  odd,
  fc.record(
    {
      event: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...Object.keys(webhookEvents)) },
        { weight: 1, arbitrary: odd },
      ),
      eventId: fc.oneof(fc.uuid(), odd),
      timestamp: odd,
      data: fc.oneof(odd, fc.dictionary(fc.constantFrom(...fields), odd, { maxKeys: 5 })),
    },
    { requiredKeys: ['event'] },
  ),
)

test('signed webhooks with anything in them are stored or refused, and end nothing', {
  timeout,
}, async () => {
  const { world, child, errors } = await startLogged()
  const bodies = sample(
    fc.oneof({ weight: 9, arbitrary: envelope.map((one) => JSON.stringify(one)) }, anyText()),
  )
  const statuses = await endured(bodies, child, (body = '') => world.webhook(null, { body }))
  for (const status of statuses.keys()) expect([200, 400, 413]).toContain(status)
  expect(statuses.get(500) ?? 0).toBeLessThanOrEqual(errors())
  await livesOn(world)
})

test('whatever Slack signs is answered, a 500 has its line in the log, and nothing ends', {
  timeout,
}, async () => {
  const { world, child, errors } = await startLogged()
  const sink = createServer((_, response) => response.end('ok'))
  const responseUrl = `http://127.0.0.1:${await listening(sink, cleanups)}/`
  const ids = [...declaredCommands().nouns.values()].flat().map(idOf)
  const who = {
    user_id: world.ana.id,
    team_id: world.team,
    channel_id: world.ops.id,
    trigger_id: '1.1',
    response_url: responseUrl,
  }
  const user = { id: world.ana.id, team_id: world.team }
  const known = { user, team: { id: world.team }, trigger_id: '1.1', response_url: responseUrl }
  const state = fc.dictionary(
    fc.string({ maxLength: 12 }),
    fc.dictionary(fc.string({ maxLength: 12 }), odd, { maxKeys: 2 }),
    { maxKeys: 3 },
  )
  const view = fc.record({
    id: fc.constant('V1'),
    type: fc.constantFrom('modal', 'home'),
    callback_id: fc.oneof(fc.constantFrom(...ids), fc.string()),
    private_metadata: fc.oneof(fc.constant('{}'), fc.json(), fc.string()),
    state: fc.record({ values: state }),
    blocks: fc.constant([]),
  })
  const payload = fc.oneof(
    oddSlackBody,
    view.map((one) => JSON.stringify({ type: 'view_submission', ...known, view: one })),
    fc.tuple(view, fc.string()).map(([one, value]) =>
      JSON.stringify({
        type: 'block_suggestion',
        ...known,
        view: one,
        action_id: 'form.domain',
        block_id: 'domain',
        value,
      }),
    ),
    fc.tuple(fc.constantFrom(...ids), odd).map(([action_id, value]) =>
      JSON.stringify({
        type: 'block_actions',
        ...known,
        actions: [{ type: 'button', action_id, value, action_ts: '1' }],
      }),
    ),
  )
  const form = fc.oneof(
    { weight: 2, arbitrary: payload.map((one): Record<string, string> => ({ payload: one })) },
    {
      weight: 1,
      arbitrary: anyText({ maxLength: 200 }).map((text) => ({ command: '/cmr', text, ...who })),
    },
  )
  const statuses = await endured(sample(form), child, async (one) => {
    const { ok, notice } = await world.send(one)
    return ok ? 200 : Number(/HTTP (\d+)/.exec(notice ?? '')?.[1] ?? 0)
  })
  for (const status of statuses.keys()) expect([200, 400, 404, 500]).toContain(status)
  // The log is written a moment later.
  await eventually(() => expect(errors()).toBeGreaterThanOrEqual(statuses.get(500) ?? 0))
  await livesOn(world)
})

test('the local CMR answers whatever it is asked, and ends with nothing', { timeout }, async () => {
  const port = await freePort()
  let errors = 0
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MB.sandbox}`,
      new URL('../../src/sandbox/main.ts', import.meta.url).pathname,
    ],
    {
      env: { PATH: process.env.PATH ?? '', CMR_API_KEY: apiKey, SANDBOX_PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stderr.setEncoding('utf8').on('data', () => errors++)
  const url = `http://127.0.0.1:${port}`
  const look = async (path: string) => (await fetch(`${url}/sandbox/${path}`)).json()
  await eventually(() => look('state'))
  const unlimited = { method: 'POST', body: '{"perSecond":0}' }
  expect((await fetch(`${url}/sandbox/rate-limit`, unlimited)).status).toBe(200)
  const [{ userId, domainName }] = await look('domains')
  const likely = fc.oneof(fc.constantFrom<unknown>(userId, domainName, [domainName], 1), odd)
  const request = fc.record({
    endpoint: fc.constantFrom(...allEndpoints),
    query: likely,
    body: likely,
    more: fc.dictionary(fc.constantFrom(...fields), likely, { maxKeys: 4 }),
    path: fc.oneof(
      { weight: 9, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: anyText({ maxLength: 20 }) },
    ),
  })
  const statuses = await endured(sample(request), child, async ({ endpoint, query, body, more, path }) => {
    const { method } = endpoint
    const asked = new URLSearchParams({ userId: String(userId) })
    for (const name of Object.keys(endpoint.query.shape))
      asked.set(name, textOf(name === 'userId' ? userId : query))
    const shape = 'shape' in endpoint.body ? Object.keys(endpoint.body.shape as object) : []
    const content = { ...Object.fromEntries(shape.map((name) => [name, body])), ...more }
    const at = path === null ? endpoint.path : `/${encodeURIComponent(path.toWellFormed())}`
    const answer = await fetch(`${url}/api/v1/integration${at}?${asked}`, {
      method,
      headers: {
        'cmr-x-api-key': apiKey,
        'cmr-x-sandbox-api-key': apiKey,
        'content-type': 'application/json',
      },
      ...(method !== 'GET' && { body: JSON.stringify(content) }),
    })
    await answer.arrayBuffer()
    return answer.status
  })
  expect(statuses.get(500) ?? 0).toBeLessThanOrEqual(errors)
  expect(statuses.get(200) ?? 0).toBeGreaterThan(INPUTS / 50)
  expect((await fetch(`${url}/sandbox/state`)).status).toBe(200)
})

function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed()
}
