import { createHash } from 'node:crypto'
import { isObject, shortened } from '../json.ts'

/** The ids and names by which an event refers to one thing; an event may refer to several. */
export interface EventReference {
  readonly actionId?: string
  readonly orderId?: string
  readonly userId?: string
  readonly subscriptionId?: string
  readonly domainId?: string
  readonly mailboxId?: string
  /** The domain's name. */
  readonly domain?: string
  readonly email?: string
  /** The status that an event gives to one of the things that it lists. */
  readonly status?: string
}

/** More references in one event are ignored: CMR's largest order has a few hundred. */
export const MOST_REFERENCES = 2000

const ids = ['actionId', 'orderId', 'userId', 'subscriptionId', 'domainId', 'mailboxId', 'email'] as const

/** The fields in which an event lists several things ("Webhooks"); `mailboxDetails` has an entry for every domain. */
const listFields = ['domains', 'mailboxes', 'subscriptions', 'mailboxDetails'] as const

/** Returns what a webhook's `data` refers to: the items that it lists, or itself. */
export function referencesIn(data: Readonly<Record<string, unknown>>): EventReference[] {
  const own = referenceIn(data)
  const listed = listFields.flatMap((list) =>
    [data[list]].flat().flatMap((item) => {
      if (list === 'domains' && typeof item === 'string' && item) return [{ ...own, domain: item }]
      if (!isObject(item)) return []
      const status = idIn(item.status)
      return [{ ...own, ...referenceIn(item), ...(status && { status }) }]
    }),
  )
  if (listed.length === 0) return [own]
  // CMR does not document where prewarmup.order.failed lists its domains: one beside the list counts as well.
  const beside = own.domain !== undefined && !listed.some(({ domain }) => sameName(domain, own.domain))
  return (beside ? [own, ...listed] : listed).slice(0, MOST_REFERENCES)
}

/** Returns the names of the domains that a webhook's `data` refers to, each once, as CMR spells them. */
export function domainNamesIn(data: Readonly<Record<string, unknown>>): string[] {
  const names = referencesIn(data).flatMap(({ domain }) => domain ?? [])
  return [...new Map(names.map((name) => [name.trim().toLowerCase(), name])).values()]
}

/**
 * Returns the listed domains that have not come so far as a success says of them all, by the status that CMR gives them.
 */
export function notActiveIn(
  data: Readonly<Record<string, unknown>>,
): readonly { readonly domain: string; readonly status: string }[] {
  return referencesIn(data).flatMap(({ domain, status }) =>
    domain && status && status.toUpperCase() !== 'ACTIVE' ? [{ domain, status }] : [],
  )
}

/** Returns the listed domains that CMR reports as active. */
export function activeIn(data: Readonly<Record<string, unknown>>): string[] {
  return referencesIn(data).flatMap(({ domain, status }) =>
    domain && status?.toUpperCase() === 'ACTIVE' ? [domain] : [],
  )
}

function sameName(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase()
}

/** Returns what one row of a webhook refers to, without what it lists. */
export function referenceIn(data: Readonly<Record<string, unknown>>): EventReference {
  const found: Record<string, string> = {}
  for (const name of ids) {
    const value = idIn(data[name])
    if (value) found[name] = value
  }
  const domain = idIn(data.domainName) ?? idIn(data.domain)
  if (domain) found.domain = domain
  return found
}

/** An address has at most 254 characters (RFC 5321), a domain 253; an index row of PostgreSQL ends at 2,700 bytes. */
const LONGEST_ID = 255

/**
 * Returns an id or a name as text. One that is too long for an index is shortened: "…" and a digest replace its end,
 * so that two with the same beginning stay two.
 */
export function idIn(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || value === '') return undefined
  if (value.length <= LONGEST_ID) return value
  const digest = createHash('sha256').update(value).digest('hex').slice(0, 16)
  return `${shortened(value, LONGEST_ID - 20)}${digest}`
}
