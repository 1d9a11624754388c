import { RENEWABLE_DAYS } from '../cmr/endpoints/domains.ts'
import { refusalOf, refusalSentence } from '../cmr/items.ts'
import { type ListPrices, money, toCents } from '../cmr/money.ts'
import type { CommandContext } from '../commands/context.ts'
import { addFunds } from '../commands/dashboard.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { subscriptionCalled } from '../directory/names/lookups.ts'
import { addMilliseconds, millisecondsInDay } from '../process/dates.ts'
import { counted, cut, date, escapeText } from '../slack/blocks.ts'
import { type MailProvider, providerNames } from './dns/mail.ts'

/** What something will cost, as far as it can be known before CMR charges it. */
export interface Price {
  /** Undefined where CMR shows it only when it charges. */
  readonly cents: number | undefined
  /** What it may come to at most, where that is more. */
  readonly atMost?: number | undefined
  /** True if more may be charged of which no price is known: no limit can be checked then. */
  readonly leavesOut?: boolean | undefined
  /** True if a part of it is a guess; `notes` say which. */
  readonly isEstimate?: boolean | undefined
  /** What it is made of, a line each; mrkdwn. */
  readonly lines?: readonly string[]
  /** What may differ, a sentence each; mrkdwn. */
  readonly notes?: readonly string[]
}

/** The wallet balance and how much of a price it does not cover. */
export interface Funds {
  /** Cents; undefined where CMR answered no balance that can be read. */
  readonly balance: number | undefined
  /** Cents that are missing; 0 where it covers, or where one of the two is not known. */
  readonly missing: number
  /** True for whoever has a role for some customers only: the wallet pays for all of them, so no amount is told. */
  readonly isPrivate?: boolean | undefined
  /** For how many days what is left pays all that renews by itself, and how many were looked at; left out where unknown. */
  readonly lasts?: { readonly days: number; readonly of: number; readonly isNothing: boolean } | undefined
}

/** Asks CMR whether the wallet covers a price, and says whether the caller may read what it holds. */
export async function fundsFor(context: CommandContext, price: Price): Promise<Funds> {
  const { cmr, walletNeeds } = context
  const { balance } = (await cmr.wallet.get()).data
  const isPrivate = (await customersOfCaller(context)) !== undefined
  if (balance === undefined || price.cents === undefined) return { balance, missing: 0, isPrivate }
  const left = balance - price.cents
  if (left < 0) return { balance, missing: -left, isPrivate }
  // How long the rest lasts tells of everybody's renewals.
  const needs = isPrivate ? undefined : await walletNeeds?.()
  if (!needs) return { balance, missing: 0, isPrivate }
  const short = needs.findIndex((needed) => needed > left)
  return {
    balance,
    missing: 0,
    lasts: {
      days: short === -1 ? needs.length : short,
      of: needs.length,
      isNothing: needs.every((needed) => needed === 0),
    },
  }
}

/** What a price is made of, as far as one section of a message holds it beside the price itself. */
const ITEMS = 15
const ITEM_LENGTH = 120

/** What a price is made of, the price, what the wallet holds before and after, what may differ; mrkdwn, a line each. */
export function moneyLines(price: Price, funds: Funds): string[] {
  const costs =
    price.cents === undefined
      ? 'CMR shows the price only when it charges.'
      : `It costs ${price.isEstimate ? 'about ' : ''}*${money(price.cents)}*${price.atMost ? `, and may cost up to *${money(price.atMost)}*` : ''}.`
  const { lines: items = [], notes = [] } = price
  const more = items.length > ITEMS ? [`• and ${items.length - ITEMS} more`] : []
  const shown = items.slice(0, ITEMS).map((item) => `• ${cut(item, ITEM_LENGTH)}`)
  return [...shown, ...more, costs, ...walletLines(price, funds), ...notes]
}

function walletLines(price: Price, funds: Funds): string[] {
  const { cents, atMost = 0 } = price
  const { balance, missing, lasts, isPrivate } = funds
  if (balance === undefined) return []
  if (isPrivate) return coverLines(price, { balance, missing })
  if (missing > 0) {
    return [`:warning: The wallet holds ${money(balance)}: *${money(missing)} is missing*. ${addFunds()}.`]
  }
  const after = cents === undefined ? '' : `, and *${money(balance - cents)} after it*`
  const short = Math.max(0, atMost - balance)
  const perhaps = short ? ` If it costs more, up to *${money(short)} is missing*.` : ''
  return [`The wallet holds ${money(balance)}${after}.${perhaps}${lasts ? ` ${lastsSentence(lasts)}` : ''}`]
}

/** Says whether the wallet covers a price, and no amount that what it holds follows from. */
function coverLines(
  { cents, atMost = 0 }: Price,
  { balance, missing }: { balance: number; missing: number },
) {
  if (missing > 0) return [`:warning: *The wallet does not cover it.* ${addFunds()}.`]
  if (cents === undefined) return []
  return [`The wallet covers it.${atMost > balance ? ' If it costs more, it may not.' : ''}`]
}

/** Says for how long the rest pays what renews by itself. */
function lastsSentence({ days, of, isNothing }: NonNullable<Funds['lasts']>): string {
  if (days === of && isNothing) return `Nothing renews by itself in the next ${of} days.`
  if (days === of) return `What is left covers all that renews by itself in the next ${of} days.`
  if (days === 0) return ':warning: *What is left does not cover what renews by itself today.*'
  return `What is left covers what renews by itself for *${counted(days, 'day')}*.`
}

/** The sum, or nothing where one of them is not known. */
export function sumOf(cents: readonly (number | undefined)[]): number | undefined {
  return cents.every((one) => one !== undefined) ? cents.reduce((sum, one) => sum + one, 0) : undefined
}

/** Renewal of domains: CMR's own answer, times the years. */
export async function domainRenewalPrice(
  { cmr, clock }: CommandContext,
  renewal: {
    readonly userId: string
    readonly domains: readonly string[]
    readonly years?: number | undefined
  },
): Promise<Price> {
  const { userId, domains, years = 1 } = renewal
  const { data, refused } = await cmr.domains['renewal-price']({ body: { userId, domains: [...domains] } })
  const priced = domains.map((name) => {
    const found = data.rows.find((one) => one.domainName?.toLowerCase() === name.toLowerCase())
    return { name, yearly: toCents(found?.renewalPrice), refusal: refusalOf(refused, name) }
  })
  // What CMR refuses to renew is not charged; a note says that the sum is without it.
  const renewed = priced.filter(({ refusal }) => refusal === undefined)
  const yearly = renewed.length > 0 ? sumOf(renewed.map((one) => one.yearly)) : undefined
  const renewable = clock().getTime() + RENEWABLE_DAYS * millisecondsInDay
  const early = data.rows.filter(({ expireOn }) => Date.parse(expireOn ?? '') > renewable)
  return {
    cents: yearly === undefined ? undefined : yearly * years,
    leavesOut: renewed.length < priced.length,
    lines: priced.map((one) => `${escapeText(one.name)}: ${renewalLine(one, years)}`),
    notes: [
      ...(renewed.length > 0 && renewed.length < priced.length ? [NOT_IN_THE_SUM] : []),
      ...(early.length ? [tooEarly(early)] : []),
    ],
  }
}

/** CMR may refuse a price for a reason that passes, and renew the domain all the same. */
const NOT_IN_THE_SUM =
  'The total leaves out what CMR gives no price for. If CMR renews that too, it costs extra.'

/** What one domain's renewal costs, or why CMR refuses it; mrkdwn. */
function renewalLine(
  { yearly, refusal }: { readonly yearly: number | undefined; readonly refusal: string | undefined },
  years: number,
): string {
  if (refusal !== undefined) return `:no_entry: ${escapeText(refusalSentence(refusal))}`
  return yearly === undefined ? 'no price from CMR' : `${money(yearly)} × ${counted(years, 'year')}`
}

/** How many domains a note names. */
const NAMED = 5

function tooEarly(
  domains: readonly { readonly domainName?: string | undefined; readonly expireOn?: string | undefined }[],
): string {
  const from = domains
    .slice(0, NAMED)
    .map(
      ({ domainName, expireOn = '' }) =>
        `${escapeText(domainName)} from ${date(addMilliseconds(new Date(expireOn), -RENEWABLE_DAYS * millisecondsInDay))} on`,
    )
  const more = domains.length > NAMED ? [`${domains.length - NAMED} more`] : []
  return `:no_entry: *Too early*: CMR renews a domain from ${RENEWABLE_DAYS} days before its expiry on, and refuses it before. ${[...from, ...more].join(', ')}.`
}

/** What to say wherever the price of a warm-up counts; mrkdwn. */
export function warmupNotes({ warmup, warmupGuessed }: ListPrices): string[] {
  if (!warmupGuessed) return []
  return [
    `:grey_question: *${money(warmup)} for a warm-up is a guess*: CMR’s documentation does not say what it costs. Spend limits count it all the same. An admin can set what CMR’s dashboard shows in the bot’s settings.`,
  ]
}

/** Warm-up of a mailbox: price × days left of its subscription's period ÷ 30 ("Money"). */
export async function warmupPrice(context: CommandContext, mailboxId: string): Promise<Price> {
  const { cmr, clock, prices } = context
  const { data: mailbox } = await cmr.mailboxes.get({ query: { mailboxId } })
  const { subscriptionId } = mailbox
  const subscription = subscriptionId ? await subscriptionCalled(context, subscriptionId) : undefined
  const end = Date.parse(subscription?.periodEnd ?? '')
  const days = Math.min(30, Math.ceil((end - clock().getTime()) / millisecondsInDay))
  // A period that is over tells nothing of the one that CMR charges for.
  if (!(days > 0)) return { cents: undefined }
  return {
    cents: Math.round((prices.warmup * days) / 30),
    lines: [`${money(prices.warmup)} a month × ${days} of 30 days`],
    notes: warmupNotes(prices),
  }
}

/** Pre-warmed domains, by the inventory's own price: a domain is warm at one provider only. */
export async function prewarmPrice(
  { cmr }: CommandContext,
  {
    domains,
    serviceProvider,
  }: { readonly domains: readonly string[]; readonly serviceProvider: MailProvider },
): Promise<Price> {
  const priced = await Promise.all(
    domains.map(async (domain) => {
      const { data } = await cmr.prewarm.list({ query: { contains: domain, serviceProvider, limit: 100 } })
      const found = data.rows.find((one) => one.domain.toLowerCase() === domain.toLowerCase())
      return { domain, cents: toCents(found?.purchasePrice), found: found !== undefined }
    }),
  )
  return {
    cents: sumOf(priced.map(({ cents }) => cents)),
    lines: priced.map(({ domain, cents, found }) => {
      const price =
        cents === undefined
          ? found
            ? 'no price from CMR'
            : `:warning: *not in ${providerNames[serviceProvider]}’s inventory*: \`/cmr prewarm list\` shows what is`
          : money(cents)
      return `${escapeText(domain)}: ${price}`
    }),
  }
}
