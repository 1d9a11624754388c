import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createCmr } from '../../src/cmr/client.ts'
import { parseCorrections } from '../../src/cmr/corrections.ts'
import { CmrError } from '../../src/cmr/errors.ts'
import { toCents } from '../../src/cmr/money.ts'
import { dropCredentials } from '../../src/cmr/redact.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { freePort } from '../support/servers.ts'

async function world(over: Partial<Parameters<typeof createCmr>[0]> = {}) {
  const sandbox = await startSandbox({ apiKey: 'k', pace: 0 })
  onTestFinished(() => sandbox.close().catch(() => undefined))
  const post = async (path: string, body: object) => {
    await fetch(`${sandbox.url}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
  }
  const requests = async () =>
    (await (await fetch(`${sandbox.url}/sandbox/requests`)).json()) as {
      at: string
      endpoint: string
      path: string
    }[]
  const cmr = createCmr({
    apiKey: 'k',
    apiUrl: `${sandbox.url}/api/v1/integration`,
    retryFactor: 0.1,
    ...over,
  })
  return { sandbox, cmr, post, requests }
}

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const failing = async (call: Promise<unknown>): Promise<CmrError> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof CmrError)) throw new Error(`expected a CmrError, got ${error}`)
  return error
}

test('twenty people at once stay within five requests a second', async () => {
  const { cmr, requests } = await world()
  await Promise.all(Array.from({ length: 12 }, () => cmr.wallet.get()))
  const times = (await requests()).map(({ at }) => Date.parse(at))
  expect(times).toHaveLength(12)
  for (const [index, time] of times.entries()) {
    const sixth = times[index + 5]
    if (sixth) expect(sixth - time).toBeGreaterThanOrEqual(990)
  }
})

test('a person goes before a background job', async () => {
  const { cmr } = await world()
  const order: string[] = []
  const background = Array.from({ length: 9 }, () =>
    cmr.wallet.get({}, { priority: 'background' }).then(() => order.push('background')),
  )
  await cmr.wallet.get().then(() => order.push('person'))
  await Promise.all(background)
  expect(order.indexOf('person')).toBeLessThan(7)
})

test('a read is tried again, a write that may have been accepted never is', async () => {
  const { cmr, post, requests } = await world()
  await post('faults', { endpoint: 'wallet.get', fault: '500', times: 1 })
  expect((await cmr.wallet.get()).data.currency).toBe('USD')
  await post('faults', { endpoint: 'errors.send', fault: '503' })
  const error = await failing(cmr.errors.send({ body: { message: 'x' } }))
  expect(error).toMatchObject({ kind: 'unavailable', mayHaveBeenAccepted: true, status: 503 })
  expect((await requests()).filter((one) => one.endpoint === 'errors.send')).toHaveLength(1)
})

test('a write that CMR answered with 429 is sent again', async () => {
  const { cmr, post, requests } = await world()
  await post('faults', { endpoint: 'errors.send', fault: '429', times: 1 })
  await cmr.errors.send({ body: { message: 'x' } })
  expect((await requests()).filter((one) => one.endpoint === 'errors.send')).toHaveLength(2)
})

test('a 429 to one is quiet for all: nobody is refused twice', async () => {
  const { cmr, post, requests } = await world()
  await post('faults', { endpoint: 'errors.send', fault: '429', times: 1 })
  const refused = cmr.errors.send({ body: { message: 'x' } })
  await expect.poll(async () => (await requests()).length).toBe(1)
  await Promise.all([refused, cmr.at('bulk').wallet.get(), cmr.wallet.get()])
  const [first, ...rest] = (await requests()).map(({ at }) => Date.parse(at))
  expect(rest).toHaveLength(3)
  expect(Math.min(...rest) - (first ?? 0)).toBeGreaterThanOrEqual(900)
})

test('a turn that was waited for beforehand is spent by the first request', async () => {
  const { cmr } = await world()
  const reserved = await cmr.reserve('background')
  const others = Array.from({ length: 5 }, () => cmr.wallet.get())
  const first = await Promise.race([reserved.wallet.get().then(() => 'reserved'), others[4]])
  expect(first).toBe('reserved')
  await Promise.all(others)
})

test('a time-out of a write is unknown, not failed', async () => {
  const { cmr, post } = await world({ timeoutMs: 300 })
  await post('faults', { endpoint: 'errors.send', fault: 'accepted-timeout' })
  const error = await failing(cmr.errors.send({ body: { message: 'x' } }))
  expect(error).toMatchObject({ kind: 'unknown-outcome', mayHaveBeenAccepted: true })
})

/** CMR, or what stands before it, answering everything so. */
async function answering(status: number, body: string, type = 'application/json') {
  const server = createServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return createCmr({ apiKey: 'k', apiUrl: addressOf(server), requestsPerSecond: 500, retryFactor: 0.1 })
}

test.each([
  [429, '', 'rate-limited'],
  [502, '', 'unavailable'],
  [500, '<html>', 'unavailable'],
] as const)('a %s that holds %j in place of JSON is told as what it is', async (status, body, kind) => {
  const cmr = await answering(status, body)
  expect(await failing(cmr.wallet.get())).toMatchObject({ kind, status })
  const renew = cmr.domains.renew({ body: { userId: 'U', domains: ['acme.com'] } })
  expect(await failing(renew)).toMatchObject({ mayHaveBeenAccepted: status !== 429 })
})

test('a write that took too long for what stands before CMR may have been accepted', async () => {
  const cmr = await answering(408, '{"status":408,"message":"Request Timeout","data":null}')
  const renew = cmr.domains.renew({ body: { userId: 'U', domains: ['acme.com'] } })
  expect(await failing(renew)).toMatchObject({ kind: 'unavailable', mayHaveBeenAccepted: true })
})

test.each([408, 503])('after a %s a read is sent again, and a write never is', async (status) => {
  const sent: (string | undefined)[] = []
  const server = createServer(({ method }, response) => {
    sent.push(method)
    response.writeHead(sent.length === 2 ? 200 : status).end('{"status":200,"message":"","data":{}}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const cmr = createCmr({ apiKey: 'k', apiUrl: addressOf(server), requestsPerSecond: 500, retryFactor: 0.1 })
  await cmr.wallet.get()
  expect(sent).toEqual(['GET', 'GET'])
  await failing(cmr.domains.renew({ body: { userId: 'U', domains: ['acme.com'] } }))
  expect(sent).toEqual(['GET', 'GET', 'POST'])
})

test('nobody is there: nothing can have been accepted', async () => {
  const apiUrl = `http://127.0.0.1:${await freePort()}/api`
  const cmr = createCmr({ apiKey: 'k', apiUrl, retryFactor: 0.1 })
  expect(await failing(cmr.errors.send({ body: { message: 'x' } }))).toMatchObject({
    kind: 'unavailable',
    mayHaveBeenAccepted: false,
  })
})

test('what our own schema refuses never leaves', async () => {
  const { cmr, requests } = await world()
  const error = await failing(cmr.users.get({ query: { userId: '' } }))
  expect(error.kind).toBe('invalid')
  expect(await requests()).toEqual([])
})

test('an answer that makes no sense shows its shape and none of its secrets', async () => {
  const { cmr, post } = await world()
  await post('faults', { endpoint: 'wallet.get', fault: 'garbage' })
  const error = await failing(cmr.wallet.get())
  expect(error.message).toMatch(/that the bot cannot read \(200\)\.$/)
  expect(error.adminHint).toMatch(/text of \d+ characters/)
  expect(error.message + error.adminHint).not.toContain('Welcome')
})

test('a correction moves an endpoint, and a wrong one is named', async () => {
  const read = parseCorrections(JSON.stringify({ 'wallet.get': { path: '/wallets' } }))
  if (!read.ok) throw new Error('refused')
  const { cmr, requests } = await world({ corrections: read.corrections })
  const error = await failing(cmr.wallet.get())
  expect(error).toMatchObject({ kind: 'not-found' })
  expect(error.adminHint).toContain('CMR does not document this request')
  expect(error.adminHint).toContain('CMR_ENDPOINTS_FILE')
  expect(error.message).not.toContain('CMR_ENDPOINTS_FILE')
  expect((await requests()).map((one) => one.path)).toContain('/wallets')
  expect(parseCorrections('{"nope.get":{}}')).toMatchObject({
    ok: false,
    faults: [expect.stringContaining('nope.get')],
  })
  expect(parseCorrections('{"users.get":{"rename":{"uid":"x"}}}')).toMatchObject({ ok: false })
})

test('the twins of CMR’s own sandbox say what they need', async () => {
  const { cmr } = await world()
  expect((await failing(cmr.prewarm['sandbox-list']())).message).toContain(
    'is not set up here. It needs its own key',
  )
})

test.each([
  ['14.50', 1450],
  [14.5, 1450],
  ['$1,234.56', 123_456],
  [0.1 + 0.2, 30],
  ['-3', -300],
  ['1,234,567', 123_456_700],
  ['14,50', undefined],
  ['50,5', undefined],
  ['', undefined],
  ['many', undefined],
  [null, undefined],
])('%s is %s cents', (amount, cents) => {
  expect(toCents(amount)).toBe(cents)
})

test.each(
  'password smtpPassword smtp_pass imapPass pass adminPwd accessToken access_key apiKey api_key clientSecret otp recoveryEmail backupCodes totpKey setCookie pin'.split(
    ' ',
  ),
)('what stands in %s is shown to nobody', (name) =>
  expect(dropCredentials({ [name]: 'x', kept: [{ [name]: 'x' }] })).toEqual({ kept: [{}] }),
)

test.each(
  'credentialId clientId appName bypass passed updatedFields shipping opinion companyName keyword domain oauthRoute author authorName keyId'.split(
    ' ',
  ),
)('%s is no secret', (name) => expect(dropCredentials({ [name]: 'x' })).toEqual({ [name]: 'x' }))

test('credentials are dropped at any depth, ids stay', () => {
  const given = {
    email: 'a',
    smtpPassword: 'x',
    deep: [{ accessToken: 'y', credentialId: 'C1' }],
    apiKey: 'z',
  }
  expect(dropCredentials(given)).toEqual({ email: 'a', deep: [{ credentialId: 'C1' }] })
})

test('an answer that points elsewhere is not followed: nobody else gets to see the key', async () => {
  const seen: unknown[] = []
  const elsewhere = createServer((request, response) => {
    seen.push(request.headers)
    response.end('{"status":200,"message":"","data":{}}')
  })
  const moved = createServer((_, response) =>
    response.writeHead(301, { location: `${addressOf(elsewhere)}/wallet` }).end(),
  )
  for (const server of [elsewhere, moved]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
  }
  const { cmr } = await world({ apiUrl: addressOf(moved) })
  for (const call of [cmr.wallet.get(), cmr.errors.send({ body: { message: 'x' } })]) {
    const error = await failing(call)
    expect(error.message).toMatch(/another address \(301\)\.$/)
    expect(error.adminHint).toMatch(/^Set CMR_API_URL to it/)
    expect(error.mayHaveBeenAccepted).toBe(false)
  }
  expect(seen).toEqual([])
})

test('what CMR leaves empty in a list spoils none of it', async () => {
  const half = { subscriptionId: 'S1', domain: null, userId: null, pricePerMailbox: null, autoRenew: null }
  const answering = createServer((_, response) =>
    response.end(
      JSON.stringify({ status: 200, message: '', data: { subscriptions: [half], pagination: null } }),
    ),
  )
  await new Promise<void>((resolve) => answering.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void answering.close())
  const { cmr } = await world({ apiUrl: addressOf(answering) })
  const { data } = await cmr.subscriptions.list()
  expect(data.rows).toEqual([{ subscriptionId: 'S1' }])
})

test('either key is kept out of what is sent, also out of a request that carries the other', async () => {
  const { cmr, requests } = await world({ sandbox: { apiKey: 'SANDBOX', apiUrl: 'http://127.0.0.1:9' } })
  const error = await failing(cmr.errors.send({ body: { message: 'My SANDBOX is refused' } }))
  expect(error.message).toContain('contains the API key')
  expect(await requests()).toEqual([])
})
