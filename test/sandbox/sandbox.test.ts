import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { webhookEvents } from '../../src/cmr/events/index.ts'
import { verifyWebhook } from '../../src/cmr/webhooks.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { eventually } from '../support/eventually.ts'
import { listening } from '../support/servers.ts'

type Row = Record<string, unknown>
interface Told {
  readonly event?: string
  readonly eventType?: string
  readonly eventId?: string
  readonly data: Row
  readonly at: number
}

/** A local CMR, and who takes its webhooks. @param status what is answered to them */
async function world({ pace = 0, status = 200 } = {}) {
  const told: Told[] = []
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const rawBody = Buffer.concat(chunks)
    const verified = verifyWebhook({ rawBody, headers: request.headers, secrets: ['k'], now: new Date() })
    if (verified.ok) told.push({ ...JSON.parse(rawBody.toString()), at: performance.now() })
    response.writeHead(status).end()
  })
  const made: (() => Promise<void> | void)[] = []
  onTestFinished(async () => {
    for (const undo of made) await undo()
  })
  const webhookUrl = `http://127.0.0.1:${await listening(receiver, made)}`
  const sandbox = await startSandbox({ apiKey: 'k', pace, webhookUrl })
  made.push(() => sandbox.close())
  const control = (path: string, body: object) =>
    fetch(`${sandbox.url}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
  await control('rate-limit', { perSecond: 0 })
  const look = async (path: string) => (await (await fetch(`${sandbox.url}/sandbox/${path}`)).json()) as Row[]
  const api = async (method: string, path: string, query: Row = {}, body?: Row) => {
    const url = `${sandbox.url}/api/v1/integration${path}?${new URLSearchParams(query as Record<string, string>)}`
    const answer = await fetch(url, {
      method,
      headers: { 'cmr-x-api-key': 'k', 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return (await answer.json()) as { status: number; message: string; data: Row | null }
  }
  const names = () => told.map((one) => one.event ?? one.eventType)
  const cents = async () => (await look('state')) as unknown as { walletCents: number; deliveries: Row[] }
  const first = async (path: string, isMeant: (row: Row) => boolean = () => true): Promise<Row> => {
    const found = (await look(path)).find(isMeant)
    if (!found) throw new Error(`no such ${path}`)
    return found
  }
  return { told, names, control, look, api, first, cents }
}

const jane = { username: 'jane', firstName: 'Jane', lastName: 'Doe' }
const ordering = (domain: string) => ({
  domains: [{ domain, years: 1, forwardTo: 'https://acme.com' }],
  mailboxes: { [domain]: [jane] },
  billingCycle: 'MONTHLY',
  confirm: true,
  serviceProvider: 'MICROSOFT',
  microsoftOauthRoute: 'R',
})

/** CMR sends them along ("Webhooks"); the bot declares them nowhere. */
const mailboxCredentials = ['password', 'appPassword', 'authenticatorSecret', 'imap', 'smtp']

test('webhooks hold the fields that CMR documents and no others; those of warm-up have no eventId', async () => {
  const { told, names, api, first } = await world()
  const { userId } = await first('users')
  await api('POST', '/orders/json', { userId }, ordering('fields.com'))
  await eventually(() => expect(names()).toContain('mailbox.created'))
  const created = told.find(({ event }) => event === 'mailbox.created')
  const mailboxId = String(created?.data.mailboxId)
  await api('POST', '/mailboxes/warmup', { mailboxId })
  const { subscriptionId } = await first('subscriptions', ({ domain }) => domain === 'fields.com')
  await api('POST', '/subscriptions/renew-subscriptions', {}, { subscriptionIds: [subscriptionId] })
  const record = { host: 'news', value: 'mail.acme.com', recordType: 'CNAME' }
  await api('POST', '/dns', { userId }, { domain: 'fields.com', records: [record] })
  await eventually(() =>
    expect(names().toSorted()).toEqual([
      'dns-record.updated',
      'domain.order.success',
      'mailbox.created',
      'mailbox.order.success',
      'mailbox.warmup.started',
      'subscription.renewal.success',
      'subscription.renewing',
    ]),
  )
  for (const { event, eventType, eventId, data } of told) {
    const documented = Object.keys(webhookEvents[event ?? eventType ?? '']?.data.shape ?? {})
    const credentials = event === 'mailbox.created' ? mailboxCredentials : []
    expect([...documented, ...credentials]).toEqual(expect.arrayContaining(Object.keys(data)))
    expect(eventId === undefined).toBe(eventType !== undefined)
  }
  expect(told.find(({ eventType }) => eventType)).toMatchObject({
    eventType: 'mailbox.warmup.started',
    data: { mailboxId, email: 'jane@fields.com', domain: 'fields.com', workspaceType: 'MICROSOFT' },
  })
  expect(told.find(({ event }) => event === 'dns-record.updated')).toMatchObject({
    data: { domain: 'fields.com', userId, action: expect.any(String), record: { host: 'news' } },
  })
  expect(await first('domains', ({ domainName }) => domainName === 'fields.com')).toMatchObject({
    domainForwarding: { forwardTo: 'https://acme.com' },
  })
})

test('a webhook that nobody takes is tried three times, after 30 s and after 5 min, and is failed then', async () => {
  const { told, control, cents } = await world({ pace: 0.001, status: 503 })
  await control('events', { event: 'domain.expired' })
  await eventually(async () =>
    expect((await cents()).deliveries).toMatchObject([{ tries: 3, delivered: false, outcome: '503' }]),
  )
  const [one = 0, two = 0, three = 0] = told.map(({ at }) => at)
  expect(told).toHaveLength(3)
  expect(two - one).toBeGreaterThanOrEqual(29)
  expect(three - two).toBeGreaterThanOrEqual(299)
})

test('what CMR refuses is refused, and charges nothing', async () => {
  const { api, first, cents } = await world()
  const { userId, domainName, domainId } = await first(
    'domains',
    ({ expiryDate }) => Date.parse(String(expiryDate)) > Date.now() + 50 * 86_400_000,
  )
  const { subscriptionId, domain } = await first('subscriptions')
  const { walletCents } = await cents()
  const mailboxes = { billingCycle: 'MONTHLY', confirm: true, mailboxes: { 'other.com': [jane] } }
  const refused: [number, string, string, Row, Row?][] = [
    [400, 'GET', '/users', {}],
    [404, 'GET', '/users', { userId: 'NOBODY' }],
    [404, 'GET', '/mailboxes/single', { userId: 'NOBODY' }],
    [404, 'GET', '/exports/platform-credentials', { userId: 'NOBODY' }],
    [
      404,
      'PATCH',
      '/mailboxes/update-mailbox-details',
      { userId: 'NOBODY' },
      { mailboxData: { mailboxId: 'M' } },
    ],
    [422, 'POST', '/domains/has-workspace', {}, { serviceProvider: 'GOOGLE' }],
    [422, 'POST', '/subscriptions/cancel', {}, {}],
    [422, 'POST', '/subscriptions/cancel', {}, { subscriptionId, domain }],
    [422, 'POST', '/subscriptions/recreate', {}, {}],
    [404, 'POST', '/subscriptions/recreate', {}, { domainNames: ['nobodys.com'] }],
    [404, 'POST', '/orders/create-mailbox-order/json', { userId }, { ...mailboxes, subscriptionId: 'NONE' }],
    [404, 'POST', '/orders/create-mailbox-order/json', { userId }, { ...mailboxes, domainId: 'NONE' }],
    [409, 'POST', '/orders/create-mailbox-order/json', { userId }, { ...mailboxes, domainId }],
    [422, 'POST', '/orders/json', { userId }, { ...ordering('a.com'), domains: [] }],
  ]
  for (const [status, method, path, query, body] of refused) {
    const answer = await api(method, path, query, body)
    expect({ path, status: answer.status, data: answer.data }).toEqual({ path, status, data: null })
  }
  // Renewals are refused one by one, inside a 200.
  const early = await api('POST', '/domains/renew', {}, { userId, domains: [domainName] })
  expect(early).toMatchObject({
    status: 200,
    data: [{ domainName, error: expect.stringContaining('45 days') }],
  })
  expect((await cents()).walletCents).toBe(walletCents)
  expect(await api('GET', '/domains/by-user', { userId: 'NOBODY' })).toMatchObject({ status: 200, data: [] })
})

test('a workspace conflict fails the mailboxes of a domain that is charged all the same', async () => {
  const { told, names, control, api, first, cents } = await world()
  await control('workspaces', { domain: 'clash.com', state: 'conflict' })
  const { userId } = await first('users')
  const { walletCents } = await cents()
  const { data } = await api('POST', '/orders/json', { userId }, ordering('clash.com'))
  await eventually(() => expect(names().toSorted()).toEqual(['domain.order.success', 'mailbox.order.failed']))
  expect(told.find(({ event }) => event === 'mailbox.order.failed')?.data).toMatchObject({
    domainName: 'clash.com',
    reason: expect.stringMatching(/workspace/i),
  })
  expect(walletCents - (await cents()).walletCents).toBe(1450 + 300)
  expect((await api('GET', '/orders/status', { userId, orderId: data?.orderId })).data).toMatchObject({
    domains: [{ domainName: 'clash.com', status: 'ACTIVE' }],
    mailboxes: [{ email: 'jane@clash.com', status: 'FAILED', reason: expect.stringMatching(/workspace/i) }],
  })
})

test('a renewal bills the mailboxes and the active warm-ups; one without money is past due each time it is asked for', async () => {
  const { names, control, api, look, first, cents } = await world()
  const boxes = await look('mailboxes')
  const warm = boxes.find(({ warmup }) => (warmup as Row | null)?.status === 'ACTIVE') ?? {}
  const { subscriptionId, priceCents } = await first(
    'subscriptions',
    (one) => one.subscriptionId === warm.subscriptionId,
  )
  const mine = boxes.filter((one) => one.subscriptionId === subscriptionId)
  const before = (await cents()).walletCents
  const renew = () =>
    api('POST', '/subscriptions/renew-subscriptions', {}, { subscriptionIds: [subscriptionId] })
  await renew()
  await eventually(() => expect(names()).toContain('subscription.renewal.success'))
  expect(before - (await cents()).walletCents).toBe(mine.length * (Number(priceCents) + 200))
  await control('wallet', { balanceCents: 0 })
  await renew()
  await eventually(() => expect(names().filter((name) => name === 'subscription.past_due')).toHaveLength(1))
  await renew()
  await eventually(() => expect(names().filter((name) => name === 'subscription.past_due')).toHaveLength(2))
})

test('a domain in grace blocks its subscription, and says so once a day', async () => {
  const { told, control, first, look } = await world()
  const { domainName } = await first('domains', ({ autoRenew }) => autoRenew === false)
  await first('subscriptions', ({ domain, autoRenew }) => domain === domainName && autoRenew === true)
  const { expiryDate } = await first('domains', (one) => one.domainName === domainName)
  const blocked = () =>
    told.filter(({ event, data }) => event === 'subscription.renewal.failed' && data.domain === domainName)
  await control('wallet', { balanceCents: 10_000_000 })
  await control('clock', { now: expiryDate as string })
  await eventually(async () =>
    expect((await look('domains')).find((one) => one.domainName === domainName)).toMatchObject({
      status: 'GRACE_PERIOD',
    }),
  )
  for (let hours = 0; hours < 24 * 40; hours += 6) await control('clock', { advanceMs: 6 * 3_600_000 })
  await eventually(() => expect(blocked().length).toBeGreaterThan(0))
  expect(blocked().length).toBeLessThanOrEqual(41)
})

test('a pre-warmed domain comes with its mailboxes and their subscription', async () => {
  const { names, api, first, look } = await world()
  const { userId } = await first('users')
  const stock = await first('inventory')
  const order = [{ domain: stock.domain, forwardTo: 'https://acme.com' }]
  const { serviceProvider } = stock
  const google = { googleOauthRoute: 'DEFAULT' }
  const route = serviceProvider === 'GOOGLE' ? { google } : { microsoftOauthRoute: 'DEFAULT' }
  await api('POST', '/pre-warmup/order', { userId }, { order, serviceProvider, ...route })
  await eventually(() => expect(names()).toEqual(['prewarmup.order.success']))
  const of = async (path: string) => (await look(path)).filter(({ domain }) => domain === stock.domain)
  expect(await of('mailboxes')).toHaveLength((stock.mailboxes as Row[]).length)
  expect(await of('subscriptions')).toMatchObject([{ userId, subscriptionStatus: 'ACTIVE' }])
})
