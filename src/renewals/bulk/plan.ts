import { z } from 'zod'
import type { Subscription } from '../../cmr/answers/subscriptions.ts'
import { BLOCKING_MS, nextPeriodEnd, yearsLater } from '../../cmr/billing.ts'
import { refusalOf, refusalSentence } from '../../cmr/items.ts'
import { toCents } from '../../cmr/money.ts'
import type { CommandContext } from '../../commands/context.ts'
import { subscriptionsAmong } from '../../directory/names/lookups.ts'
import { ended } from '../../directory/store/rows.ts'
import {
  type ExpectedResult,
  type FollowUp,
  nameOf,
  type OperationTraits,
  type ReconciledResult,
  type Reconciler,
  type RequestContent,
} from '../../operations/expected-results.ts'
import { reconcileRenewal } from '../../resources/domains/reconcile.ts'
import { type BilledSubscription, type RenewalAmount, timeOf } from '../../resources/renewal-amount.ts'
import { RENEWAL_DEADLINE_MINUTES, type RenewalItem } from '../../resources/renewal-items.ts'
import { type KnownRenewal, knownRenewals } from '../../resources/renewal-price.ts'
import { reconcileSubscriptionRenewal } from '../../resources/subscriptions/reconcile.ts'
import { escapeText } from '../../slack/blocks.ts'
import type { WantedItem } from './named-items.ts'

/** Something that is about to be renewed, at CMR's price of this moment. */
export interface QuotedItem extends RenewalItem, RenewalAmount {
  readonly domain: string
  readonly userId: string
  /** Until when it is paid now, ISO 8601; empty where CMR does not say. */
  readonly paidUntil: string
  /** Until when it is paid then; undefined where that is not known, as of what is past its end. */
  readonly renewedUntil: Date | undefined
  /** Of a subscription. */
  readonly billed?: BilledSubscription | undefined
}

/** What can be renewed, and why the rest cannot, a sentence each; mrkdwn. */
export interface Quote {
  readonly items: readonly QuotedItem[]
  readonly notes: readonly string[]
}

/** Asks CMR what each thing costs now. Keeps their order. Throws CmrError. */
export async function quoteOf(context: CommandContext, wanted: readonly WantedItem[]): Promise<Quote> {
  const found = new Map<string, QuotedItem | string>([
    ...(await domainQuotes(context, wanted)),
    ...(await subscriptionQuotes(context, wanted)),
  ])
  const all = wanted.flatMap((one) => found.get(keyOf(one)) ?? [])
  return {
    items: all.filter((one) => typeof one !== 'string'),
    notes: all.filter((one) => typeof one === 'string'),
  }
}

type Quoted = [key: string, quoted: QuotedItem | string]

const keyOf = ({ kind, id }: Pick<WantedItem, 'kind' | 'id'>) => `${kind} ${id.toLowerCase()}`
const leftOut = (name: string, why: string) => `:no_entry: *${escapeText(name)}*: ${why}`

/** CMR's own price of each domain, asked for a customer at a time ("Get domain renewal pricing"). */
async function domainQuotes(
  { cmr, clock }: CommandContext,
  wanted: readonly WantedItem[],
): Promise<Quoted[]> {
  const byOwner = Map.groupBy(
    wanted.filter(({ kind }) => kind === 'domain'),
    ({ userId }) => userId,
  )
  const quoted = await Promise.all(
    [...byOwner].map(async ([userId, items]): Promise<Quoted[]> => {
      if (!userId) return items.map((one) => [keyOf(one), ownerUnknown(one)])
      const names = items.map(({ id }) => id)
      const { data, refused } = await cmr.domains['renewal-price']({ body: { userId, domains: names } })
      return items.map((one) => {
        const refusal = refusalOf(refused, one.id)
        if (refusal !== undefined) return [keyOf(one), leftOut(one.id, escapeText(refusalSentence(refusal)))]
        const row = data.rows.find(({ domainName }) => domainName?.toLowerCase() === one.id.toLowerCase())
        const cents = toCents(row?.renewalPrice)
        const { kind, id } = one
        const paidUntil = row?.expireOn ?? ''
        const price = { cents, atMostCents: cents, isEstimate: false }
        const renewedUntil = extended(paidUntil, clock(), (end) => yearsLater(end, 1))
        return [keyOf(one), { kind, id, domain: id, userId, paidUntil, renewedUntil, ...price }]
      })
    }),
  )
  return quoted.flat()
}

function ownerUnknown({ id }: WantedItem): string {
  return leftOut(
    id,
    `it is not one of the domains read from CMR so far. If it is yours, \`/cmr domains renew\` with \`--customer\` renews it.`,
  )
}

/** Each subscription's own price a mailbox as CMR tells it now, with the warm-ups that were last seen to be ACTIVE. */
async function subscriptionQuotes(context: CommandContext, wanted: readonly WantedItem[]): Promise<Quoted[]> {
  const items = wanted.filter(({ kind }) => kind === 'subscription')
  if (items.length === 0) return []
  const found = await subscriptionsAmong(
    context.cmr,
    items.map(({ id }) => id),
  )
  const rows = new Map(found.map((row) => [row.subscriptionId, row]))
  const known = await knownRenewals(context, found)
  return items.map((one) => [
    keyOf(one),
    quotedSubscription(one, rows.get(one.id), known.get(one.id), context.clock()),
  ])
}

/** From where CMR counts once the end is past is not documented. */
function extended(
  paidUntil: string | undefined,
  now: Date,
  later: (end: number) => number,
): Date | undefined {
  const end = timeOf(paidUntil)
  return end !== undefined && end > now.getTime() ? new Date(later(end)) : undefined
}

const unpriced = { cents: undefined, atMostCents: undefined, isEstimate: false }

function quotedSubscription(
  one: WantedItem,
  row: Subscription | undefined,
  known: KnownRenewal | undefined,
  now: Date,
): QuotedItem | string {
  const name = row?.domain ?? one.domain ?? one.id
  const status = row?.subscriptionStatus
  if (!row) return leftOut(name, 'CMR has no such subscription.')
  if (status === 'RENEWING') return leftOut(name, 'it is already being renewed.')
  if (ended(status)) return leftOut(name, `its subscription is ${status}, and CMR no longer renews it.`)
  return {
    kind: 'subscription',
    id: one.id,
    domain: name.toLowerCase(),
    userId: row.userId ?? one.userId ?? '',
    paidUntil: row.periodEnd ?? '',
    renewedUntil: extended(row.periodEnd, now, (end) => nextPeriodEnd(timeOf(row.periodStart), end)),
    ...(known ?? unpriced),
  }
}

/** What is renewed as one operation, as the confirmation has written it down. */
export const planSchema = z.array(
  z.object({
    kind: z.enum(['domain', 'subscription']),
    id: z.string().min(1),
    domain: z.string().min(1),
    userId: z.string(),
    paidUntil: z.string(),
  }),
)

export type PlannedRenewal = z.output<typeof planSchema>[number]

/** Returns what a renewal brings about, as webhooks tell it. */
export function resultOf({ kind, id }: Pick<PlannedRenewal, 'kind' | 'id'>): ExpectedResult {
  return { kind: kind === 'domain' ? 'renewal' : 'subscription', name: nameOf(id) }
}

/** Returns a quote without its prices, domains before the subscriptions that wait for them. */
export function planOf(items: readonly QuotedItem[]): PlannedRenewal[] {
  const plan = items.map(({ kind, id, domain, userId, paidUntil }) => ({
    kind,
    id,
    domain,
    userId,
    paidUntil,
  }))
  return [
    ...plan.filter(({ kind }) => kind === 'domain'),
    ...plan.filter(({ kind }) => kind === 'subscription'),
  ]
}

/**
 * Returns one request a thing, so that what the wallet does not cover, or CMR does not answer, concerns that alone. CMR
 * refuses a subscription whose domain has lapsed or is due within 26 hours of it: it waits for its domain's renewal.
 */
export function requestsOf(plan: readonly PlannedRenewal[]): FollowUp[] {
  const domains = new Map(plan.filter(({ kind }) => kind === 'domain').map((one) => [one.domain, one]))
  return plan.map((one): FollowUp => {
    const { kind, id, domain, userId, paidUntil } = one
    const shared = { part: resultOf(one), before: paidUntil }
    if (kind === 'domain') {
      // Never without its name: CMR would renew every domain of the customer.
      const request = { query: {}, body: { userId, domains: [id] } }
      return { ...shared, endpoint: 'domains.renew', request, label: id }
    }
    const blocking = domains.get(domain)
    return {
      ...shared,
      ...(blocking && isBlocked(one, blocking) && { after: resultOf(blocking) }),
      endpoint: 'subscriptions.renew',
      request: { query: {}, body: { subscriptionIds: [id] } },
      label: `mailboxes on ${domain}`,
    }
  })
}

function isBlocked(subscription: PlannedRenewal, domain: PlannedRenewal): boolean {
  const [period, expiry] = [subscription, domain].map(({ paidUntil }) => Date.parse(paidUntil))
  if (period === undefined || expiry === undefined) return true
  // Where one of the two is not known, waiting does no harm.
  return !(expiry > period + BLOCKING_MS)
}

/** Looks for each renewal as its own command does, a customer at a time. */
const reconcileAll: Reconciler = async (asked) => {
  const requests = (asked.sent.followUps ?? []).map(({ request }) => request as RequestContent)
  const waiting = new Set(asked.waiting.map(({ name }) => name))
  const domains = requests.filter(({ body }) => namesIn(body.domains).some((name) => waiting.has(name)))
  const found: ReconciledResult[] = []
  for (const [userId, own] of Map.groupBy(domains, ({ body }) => body.userId)) {
    const names = own.flatMap(({ body }) => namesIn(body.domains))
    const part = asked.waiting.filter(({ kind, name }) => kind === 'renewal' && names.includes(name))
    const sent = { query: {}, body: { userId, domains: names } }
    found.push(...(await reconcileRenewal({ ...asked, sent, waiting: part })))
  }
  const subscriptions = asked.waiting.filter(({ kind }) => kind === 'subscription')
  if (subscriptions.length === 0) return found
  const ids = requests.flatMap(({ body }) => (body.subscriptionIds as string[] | undefined) ?? [])
  const open = ids.filter((id) => waiting.has(id.toLowerCase()))
  const sent = { query: {}, body: { subscriptionIds: open } }
  return [...found, ...(await reconcileSubscriptionRenewal({ ...asked, sent, waiting: subscriptions }))]
}

const namesIn = (value: unknown) =>
  Array.isArray(value) ? value.map((name) => String(name).toLowerCase()) : []

/** What operations need to know of renewing many things as one. */
export const bulkTraits: OperationTraits = {
  reconcile: reconcileAll,
  deadlineMinutes: RENEWAL_DEADLINE_MINUTES,
}
