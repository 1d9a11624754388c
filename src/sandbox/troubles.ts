import { addDays } from 'date-fns/addDays'
import { subDays } from 'date-fns/subDays'
import { subHours } from 'date-fns/subHours'
import { boxesOf, cancel } from './renewal.ts'
import {
  newId,
  type Order,
  type SandboxDomain,
  type SandboxMailbox,
  type SandboxSubscription,
  type World,
} from './world.ts'

/** A domain with what hangs on it, as a trouble finds it. */
interface Troubled {
  readonly world: World
  readonly domain: SandboxDomain
  readonly subscription: SandboxSubscription
  readonly mailboxes: readonly SandboxMailbox[]
}

/** What a trouble leaves behind that a test may want to ask for. */
interface Planted {
  readonly orderId?: string
  readonly credentialId?: string
}

type TroubleMaker = (of: Troubled) => unknown

const ago = (world: World, days: number) => subDays(world.now(), days).toISOString()
const ahead = (world: World, days: number) => addDays(world.now(), days).toISOString()

/** Takes the records out that a pattern fits, written "TYPE host value". */
function without({ records }: SandboxDomain, wanted: RegExp) {
  const kept = records.filter(({ recordType, host, value }) => !wanted.test(`${recordType} ${host} ${value}`))
  records.splice(0, records.length, ...kept)
}

function add({ records }: SandboxDomain, recordType: string, host: string, value: string) {
  const priority = recordType === 'MX' ? { priority: 10 } : {}
  records.push({ recordId: newId(), ttl: 3600, recordType, host, value, ...priority })
}

function replace(domain: SandboxDomain, wanted: RegExp, [recordType, host, value]: [string, string, string]) {
  without(domain, wanted)
  add(domain, recordType, host, value)
}

const SPF = /^TXT @ v=spf1/
const DMARC = /^TXT _dmarc /

const domainTroubles: Record<string, TroubleMaker> = {
  'domain-lapsed': ({ world, domain }) =>
    Object.assign(domain, { status: 'EXPIRED', expiryDate: ago(world, 20) }),
  'domain-in-grace': ({ world, domain }) =>
    Object.assign(domain, { status: 'GRACE_PERIOD', expiryDate: ago(world, 2) }),
  'domain-ends-soon': ({ world, domain }) =>
    Object.assign(domain, { autoRenew: false, expiryDate: ahead(world, 10) }),
  'domain-transferred': ({ domain }) => void Object.assign(domain, { status: 'TRANSFERRED' }),
  'nameservers-foreign': ({ domain }) =>
    Object.assign(domain, { nameservers: ['ns1.parking.test', 'ns2.parking.test'] }),
}

const recordTroubles: Record<string, TroubleMaker> = {
  'mx-missing': ({ domain }) => without(domain, /^MX /),
  'mx-wrong': ({ domain }) => replace(domain, /^MX /, ['MX', '@', 'mail.old-host.test']),
  'spf-missing': ({ domain }) => without(domain, SPF),
  'spf-wrong': ({ domain }) => replace(domain, SPF, ['TXT', '@', 'v=spf1 include:mail.old-host.test ~all']),
  'spf-twice': ({ domain }) => add(domain, 'TXT', '@', 'v=spf1 include:mail.old-host.test ~all'),
  'dkim-missing': ({ domain }) => without(domain, /_domainkey/),
  'dmarc-missing': ({ domain }) => without(domain, DMARC),
  'dmarc-invalid': ({ domain }) =>
    replace(domain, DMARC, ['TXT', '_dmarc', 'v=DMARC1; rua=mailto:a@old-host.test']),
}

const subscriptionTroubles: Record<string, TroubleMaker> = {
  'past-due': ({ world, subscription }) =>
    Object.assign(subscription, { subscriptionStatus: 'PAST_DUE', periodEnd: ago(world, 2) }),
  'wallet-empty': ({ world }) => void Object.assign(world.wallet, { cents: 0 }),
  'subscription-ends-soon': ({ world, subscription }) =>
    Object.assign(subscription, { autoRenew: false, periodEnd: ahead(world, 3) }),
  'domain-auto-renew-off': ({ domain }) => void Object.assign(domain, { autoRenew: false }),
  'auto-renew-off': ({ subscription }) => void Object.assign(subscription, { autoRenew: false }),
  'subscription-expired': ({ world, subscription, mailboxes }) => {
    Object.assign(subscription, { subscriptionStatus: 'EXPIRED', periodEnd: ago(world, 10) })
    for (const mailbox of mailboxes) mailbox.status = 'EXPIRED'
  },
  'subscription-cancelled': ({ world, subscription }) => cancel(world, subscription),
  'workspace-gone': ({ world, domain }) => world.workspaces.set(domain.domainName, 'clean'),
}

/** Changes the first mailbox. */
const mailbox =
  (change: (of: Troubled) => Partial<SandboxMailbox>): TroubleMaker =>
  (of) =>
    Object.assign(of.mailboxes[0] ?? {}, change(of))

const mailboxTroubles: Record<string, TroubleMaker> = {
  'mailbox-suspended': mailbox(() => ({ status: 'SUSPENDED' })),
  'mailbox-failed': mailbox(() => ({ status: 'FAILED' })),
  'mailbox-stuck': mailbox(({ world }) => ({ status: 'IN_PROGRESS', createdAt: ago(world, 1) })),
  'warmup-paused': ({ mailboxes }) => {
    for (const { warmup } of mailboxes) if (warmup) warmup.status = 'PAUSED'
  },
  'warmup-missing': ({ mailboxes }) => {
    for (const one of mailboxes) one.warmup = null
  },
  'placement-bad': ({ world, mailboxes: [first] }) => {
    const { mailboxId, email, userId } = first ?? {}
    const landed = { inbox: 22, spam: 71, missing: 7, createdAt: ago(world, 1) }
    world.reports.push({ orderId: newId(), userId, mailboxId, email, ...landed })
  },
  'export-failed': (of) => failedExport(of, 'Smartlead did not take the mailbox.'),
  'oauth-expired': (of) => {
    const planted = failedExport(of, 'invalid_grant: Token has been expired or revoked.')
    const login = of.world.credentials.get(planted.credentialId)
    if (login) login.expired = true
    return planted
  },
}

/** An export of the first mailbox to Smartlead, which came to nothing. */
function failedExport({ world, mailboxes: [first], domain }: Troubled, message: string) {
  const credentialId = newId()
  const login = { app: 'SMARTLEAD', email: `ops@${domain.domainName}`, metadata: null }
  world.credentials.set(credentialId, { userId: domain.userId, ...login, connectedAt: ago(world, 40) })
  const failed = { credentialId, app: 'SMARTLEAD', status: 'FAILED', message, updatedAt: ago(world, 1) }
  if (first) first.exports = [failed]
  return { credentialId }
}

/** Puts an order in the place of the domain and what hangs on it, or of its mailboxes alone. */
function ordered(of: Troubled, about: Partial<Order>, what: 'domain' | 'mailboxes' = 'domain'): Planted {
  const { world, domain, subscription, mailboxes } = of
  const people = mailboxes.map(({ email, firstName, lastName }) => ({
    username: email.split('@')[0] ?? '',
    firstName,
    lastName,
    onWarmup: true,
  }))
  for (const one of mailboxes) world.mailboxes.delete(one.mailboxId)
  world.subscriptions.delete(subscription.subscriptionId)
  if (what === 'domain') world.domains.delete(domain.domainId)
  const { domainName, serviceProvider } = domain
  const order: Order = {
    orderId: newId(),
    userId: domain.userId,
    kind: 'domains',
    status: 'UNCONFIRMED',
    request: {
      domains: [{ domain: domainName, years: 1 }],
      mailboxes: { [domainName]: people },
      serviceProvider,
      confirm: false,
    },
    createdAt: subHours(world.now(), 5).toISOString(),
    failures: {},
    mailboxFailures: {},
    ...about,
  }
  world.orders.set(order.orderId, order)
  return { orderId: order.orderId }
}

const orderTroubles: Record<string, TroubleMaker> = {
  'order-parked': (of) => ordered(of, {}),
  'order-stuck': (of) => ordered(of, { status: 'PROCESSING' }),
  'order-failed': (of) =>
    ordered(of, {
      status: 'COMPLETED',
      failures: { [of.domain.domainName]: 'The registry refused the name.' },
    }),
  'mailbox-order-failed': (of) => {
    const mailboxFailures = { [of.domain.domainName]: 'A workspace exists on it already.' }
    return ordered(of, { status: 'COMPLETED', mailboxFailures }, 'mailboxes')
  },
  'customer-gone': ({ world, domain }) => world.users.delete(domain.userId),
}

/** Everything that may be wrong with a domain and that CMR's pages make observable, by name. */
const troubles: Readonly<Record<string, TroubleMaker>> = {
  ...domainTroubles,
  ...recordTroubles,
  ...subscriptionTroubles,
  ...mailboxTroubles,
  ...orderTroubles,
}

export const troubleNames = Object.keys(troubles)

/** Plants a trouble. @throws where there is no such domain, or no trouble of that name */
export function plant(world: World, trouble: string, domainName: string): Planted {
  const domain = [...world.domains.values()].find((one) => one.domainName === domainName)
  const subscription = [...world.subscriptions.values()].findLast((one) => one.domain === domainName)
  const put = troubles[trouble]
  if (!put || !domain || !subscription) throw new Error(`No ${trouble} can be planted on ${domainName}`)
  const { orderId, credentialId } = Object(
    put({ world, domain, subscription, mailboxes: boxesOf(world, subscription) }),
  ) as Planted
  return { ...(orderId && { orderId }), ...(credentialId && { credentialId }) }
}
