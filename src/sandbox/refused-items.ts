import type { Endpoint } from '../cmr/endpoint.ts'
import { isObject, type JsonObject } from '../cmr/json.ts'

/** How CMR names an item of a list in its answer. Documented for domains and mailboxes, inferred for the others. */
const itemNames: Readonly<Record<string, string>> = {
  domains: 'domainName',
  domainNames: 'domainName',
  order: 'domain',
  mailboxes: 'domain',
  mailboxData: 'mailboxId',
  mailboxIds: 'mailboxId',
  subscriptionIds: 'subscriptionId',
  records: 'host',
}

/** A request without the items that are refused inside a 200, and how the answer tells of those. */
export interface PartlyRefused {
  readonly body: JsonObject
  readonly isEmpty: boolean
  tell(data: unknown): unknown
}

/**
 * Takes items out of a request, for any endpoint that acts on several: "A 200 may hold per-item failures".
 * @param names of domains, mailboxes, subscriptions or hosts
 */
export function withoutItems(
  { narrowedBy }: Endpoint,
  body: JsonObject,
  names: readonly string[],
  error: string,
): PartlyRefused {
  const isNamed = (item: unknown) =>
    names.includes(String(item)) ||
    (isObject(item) && Object.values(item).some((one) => names.includes(String(one))))
  const refused: JsonObject[] = []
  let left = 0
  const kept = { ...body }
  for (const field of narrowedBy) {
    const value = body[field]
    const note = (item: unknown) => {
      const own = isObject(item) ? item : {}
      const name = names.find((one) => one === item || Object.values(own).includes(one)) ?? item
      const { recordType } = own
      refused.push({
        [itemNames[field] ?? 'id']: name,
        ...(recordType !== undefined && { recordType }),
        error,
      })
    }
    if (Array.isArray(value)) {
      for (const item of value.filter(isNamed)) note(item)
      kept[field] = value.filter((item) => !isNamed(item))
      left += (kept[field] as unknown[]).length
    } else if (isObject(value)) {
      for (const name of Object.keys(value).filter(isNamed)) note(name)
      kept[field] = Object.fromEntries(Object.entries(value).filter(([name]) => !isNamed(name)))
      left += Object.keys(kept[field] as object).length
    }
  }
  return {
    body: kept,
    isEmpty: left === 0,
    tell(data) {
      if (Array.isArray(data)) return [...data, ...refused]
      return isObject(data) ? { ...data, failed: refused } : { failed: refused }
    },
  }
}
