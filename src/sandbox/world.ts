import { randomBytes, randomUUID } from 'node:crypto'

export interface Customer extends Record<string, unknown> {
  readonly userId: string
  email: string
}

export interface SandboxDomain {
  readonly domainId: string
  readonly userId: string
  readonly domainName: string
  status: 'PENDING' | 'ACTIVE' | 'RENEWING' | 'GRACE_PERIOD' | 'EXPIRED' | 'TRANSFERRED' | 'INACTIVE'
  registeredOn: string
  /** The last renewal; no field of CMR's API shows it. */
  renewedOn?: string
  expiryDate: string
  autoRenew: boolean
  serviceProvider: string
  domainForwarding: unknown
  emailForwarding: unknown
  clientId: unknown
  nameservers: string[]
  records: Record<string, unknown>[]
}

export interface SandboxSubscription {
  readonly subscriptionId: string
  readonly userId: string
  readonly domainId: string
  readonly domain: string
  subscriptionStatus: 'ACTIVE' | 'RENEWING' | 'PAST_DUE' | 'EXPIRED' | 'CANCELLED'
  readonly billingCycle: 'MONTHLY'
  /** Cents a month. */
  priceCents: number
  since: string
  periodStart: string
  periodEnd: string
  autoRenew: boolean
  serviceProvider: string
  /** Seats whose mailbox was removed: paid until the renewal, to be filled again until then. */
  emptySeats?: number
}

export interface SandboxMailbox {
  readonly mailboxId: string
  readonly userId: string
  readonly subscriptionId: string
  readonly domain: string
  email: string
  firstName: string
  lastName: string
  /** That a mailbox may be suspended, and that its creation may fail, is inferred. */
  status: 'IN_PROGRESS' | 'CREATING_PASSWORD' | 'ACTIVE' | 'EXPIRED' | 'SUSPENDED' | 'FAILED'
  /** That CMR tells it is inferred. */
  createdAt?: string
  profilePicture: string | null
  /** Set while an export of it is in progress. */
  exporting?: boolean
  /** Its exports to platforms; that CMR lists them is inferred. */
  exports?: { credentialId: string; app: unknown; status: string; updatedAt: string; message?: string }[]
  warmup: (Record<string, unknown> & { status: string }) | null
}

export interface Order {
  readonly orderId: string
  readonly userId: string
  readonly kind: 'domains' | 'mailboxes'
  status: 'UNCONFIRMED' | 'PROCESSING' | 'COMPLETED'
  /** The order as it was placed. */
  readonly request: Record<string, unknown>
  readonly createdAt: string
  /** Domains that could not be registered, with CMR's reason. */
  readonly failures: Record<string, string>
  /** Domains whose mailboxes alone failed, with CMR's reason. */
  readonly mailboxFailures: Record<string, string>
}

/** A local CMR: everything that the partner has there. */
export interface World {
  now(): Date
  /** Until when what happens by itself has happened; milliseconds since 1970. */
  readonly settled: { until: number }
  readonly users: Map<string, Customer>
  readonly domains: Map<string, SandboxDomain>
  readonly subscriptions: Map<string, SandboxSubscription>
  readonly mailboxes: Map<string, SandboxMailbox>
  readonly orders: Map<string, Order>
  /** Fixed answers of domains.workspace, by domain name. */
  readonly workspaces: Map<string, 'clean' | 'conflict' | 'unknown'>
  /** Mailboxes whose next update CMR puts off, inside a 200. */
  readonly putOff: Set<string>
  /** Names whose registration will fail, and why. */
  readonly unregistrable: Map<string, string>
  readonly credentials: Map<string, Record<string, unknown> & { userId: string }>
  readonly reports: Record<string, unknown>[]
  readonly inventory: Map<
    string,
    { domain: string; serviceProvider: string; mailboxes: Record<string, string>[] }
  >
  /** The inventory of CMR's sandbox for pre-warmed mailboxes. */
  readonly sandboxInventory: ReadonlyMap<
    string,
    { domain: string; serviceProvider: string; mailboxes: Record<string, string>[] }
  >
  /** Orders in CMR's sandbox for pre-warmed mailboxes since its last reset. */
  readonly sandboxOrders: { readonly domain: string; readonly orderId: string }[]
  readonly errors: Record<string, unknown>[]
  readonly wallet: { cents: number; readonly transactions: Record<string, unknown>[] }
  /** Runs something after so many milliseconds of the sandbox's clock. */
  later(ms: number, job: () => void): void
  /** Sends a webhook, signed, in CMR's three tries. @returns the eventId */
  emit(event: string, data: Record<string, unknown>): string
}

/** A mailbox and month in its first year ("Money"). */
export const MAILBOX_CENTS = 300
/** A mailbox and month on a domain that has completed a year and was renewed ("Money"). */
export const MAILBOX_AFTER_YEAR_CENTS = 500
/** A warm-up and month; CMR's pages do not say it. */
export const WARMUP_CENTS = 200

/** A refusal as CMR answers it. */
export class SandboxRefusal extends Error {
  readonly status: number
  readonly data: unknown

  constructor(status: number, message: string, data: unknown = null) {
    super(message)
    this.status = status
    this.data = data
  }
}

/** Makes an id that looks like CMR's: 28 capitals and digits. */
export function newId(): string {
  return `${randomUUID()}${randomUUID()}`.replaceAll('-', '').slice(0, 28).toUpperCase()
}

export function newActionId(): string {
  return `ACT_${randomUUID()}`
}

/** The credentials that CMR sends along with a mailbox ("Webhooks"). */
export function newCredentials() {
  const secret = () => `Pw-${randomBytes(9).toString('base64url')}7`
  return { password: secret(), appPassword: secret(), authenticatorSecret: newId() }
}

/** Cents as CMR writes amounts: "14.50". */
export function amount(cents: number): string {
  return (cents / 100).toFixed(2)
}

/**
 * Takes money from the wallet, or refuses as a whole.
 * @throws Refusal 402 where the wallet does not hold it
 */
export function charge(world: World, cents: number, description: string): void {
  if (world.wallet.cents < cents) throw new SandboxRefusal(402, 'Insufficient wallet balance')
  book(world, -cents, description)
}

/**
 * Moves the wallet's balance and lists the movement, the newest first: the transactions always add up to the balance.
 * @param cents what is added; below zero what is taken
 * @param at when; now unless told otherwise
 */
export function book(world: World, cents: number, description: string, at = world.now()): void {
  if (cents === 0) return
  world.wallet.cents += cents
  world.wallet.transactions.unshift({
    id: newId(),
    type: cents > 0 ? 'CREDIT' : 'DEBIT',
    amount: amount(cents),
    description,
    createdAt: at.toISOString(),
  })
}

/** @throws Refusal 404, 400 */
export function customer(world: World, id: unknown): Customer {
  if (!id) throw new SandboxRefusal(400, 'Please provide a userId')
  const found = typeof id === 'string' ? world.users.get(id) : undefined
  if (!found) throw new SandboxRefusal(404, 'The requested user does not exist.')
  return found
}

/** @throws Refusal 404 */
export function domainOf(world: World, userId: unknown, name: unknown): SandboxDomain {
  const owner = customer(world, userId)
  const found = [...world.domains.values()].find(
    (one) => one.domainName === name && one.userId === owner.userId,
  )
  if (!found) throw new SandboxRefusal(404, `The domain ${String(name)} does not exist.`)
  return found
}

/** @throws Refusal 404 */
export function mailboxOf(world: World, id: unknown): SandboxMailbox {
  const found = world.mailboxes.get(String(id))
  if (!found) throw new SandboxRefusal(404, 'The requested mailbox does not exist.')
  return found
}

/** @throws Refusal 404 */
export function subscriptionOf(world: World, id: unknown): SandboxSubscription {
  const found = world.subscriptions.get(String(id))
  if (!found) throw new SandboxRefusal(404, 'The requested subscription does not exist.')
  return found
}

/** One page, as CMR counts: from 1. */
export function pageOf<Row>(rows: readonly Row[], page = 1, limit = 20) {
  const totalPages = Math.max(1, Math.ceil(rows.length / limit))
  return {
    rows: rows.slice((page - 1) * limit, page * limit),
    totalPages,
    // CMR's nextPage is not to be trusted: its documented example says 2 of 1 page.
    nextPage: page + 1,
  }
}

/** Returns the price of a domain for a year, in cents. */
export function yearlyCents(domain: string): number {
  const prices: Record<string, number> = { com: 1450, net: 1550, org: 1350, io: 4200, co: 2800, info: 1250 }
  return prices[domain.split('.').at(-1) ?? ''] ?? 1650
}
