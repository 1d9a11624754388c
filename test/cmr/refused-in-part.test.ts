import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cmr, createCmr } from '../../src/cmr/client.ts'
import { allEndpoints } from '../../src/cmr/endpoints/index.ts'
import { mailboxes } from '../../src/cmr/endpoints/mailboxes.ts'
import { refusedItems } from '../../src/cmr/items.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'

const apiKey = 'test-key'
type Row = Record<string, string>
let sandbox: Sandbox
let cmr: Cmr
/** A login at a platform, of the customer that the requests are for. */
let connected = ''

beforeAll(async () => {
  sandbox = await startSandbox({ apiKey, pace: 0 })
  const apiUrl = `${sandbox.url}/api/v1/integration`
  cmr = createCmr({ apiKey, apiUrl, sandbox: { apiKey, apiUrl }, requestsPerSecond: 500 })
})
afterAll(() => sandbox.close())

const control = (path: string, body: object) =>
  fetch(`${sandbox.url}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
const look = async (path: string): Promise<Row[]> => (await fetch(`${sandbox.url}/sandbox/${path}`)).json()

/** Two of a customer's things, by endpoint: the second one is refused. */
const requests: Record<
  string,
  (two: { field: (path: string, name: string) => string[]; userId: string }) => [object, string, string]
> = {
  'domains.renewal-price': ({ userId, field }) => {
    const [a = '', b = ''] = field('domains', 'domainName')
    return [{ body: { userId, domains: [a, b] } }, b, a]
  },
  'domains.auto-renew': ({ userId, field }) => {
    const [a = '', b = ''] = field('domains', 'domainName')
    return [{ body: { userId, domains: [a, b], autoRenew: true } }, b, a]
  },
  'domains.forward': ({ userId, field }) => {
    const [a = '', b = ''] = field('domains', 'domainName')
    return [{ body: { userId, domains: [a, b], forwardTo: 'https://acme.com' } }, b, a]
  },
  'domains.client-id': ({ userId, field }) => {
    const [a = '', b = ''] = field('domains', 'domainName')
    return [{ body: { userId, domains: [a, b], clientId: 'c', appName: 'a' } }, b, a]
  },
  'dns.add': ({ userId, field }) => {
    const [domain = ''] = field('domains', 'domainName')
    const record = { value: '1.2.3.4', recordType: 'A' }
    const body = {
      domain,
      records: [
        { ...record, host: 'one' },
        { ...record, host: 'two' },
      ],
    }
    return [{ query: { userId }, body }, 'two', 'one']
  },
  'mailboxes.update': ({ userId, field }) => {
    const [a = '', b = ''] = field('mailboxes', 'mailboxId')
    const mailboxData = [a, b].map((mailboxId) => ({ mailboxId, firstName: 'New' }))
    return [{ query: { userId }, body: { mailboxData } }, b, a]
  },
  'placement.run': ({ userId, field }) => {
    const [a = '', b = ''] = field('mailboxes', 'mailboxId')
    return [{ query: { userId }, body: { mailboxIds: [a, b] } }, b, a]
  },
  'exports.send': ({ userId, field }) => {
    const [a = '', b = ''] = field('mailboxes', 'mailboxId')
    return [{ query: { userId }, body: { credentialId: connected, mailboxIds: [a, b] } }, b, a]
  },
  'subscriptions.renew': ({ field }) => {
    const [a = '', b = ''] = field('subscriptions', 'subscriptionId')
    return [{ body: { subscriptionIds: [a, b] } }, b, a]
  },
  'subscriptions.recreate': ({ field }) => {
    const [a = '', b = ''] = field('subscriptions', 'subscriptionId')
    return [{ body: { subscriptionIds: [a, b] } }, b, a]
  },
  'prewarm.sandbox-order': ({ userId }) => {
    const [a, b] = ['sandbox.nexora-tech.com', 'mail-sandbox.brightplathlabs.com']
    const order = [{ domain: a }, { domain: b }]
    const google = { googleOauthRoute: 'https://x.test/oauth' }
    return [{ query: { userId }, body: { order, serviceProvider: 'GOOGLE', google } }, b, a]
  },
  'orders.create': ({ userId }) => {
    const [a, b] = ['first-new-one.com', 'second-new-one.com']
    const person = { username: 'jane', firstName: 'Jane', lastName: 'Doe' }
    const body = {
      domains: [
        { domain: a, years: 1 },
        { domain: b, years: 1 },
      ],
      mailboxes: { [a]: [person], [b]: [person] },
      billingCycle: 'MONTHLY',
      confirm: false,
      serviceProvider: 'GOOGLE',
      google: { googleOauthRoute: 'https://x.test/oauth' },
    }
    return [{ query: { userId }, body }, b, a]
  },
}

test.each([
  [
    'a message',
    [
      { mailboxId: 'M1', message: 'Updated' },
      { mailboxId: 'M2', message: 'Rate limit exceeded' },
    ],
  ],
  [
    'a status',
    [
      { mailboxId: 'M1', status: 'success' },
      { mailboxId: 'M2', status: 'Rate limit exceeded' },
    ],
  ],
  [
    'a result',
    {
      results: [
        { mailboxId: 'M1', result: 'ok' },
        { mailboxId: 'M2', result: 'Rate limit exceeded' },
      ],
    },
  ],
  [
    'a list that it heads',
    {
      items: [
        { mailboxId: 'M2', message: 'Rate limit exceeded' },
        { mailboxId: 'M1', message: 'Updated' },
      ],
    },
  ],
  ['a map', { M1: 'Success', M2: 'Rate limit exceeded' }],
])('a mailbox of which CMR says “Rate limit exceeded” in %s was not changed', (_, data) => {
  const { update } = mailboxes
  expect(refusedItems(update, { status: 200, data })).toEqual([
    { names: ['m2'], reason: 'Rate limit exceeded' },
  ])
})

test.each([
  ['its message', { data: { message: 'Rate limit exceeded' } }],
  ['the message beside its data', { message: 'Rate limit exceeded', data: null }],
  ['its success', { data: { success: false, message: 'Rate limit exceeded' } }],
  ['an error', { data: { error: { code: 'E1', message: 'Rate limit exceeded' } } }],
  ['errors beside its data', { errors: 'Rate limit exceeded', data: [] }],
])('an answer that says of itself in %s that it was refused refuses each item', (_, said) => {
  expect(refusedItems(mailboxes.update, { status: 200, ...said }, ['m1', 'm2'])).toEqual([
    { names: ['m1'], reason: 'Rate limit exceeded' },
    { names: ['m2'], reason: 'Rate limit exceeded' },
  ])
})

test('an answer that refuses a part without naming it is no refusal of all', () => {
  const data = { success: false, message: '1 of 2 mailboxes could not be changed' }
  expect(refusedItems(mailboxes.update, { status: 200, data }, ['m1', 'm2'])).toEqual([
    { names: [], reason: '1 of 2 mailboxes could not be changed' },
  ])
})

test.each(Object.keys(requests))(
  '%s tells inside a 200 what CMR refused of it, and the rest is done',
  async (id) => {
    const endpoint = allEndpoints.find((one) => one.id === id)
    if (!endpoint) throw new Error(`There is no ${id}`)
    const boxes = (await look('mailboxes')).filter(({ status }) => status === 'ACTIVE')
    const subscriptions = (await look('subscriptions')).filter((one) => one.subscriptionStatus === 'ACTIVE')
    const domains = await look('domains')
    const mine = (rows: Row[]) =>
      [...Map.groupBy(rows, ({ userId }) => userId).entries()].filter(([, all]) => all.length > 1)
    const [userId = '', own = []] =
      mine(domains).find(([user]) => mine(boxes).some(([other]) => other === user)) ?? []
    const rows: Record<string, Row[]> = {
      domains: own,
      mailboxes: boxes.filter((one) => one.userId === userId),
      subscriptions,
    }
    const field = (path: string, name: string) => (rows[path] ?? []).map((row) => String(row[name]))
    const login = {
      app: 'SMARTLEAD',
      credentials: { email: 'ops@acme.com', password: 'pass-word-1' },
    } as const
    const { data } = await cmr.exports.connect({ query: { userId: String(userId) }, body: login })
    connected = String(data.credentialId)
    const [request, bad, good] = requests[id]?.({ field, userId: String(userId) }) ?? [{}, '', '']
    expect(bad).not.toBe('')
    const message = `${bad} cannot be changed now.`
    await control('faults', { endpoint: id, fault: 'items', items: [bad], message, times: 1 })
    const answer = await cmr.call(endpoint, request)
    // What CMR refuses anyway, such as a renewal that is too early, has another reason.
    expect(answer.refused.filter(({ reason }) => reason === message)).toMatchObject([
      { names: expect.arrayContaining([bad.toLowerCase()]) },
    ])
    // All of it refused is no success, unless it only reads.
    await control('faults', { endpoint: id, fault: 'items', items: [bad, good], message, times: 1 })
    const all = cmr.call(endpoint, request)
    if (endpoint.effect === 'read') expect((await all).refused).toHaveLength(2)
    else
      await expect(all).rejects.toMatchObject({
        mayHaveBeenAccepted: false,
        message: expect.stringContaining(message),
      })
  },
)
