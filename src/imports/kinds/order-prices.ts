import type { CommandContext } from '../../commands/context.ts'
import { askAvailability, type KnownDomains } from '../../resources/orders/availability.ts'
import { orderPrice } from '../../resources/orders/price.ts'
import type { Price } from '../../resources/prices.ts'
import type { GoodRow } from '../columns.ts'

/** What of a row is charged. */
type PricedRow = GoodRow<{
  readonly domain: string
  readonly years?: number | undefined
  readonly username?: string | undefined
  readonly onWarmup?: boolean | undefined
}>

/** What of an order is charged. */
interface PlacedOrder {
  readonly domains: readonly { readonly domain: string; readonly years?: number | undefined }[]
  readonly mailboxes?:
    | Readonly<Record<string, readonly { readonly onWarmup?: boolean | undefined }[]>>
    | undefined
}

/** Returns whether each domain is free and what it costs a year. @throws CmrError where CMR does not tell of them all */
export async function offersOf(context: CommandContext, names: readonly string[]): Promise<KnownDomains> {
  const distinct = [...new Set(names.map((name) => name.toLowerCase()))]
  const { known, failure } = await askAvailability(context, distinct)
  if (failure) throw failure
  return known
}

/** Domains by their own prices, mailboxes and warm-ups by the list's ("Money"). */
export function priceOf({ prices }: CommandContext, rows: readonly PricedRow[], offers: KnownDomains): Price {
  const years = new Map(rows.map(({ values }) => [values.domain.toLowerCase(), values.years ?? 1]))
  return orderPrice(
    {
      domains: [...years].map(([name, count]) => ({ name, yearly: offers[name]?.cents, years: count })),
      people: rows.map(({ values }) => values).filter(({ username }) => username),
    },
    prices,
  )
}

/** Returns what one order costs now: CMR leaves out a domain that was taken meanwhile, and charges nothing for it. */
export async function priceNow(context: CommandContext, order: PlacedOrder): Promise<Price> {
  const offers = await offersOf(
    context,
    order.domains.map(({ domain: name }) => name),
  )
  const free = order.domains.filter(({ domain: name }) => offers[name.toLowerCase()]?.available !== false)
  return orderPrice(
    {
      domains: free.map(({ domain: name, years }) => ({
        name,
        yearly: offers[name.toLowerCase()]?.cents,
        years: years ?? 1,
      })),
      people: free.flatMap(({ domain: name }) => order.mailboxes?.[name] ?? []),
    },
    context.prices,
  )
}
