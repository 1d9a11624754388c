import type { ListPrices } from '../../cmr/money.ts'
import { money } from '../../cmr/money.ts'
import { escapeText } from '../../slack/blocks.ts'
import { type Price, sumOf, warmupNotes } from '../prices.ts'

/** What an order is charged for ("Orders"). */
export interface OrderCharge {
  /** Each with its price of a year in cents; undefined where CMR did not tell it. */
  readonly domains: readonly {
    readonly name: string
    readonly yearly: number | undefined
    readonly years: number
  }[]
  readonly mailboxes: number
  readonly warmups: number
  /** Cents a mailbox and month, where a subscription has a price of its own. */
  readonly mailboxCents?: number | undefined
}

/** Domains by their ending × years + mailboxes × mailbox price + warm-ups × warm-up price; integer cents. */
export function orderPrice(order: OrderCharge, prices: ListPrices): Price {
  const { domains, mailboxes, warmups, mailboxCents = prices.mailbox } = order
  const registered = sumOf(
    domains.map(({ yearly, years }) => (yearly === undefined ? undefined : yearly * years)),
  )
  const rest = mailboxes * mailboxCents + warmups * prices.warmup
  const unpriced = domains.filter(({ yearly }) => yearly === undefined)
  return {
    cents: registered === undefined ? undefined : registered + rest,
    lines: [
      ...domainLines(domains),
      ...(mailboxes ? [line(mailboxes, 'mailbox', 'mailboxes', mailboxCents)] : []),
      ...(warmups ? [line(warmups, 'warm-up', 'warm-ups', prices.warmup)] : []),
    ],
    notes: [
      ...(unpriced.length
        ? [
            `CMR has no price for ${unpriced.map(({ name }) => escapeText(name)).join(', ')}; the rest is ${money(rest)}.`,
          ]
        : []),
      ...(warmups ? warmupNotes(prices) : []),
    ],
  }
}

function line(count: number, one: string, many: string, cents: number): string {
  return `${count} ${count === 1 ? one : many} × ${money(cents)} a month = ${money(count * cents)}`
}

/** Domains of one ending and price share a line. */
function domainLines(domains: OrderCharge['domains']): string[] {
  const groups = Map.groupBy(
    domains,
    ({ name, yearly, years }) => `${name.split('.').slice(1).join('.')} ${yearly} ${years}`,
  )
  return [...groups.values()].flatMap((group) => {
    const [{ name, yearly, years } = { name: '', yearly: undefined, years: 1 }] = group
    if (yearly === undefined) return []
    const what = group.length === 1 ? name : `${group.length} × .${name.split('.').slice(1).join('.')}`
    const time = years === 1 ? 'a year' : `× ${years} years`
    const each = group.length === 1 && years === 1 ? '' : ` = ${money(group.length * yearly * years)}`
    return [`${escapeText(what)} at ${money(yearly)} ${time}${each}`]
  })
}
