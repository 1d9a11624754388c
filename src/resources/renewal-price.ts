import { warmupStatusOf } from '../cmr/answers/mailboxes.ts'
import type { Subscription } from '../cmr/answers/subscriptions.ts'
import { money, toCents } from '../cmr/money.ts'
import type { CommandContext } from '../commands/context.ts'
import { subscriptionCalled } from '../directory/subscriptions.ts'
import { addYears } from '../process/dates.ts'
import { counted, escapeText } from '../slack/blocks.ts'
import { type Price, sumOf, warmupNotes } from './prices.ts'

/** Domains that a note names. */
const NAMED = 5

/**
 * Returns what the renewal of subscriptions costs: each one's own price a mailbox, times its mailboxes, and its
 * ACTIVE warm-ups ("Money"). Throws CmrError.
 */
export async function subscriptionRenewalPrice(
  context: CommandContext,
  subscriptionIds: readonly string[],
): Promise<Price> {
  const found = await Promise.all(subscriptionIds.map((id) => subscriptionCalled(context, id)))
  const { prices, clock } = context
  const owners = [...new Set(found.flatMap((one) => one?.userId ?? []))]
  const [warming, registered] = await Promise.all([
    warmingOf(context, owners),
    registrationsOf(context, owners),
  ])
  const priced = found.map((one) => {
    const each = toCents(one?.pricePerMailbox)
    const warmups = warming.get(one?.subscriptionId)?.length ?? 0
    const quantity = one?.totalMailboxQuantity
    const known = each !== undefined && quantity !== undefined
    const step = known ? Math.max(0, prices.mailboxAfterYear - each) * quantity : 0
    return {
      one,
      each,
      warmups,
      cents: known ? each * quantity + prices.warmup * warmups : undefined,
      step: mayStep(registered.get(one?.domain?.toLowerCase() ?? ''), clock()) ? step : 0,
    }
  })
  const cents = sumOf(priced.map((one) => one.cents))
  const stepping = priced.filter(({ step }) => step > 0)
  const more = stepping.reduce((sum, { step }) => sum + step, 0)
  return {
    cents,
    ...(cents !== undefined && more > 0 && { atMost: cents + more }),
    lines: priced.map(({ one, each, warmups, cents: own }, at) => {
      const name = escapeText(one?.domain ?? one?.subscriptionId ?? subscriptionIds[at])
      if (own === undefined || each === undefined) return `${name}: no price from CMR`
      const billed = warmups ? `, and ${counted(warmups, 'active warm-up')} × ${money(prices.warmup)}` : ''
      return `${name}: ${one?.totalMailboxQuantity} × ${money(each)}${billed}`
    }),
    notes: [
      ...(stepping.length > 0
        ? [
            stepNote(
              stepping.flatMap(({ one }) => one ?? []),
              prices.mailboxAfterYear,
            ),
          ]
        : []),
      'CMR’s documentation contradicts itself on whether PAUSED warm-ups are billed.',
      ...(priced.some(({ warmups }) => warmups > 0) ? warmupNotes(prices) : []),
    ],
  }
}

/**
 * Tells whether a renewal today may raise the price of the mailboxes: it steps once their domain has completed a year
 * and was renewed ("Money"). Where the age is not known, it may.
 * @param registeredOn ISO 8601
 */
export function mayStep(registeredOn: string | undefined, now: Date): boolean {
  const registered = new Date(registeredOn ?? Number.NaN)
  return Number.isNaN(registered.getTime()) || addYears(registered, 1) <= now
}

function stepNote(stepping: readonly Subscription[], afterYear: number): string {
  const names = stepping.slice(0, NAMED).map((one) => escapeText(one.domain ?? one.subscriptionId))
  const more = stepping.length > NAMED ? ` and ${stepping.length - NAMED} more` : ''
  return `:grey_question: *${names.join(', ')}${more} may step to ${money(afterYear)} a mailbox*: CMR raises the price once a domain has completed its first year and was renewed, and its API does not show whether that has happened.`
}

/** When the domains of these customers were registered, by name; those of which CMR does not tell it are missing. */
async function registrationsOf(
  { cmr }: CommandContext,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const lists = await Promise.all(userIds.map((userId) => cmr.domains.list({ query: { userId } })))
  return new Map(
    lists
      .flatMap(({ data }) => data.rows)
      .flatMap(({ domainName, registeredOn }) =>
        domainName && registeredOn ? [[domainName.toLowerCase(), registeredOn]] : [],
      ),
  )
}

/** The mailboxes of these customers that are being warmed up, by subscription: "only ACTIVE ones are billed". */
async function warmingOf({ cmr }: CommandContext, userIds: readonly string[]) {
  const lists = await Promise.all(userIds.map((userId) => cmr.mailboxes.list({ query: { userId } })))
  const warming = lists.flatMap(({ data }) => data.rows).filter((one) => warmupStatusOf(one) === 'ACTIVE')
  return Map.groupBy(warming, ({ subscriptionId }) => subscriptionId)
}
