import { z } from 'zod'
import { type ListPrices, money, toCents } from '../../cmr/money.ts'
import type { CommandContext } from '../../commands/context.ts'
import { escapeText } from '../../slack/blocks.ts'
import { type Price, sumOf, warmupNotes } from '../prices.ts'
import { askAvailability } from './availability.ts'
import type { OfOrder } from './messages.ts'

/** What an order is charged for ("Orders"). */
export interface OrderCharge {
  /** Each with its price of a year in cents; undefined where CMR did not tell it. */
  readonly domains: readonly {
    readonly name: string
    readonly yearly: number | undefined
    readonly years: number
  }[]
  /** Whoever gets a mailbox. */
  readonly people: readonly { readonly onWarmup?: boolean | undefined }[]
  /** Cents a mailbox and month, where a subscription has a price of its own. */
  readonly mailboxCents?: number | undefined
}

/** Domains by their ending × years + mailboxes × mailbox price + warm-ups × warm-up price; integer cents. */
export function orderPrice(order: OrderCharge, prices: ListPrices): Price {
  const { domains, people, mailboxCents = prices.mailbox } = order
  const mailboxes = people.length
  const warmups = people.filter(({ onWarmup }) => onWarmup).length
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

const domain = z.looseObject({ domain: z.string(), years: z.number().optional() })
const person = z.looseObject({ username: z.string().default('?'), onWarmup: z.boolean().optional() })
const contents = z.looseObject({
  domains: z.array(domain).optional(),
  mailboxes: z.record(z.string(), z.array(person)).optional(),
})

/** What is ordered; nothing where CMR does not tell it. The answer's shape is inferred: it may stand in it as a whole, or be spread out. */
export function contentsOf(data: Readonly<Record<string, unknown>>) {
  const read = [data, data.request, data.order].map((one) => contents.safeParse(one))
  return read.find(({ data: one }) => one?.domains || one?.mailboxes)?.data
}

/** What an order that waits will cost: CMR's own amount, else worked out from what it holds. */
export async function waitingOrderPrice(context: CommandContext, order: OfOrder): Promise<Price> {
  const { data } = await context.cmr.orders.get({ query: order })
  // An order that was not charged yet may say 0 in one of them: no order costs nothing, and 0 would pass every limit.
  const told = [data.totalPrice, data.price, data.amount].map(toCents).find(Boolean)
  if (told !== undefined) return { cents: told }
  const { domains = [], mailboxes } = contentsOf(data) ?? {}
  const people = Object.values(mailboxes ?? {}).flat()
  // The price of a part is none: it would be shown for the whole, and pass a limit.
  const isWhole = mailboxes && domains.length + people.length > 0 && domains.every(({ years }) => years)
  if (!isWhole) return { cents: undefined }
  const { known, failure } = await askAvailability(
    context,
    domains.map((one) => one.domain),
  )
  if (failure) throw failure
  const taken = domains.filter((one) => known[one.domain]?.available === false)
  return orderPrice(
    {
      domains: domains.map((one) => ({
        name: one.domain,
        yearly: taken.includes(one) ? undefined : known[one.domain]?.cents,
        years: one.years ?? 1,
      })),
      people,
    },
    context.prices,
  )
}
