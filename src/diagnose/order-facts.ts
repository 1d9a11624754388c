/** One domain or mailbox of an order, as CMR tells it. */
export interface OrderItem {
  readonly name: string
  readonly kind: 'domain' | 'mailbox'
  readonly status: string
  /** CMR's own words for a failure. */
  readonly reason: string | undefined
}

/** An order as CMR tells it. */
export interface OrderFacts {
  readonly orderId: string
  readonly userId: string
  readonly status: string | undefined
  /** When it was placed; undefined where neither CMR nor the bot knows it. */
  readonly placedAt: Date | undefined
  /** The domains that it is about. */
  readonly domains: readonly string[]
  readonly items: readonly OrderItem[]
  /** True if its domains come with mailboxes that are warmed up. */
  readonly isPreWarmed?: boolean
}

/** Returns the items of an order that are on a domain, or all of them. */
export function itemsOn({ items }: OrderFacts, domain?: string): readonly OrderItem[] {
  if (!domain) return items
  return items.filter(({ name }) => name === domain || name.endsWith(`@${domain}`))
}

/** An order that was put down without being confirmed: nothing of it begins until somebody processes it. */
export const isParked = ({ status = '' }: OrderFacts) => /unconfirmed|awaiting|draft/i.test(status)

/** An order that CMR works on. */
export const isUnderWay = ({ status = '' }: OrderFacts) => /process|queue|progress|pending/i.test(status)

export const isFailed = ({ status }: Pick<OrderItem, 'status'>) => /fail|reject|cancel|error/i.test(status)
