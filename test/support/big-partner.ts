import { createServer } from 'node:http'
import { listening } from './servers.ts'
import { cleanups } from './world.ts'

/** How much a partner has: so many domains a customer and mailboxes a domain; every second domain has mailboxes. */
export interface PartnerSize {
  readonly users: number
  readonly domainsEach: number
  readonly mailboxesEach: number
}

const digits = (at: number) => String(at).padStart(8, '0')

/** A CMR at which nothing happens, of any size: it only lists what a partner has. */
export async function startBigPartner({ users, domainsEach, mailboxesEach }: PartnerSize) {
  const arrivals: { readonly at: number; readonly path: string }[] = []
  const domains = users * domainsEach
  const mailboxes = domains * mailboxesEach
  const now = Date.now()
  const day = (from: number) => new Date(now + from * 86_400_000).toISOString()
  const domainOf = (at: number) => `company${at}.com`
  const userOf = (domain: number) => `USER${digits(Math.floor(domain / domainsEach))}`
  const user = (at: number) => ({
    userId: `USER${digits(at)}`,
    email: `ops@customer${at}.com`,
    company: `Company ${at}`,
    firstName: 'Jane',
    lastName: `Doe ${at}`,
  })
  const domain = (at: number) => ({
    domainId: `DOMAIN${digits(at)}`,
    domainName: domainOf(at),
    status: 'ACTIVE',
    autoRenew: at % 3 > 0,
    registeredOn: day((at % 360) - 362),
    expiryDate: day((at % 360) + 3),
  })
  const subscription = (at: number) => ({
    subscriptionId: `SUBSCRIPTION${digits(at)}`,
    userId: userOf(at * 2),
    domain: domainOf(at * 2),
    subscriptionStatus: 'ACTIVE',
    totalMailboxQuantity: mailboxesEach,
    pricePerMailbox: '3.00',
    periodStart: day((at % 28) - 28),
    periodEnd: day((at % 28) + 2),
    autoRenew: at % 4 > 0,
    serviceProvider: 'GOOGLE',
  })
  const mailbox = (at: number) => {
    const of = Math.floor(at / mailboxesEach)
    return {
      mailboxId: `MAILBOX${digits(at)}`,
      email: `jane${at % mailboxesEach}@${domainOf(of)}`,
      userId: userOf(of),
      domain: domainOf(of),
      subscriptionId: `SUBSCRIPTION${digits(Math.floor(of / 2))}`,
      firstName: 'Jane',
      lastName: `Doe ${at}`,
      status: 'ACTIVE',
      warmup: at % 5 ? null : { status: 'ACTIVE' },
    }
  }
  const pageOf = (count: number, row: (at: number) => object, query: URLSearchParams) => {
    const [page, limit] = [Number(query.get('page') ?? 1), Number(query.get('limit') ?? 20)]
    const from = (page - 1) * limit
    const rows = Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, at) => row(from + at))
    return { rows, currentPage: page, totalPages: Math.ceil(count / limit) }
  }
  const answers: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    '/wallet': () => ({ balance: '1000.00', currency: 'USD', transactions: [] }),
    '/users/list': (query) => pageOf(users, user, query),
    '/subscriptions': (query) => pageOf(domains / 2, subscription, query),
    '/mailboxes': (query) => pageOf(mailboxes, mailbox, query),
    '/domains/by-user': (query) => {
      const first = Number(query.get('userId')?.slice('USER'.length)) * domainsEach
      return Array.from({ length: domainsEach }, (_, at) => domain(first + at))
    },
    '/domains/renewal-price': () => [],
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://cmr')
    arrivals.push({ at: performance.now(), path: url.pathname })
    const data = answers[url.pathname]?.(url.searchParams) ?? null
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ status: 200, message: 'ok', data }))
  })
  const port = await listening(server, cleanups)
  return {
    url: `http://127.0.0.1:${port}`,
    counts: { user: users, domain: domains, subscription: domains / 2, mailbox: mailboxes },
    requests: () => arrivals.length,
    /** The most requests that arrived within one second. */
    most: () =>
      Math.max(
        ...arrivals.map(({ at }, from) => {
          const after = arrivals.slice(from).findIndex((one) => one.at >= at + 1000)
          return after === -1 ? arrivals.length - from : after
        }),
      ),
    asked: (path: string) => arrivals.filter((one) => one.path === path).length,
  }
}
