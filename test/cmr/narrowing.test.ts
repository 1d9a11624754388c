import { createServer } from 'node:http'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createCmr } from '../../src/cmr/client.ts'
import { type Correction, type Corrections, fieldsOf, parseCorrections } from '../../src/cmr/corrections.ts'
import { allEndpoints } from '../../src/cmr/endpoints/index.ts'
import { basePath } from '../../src/sandbox/api.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { isRenewable } from '../support/renewable.ts'
import { listening } from '../support/servers.ts'

const dangerous = ['/domains/renew', '/domains/toggle-auto-renew']

/** Whether a body names the domains that it is about. */
function namesDomains(body: unknown): boolean {
  const { domains } = (body ?? {}) as { domains?: unknown }
  return (
    Array.isArray(domains) &&
    domains.length > 0 &&
    domains.every((name) => typeof name === 'string' && name.trim() !== '')
  )
}

/** Records what reaches CMR, and takes everything. */
async function recorder() {
  const seen: { path: string; body: unknown }[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const { pathname } = new URL(request.url ?? '/', 'http://cmr')
    seen.push({ path: pathname.slice(basePath.length), body: text ? JSON.parse(text) : undefined })
    response.end('{"status":200,"message":"","data":null}')
  })
  const made: (() => Promise<void> | void)[] = []
  onTestFinished(async () => {
    for (const undo of made) await undo()
  })
  return { seen, apiUrl: `http://127.0.0.1:${await listening(server, made)}${basePath}` }
}

const ids = allEndpoints.map(({ id }) => id)
const likely = fc.constantFrom('domains.renew', 'domains.auto-renew', 'domains.renewal-price', 'domains.list')
const fieldName = fc.constantFrom('domains', 'userId', 'autoRenew', 'years', 'keyword', 'names', 'Domains')
const path = fc.constantFrom(
  ...dangerous,
  '/domains/renew/',
  '//domains/renew',
  '/Domains/Renew',
  '/x/../domains/renew',
  '/domains/%72enew',
  '/domains/renew?all=1',
  '/elsewhere',
)
const correction: fc.Arbitrary<Correction> = fc.record(
  {
    method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
    path,
    rename: fc.dictionary(fieldName, fieldName, { maxKeys: 3 }),
  },
  { requiredKeys: [] },
)
const corrections: fc.Arbitrary<Corrections> = fc.dictionary(
  fc.oneof(likely, fc.constantFrom(...ids)),
  correction,
  {
    maxKeys: 3,
  },
)
const name = fc.constantFrom('', ' ', '\t', 'acme.com', 'acme.io')
const list = fc.oneof(
  { weight: 3, arbitrary: fc.constant(['acme.com']) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, '', 'acme.com') },
  { weight: 2, arbitrary: fc.array(fc.oneof(name, fc.constant(null)), { maxLength: 3 }) },
)
const body = fc.record(
  { userId: fc.constant('U1'), domains: list, autoRenew: fc.boolean(), years: fc.constant(1), keyword: name },
  { requiredKeys: ['userId', 'autoRenew'] },
)

test('whatever a form or a correction made of a request, it never acts on every domain of a user', async () => {
  const { seen, apiUrl } = await recorder()
  let refused = 0
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(likely, fc.constantFrom(...ids)),
      body,
      corrections,
      async (id, given, wrong) => {
        const endpoint = allEndpoints.find((one) => one.id === id)
        if (!endpoint || endpoint.credential === 'sandbox') return
        const cmr = createCmr({ apiKey: 'k', apiUrl, requestsPerSecond: 1_000_000, corrections: wrong })
        const hasBody = !(endpoint.body instanceof z.ZodUndefined)
        const query = Object.fromEntries(
          Object.keys(endpoint.query.shape).map((field) => [field, given[field as keyof typeof given]]),
        )
        const request = { query, ...(hasBody && { body: given }) } as object
        await cmr.call(endpoint, request).catch(() => refused++)
      },
    ),
    { numRuns: 400 },
  )
  const there = seen.filter((one) =>
    dangerous.some((danger) =>
      new URL(one.path.toLowerCase(), 'http://x').pathname.replace(/\/$/, '').endsWith(danger),
    ),
  )
  // Where the list is whole, requests do leave.
  expect(there.length).toBeGreaterThan(5)
  expect(refused).toBeGreaterThan(50)
  for (const { body: sent } of there) expect(sent).toSatisfy(namesDomains)
})

test('what the start accepts as corrections leaves the lists of dangerous writes where they are', () => {
  fc.assert(
    fc.property(corrections, (given) => {
      const read = parseCorrections(JSON.stringify(given))
      if (!read.ok) return
      for (const [id, { rename = {}, path: moved }] of Object.entries(read.corrections)) {
        const endpoint = allEndpoints.find((one) => one.id === id)
        if (endpoint?.withoutItems === 'everything' && endpoint.effect !== 'read')
          expect(rename).not.toHaveProperty('domains')
        if (moved && !['domains.renew', 'domains.auto-renew'].includes(id))
          expect(dangerous).not.toContain(moved.toLowerCase().replace(/\/+/g, '/').replace(/\/$/, ''))
        expect(
          Object.values(rename).filter((to) => to === 'domains' && rename.domains === undefined),
        ).toHaveLength(
          endpoint && 'domains' in fieldsOf(endpoint)
            ? 0
            : Object.values(rename).filter((to) => to === 'domains').length,
        )
      }
    }),
    { numRuns: 2000 },
  )
})

test.each([
  [
    'domains.renew',
    { rename: { domains: 'names' } },
    'must keep the field “domains”: without it CMR acts on everything',
  ],
  ['domains.auto-renew', { rename: { domains: 'domainNames' } }, 'must keep the field “domains”'],
  ['domains.remove', { rename: { domains: 'ids' } }, 'must keep the field “domains”'],
  ['subscriptions.renew', { rename: { subscriptionIds: 'ids' } }, 'must keep the field “subscriptionIds”'],
  ['domains.renew', { rename: { userId: 'domains' } }, 'would send two fields as “domains”'],
  ['domains.renew', { method: 'GET' }, 'which a GET cannot carry'],
  ['domains.renewal-price', { path: '/domains/renew' }, 'would be the request of domains.renew'],
  ['domains.list', { path: '/Domains/Toggle-Auto-Renew/' }, 'would be the request of domains.auto-renew'],
  ['wallet.get', { path: '/x/../domains/renew' }, 'no . or ..'],
  ['wallet.get', { path: '/wallet?x=1' }, 'letters, digits'],
])('the correction of %s by %j is refused at the start', (id, given, fault) => {
  const read = parseCorrections(JSON.stringify({ [id]: given }))
  expect(read).toEqual({ ok: false, faults: [expect.stringContaining(fault)] })
})

test.each([
  ['exports.send', { rename: { mailboxIds: 'componentMailboxIds' } }],
  ['domains.forward', { rename: { domains: 'domainIds' } }],
  ['domains.forward-email', { rename: { domain: 'domainIds', forwardTo: 'email' } }],
  ['subscriptions.recreate', { path: '/component/subscriptions/recreate' }],
])('the correction of %s by %j, which CMR’s pages leave open, is accepted', (id, given) => {
  expect(parseCorrections(JSON.stringify({ [id]: given }))).toMatchObject({ ok: true })
})

test('a list that may be renamed is looked for under its new name', async () => {
  const { seen, apiUrl } = await recorder()
  const cmr = createCmr({
    apiKey: 'k',
    apiUrl,
    corrections: {
      'exports.send': { rename: { mailboxIds: 'componentMailboxIds', credentialId: 'mailboxIds' } },
    },
  })
  const send = (mailboxIds: string[]) =>
    cmr.exports.send({ query: { userId: 'U' }, body: { credentialId: 'C', mailboxIds } } as never)
  await expect(send([' '])).rejects.toThrow('name at least one')
  await send(['M1'])
  expect(seen.map((one) => one.body)).toEqual([{ mailboxIds: 'C', componentMailboxIds: ['M1'] }])
})

test('every write that takes a list, and every one that cannot be undone, says what narrows it', () => {
  const isList = (schema: z.ZodType): boolean =>
    schema instanceof z.ZodArray || (schema instanceof z.ZodOptional && isList(schema.unwrap() as z.ZodType))
  const unguarded = allEndpoints.filter(
    (one) =>
      one.effect !== 'read' &&
      one.narrowedBy.length === 0 &&
      (one.effect === 'destroy' || Object.values(fieldsOf(one)).some(isList)),
  )
  // It forgets CMR's own sandbox as a whole, which is what it is for.
  expect(unguarded.map(({ id }) => id)).toEqual(['prewarm.sandbox-reset'])
})

test('the inferred parts of a request are parts that it has', () => {
  for (const endpoint of allEndpoints) {
    for (const part of endpoint.inferred) {
      const field = part.split('.')[1]
      if (field) expect(fieldsOf(endpoint)).toHaveProperty([field])
    }
    if (endpoint.source === 'inferred') expect(endpoint.inferred).toEqual([])
    for (const field of endpoint.narrowedBy) expect(fieldsOf(endpoint)).toHaveProperty([field])
  }
})

test.each([[{}], [{ domains: [] }]])(
  'in the sandbox, as at CMR, %j means every domain of the user',
  async (sent) => {
    const sandbox = await startSandbox({ apiKey: 'k', pace: 0 })
    onTestFinished(() => sandbox.close())
    const look = async () =>
      (await (await fetch(`${sandbox.url}/sandbox/domains`)).json()) as {
        userId: string
        domainName: string
        autoRenew: boolean
        status: string
      }[]
    const control = (at: string, given: object) =>
      fetch(`${sandbox.url}/sandbox/${at}`, { method: 'POST', body: JSON.stringify(given) })
    await control('wallet', { balanceCents: 10_000_000 })
    await control('rate-limit', { perSecond: 0 })
    const ask = async (method: string, at: string, sent: object) => {
      const response = await fetch(`${sandbox.url}${basePath}${at}`, {
        method,
        headers: { 'cmr-x-api-key': 'k', 'content-type': 'application/json' },
        body: JSON.stringify(sent),
      })
      return (await response.json()) as { status: number; data: { domainName: string; error?: string }[] }
    }
    const { userId } = (await look()).find(isRenewable) ?? {}
    const mine = (await look()).filter((one) => one.userId === userId)
    for (const on of [true, false]) {
      await ask('PATCH', '/domains/toggle-auto-renew', { userId, autoRenew: on, ...sent })
      const after = (await look()).filter((one) => one.userId === userId)
      expect(after.map(({ autoRenew }) => autoRenew)).toEqual(mine.map(() => on))
    }
    const names = mine.map(({ domainName }) => domainName)
    const prices = await ask('POST', '/domains/renewal-price', { userId, ...sent })
    expect(prices.data.map(({ domainName }) => domainName)).toEqual(names)
    const renewed = await ask('POST', '/domains/renew', { userId, ...sent })
    expect(renewed.data.map(({ domainName }) => domainName)).toEqual(names)
    expect(renewed.data.some(({ error }) => !error)).toBe(true)
  },
)
