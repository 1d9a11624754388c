import type { Endpoint } from '../cmr/endpoint.ts'
import { isObject, type JsonObject } from '../cmr/json.ts'

/** The faults that a test or the playground may inject, by name. What is `held` is answered once the fault is removed. */
export const faultNames = [
  'slow',
  'held',
  'timeout',
  'accepted-timeout',
  'dropped',
  'accepted-dropped',
  'garbage',
  'items',
  '400',
  '401',
  '402',
  '403',
  '404',
  '409',
  '422',
  '429',
  '500',
  '503',
] as const

export interface InjectedFault {
  /** An endpoint's id, or `*`. */
  readonly endpoint: string
  readonly fault: (typeof faultNames)[number]
  /** Requests that it still strikes; undefined strikes every one until it is removed. */
  times?: number | undefined
  /** 0 to 1. */
  readonly probability: number
  /** The delay of `slow`, in milliseconds. */
  readonly delayMs: number
  /** The `Retry-After` header of a 429, verbatim; one second by default. */
  readonly retryAfter?: string | undefined
  /** The status that a `held` request is refused with in the end. */
  readonly refusedWith?: keyof typeof messages | undefined
  /** The items that `items` refuses inside a 200, by their names. */
  readonly items?: readonly string[] | undefined
  /** CMR's sentence in the refusal. */
  readonly message?: string | undefined
}

/** CMR's own words for its refusals. */
export const messages: Record<string, string> = {
  '400': 'Bad request',
  '401': 'Invalid API Key',
  '402': 'Insufficient wallet balance',
  '403': 'Forbidden',
  '404': 'The requested user does not exist.',
  '409': 'The resource exists already.',
  '422': 'Parameter error',
  '429': 'Too many requests',
  '500': 'Internal server error',
  '503': 'Service unavailable',
}

/** The fault that strikes this request, if any; one that strikes a limited number of times is used up. */
export function strike(faults: InjectedFault[], endpoint: string): InjectedFault | undefined {
  const found = faults.find(
    (one) => (one.endpoint === '*' || one.endpoint === endpoint) && Math.random() < one.probability,
  )
  if (found?.times !== undefined && --found.times <= 0) faults.splice(faults.indexOf(found), 1)
  return found
}

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
