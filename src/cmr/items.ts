import type { Endpoint, RefusedItem } from './endpoint.ts'
import { isObject, type JsonObject } from './json.ts'

/** Fields by which CMR names an item. */
const nameFields = [
  'domainName',
  'domain',
  'domainId',
  'mailboxId',
  'componentMailboxId',
  'email',
  'subscriptionId',
  'componentSubscriptionId',
  'recordId',
  'host',
  'id',
]
/** Lists in which every entry is one that was refused: `unavailableDomains`, `failed`, `errors`. */
const refusedList =
  /^(errors?|failed|failures?|refused|rejected|invalid|ineligible|not_?eligible|unavailable|skipped)([A-Z_].*)?$/
const failedStatus = /^(error|fail(ed|ure)?|refused|rejected|denied)$/i
/** Fields in which an answer speaks of itself: no names of items. */
const aboutWhole = /^(errors?|reason|message|status|result|description)$/
/** A refusal of the whole that says by itself that it is none: what of it was taken is not known then. */
const inPart = /\b(some|partly|partial(ly)?|\d+ (out )?of \d+)\b/i
/** The one reason that CMR's pages quote of an item ("Update mailbox details"): refused wherever it stands. */
const quotedReason = /^rate limit exceeded/i

/**
 * Reads the items that CMR refused from an answer that it calls a success: "A 200 may hold per-item failures". CMR
 * documents that for domains.renew, domains.renewal-price and mailboxes.update, and not how it looks, so every form
 * that is common is understood: `{success: false, message}`, `{error}`, a status that says so, and lists of failures.
 * An answer that says so of itself, and of no item, refuses each that was asked for.
 * @param endpoint whether it acts on several items at all
 * @param envelope the whole answer
 * @param asked what the request names
 */
export function refusedItems(
  endpoint: Endpoint,
  envelope: JsonObject,
  asked: readonly string[] = [],
): readonly RefusedItem[] {
  if (endpoint.narrowedBy.length === 0) return []
  const items = [...itemsIn(envelope.data), ...entriesOf('errors', envelope.errors)]
  if (items.length > 0) return items
  const [whole] = [envelope.data, envelope].filter(isObject).flatMap((one) => refusedItem(one))
  if (!whole) return []
  if (asked.length === 0 || inPart.test(whole.reason)) return [whole]
  return asked.map((name) => ({ names: [name], reason: whole.reason }))
}

/** CMR's reason for one item, or nothing where it was not refused. */
export function refusalOf(refused: readonly RefusedItem[], name: unknown): string | undefined {
  const wanted = plain(name)
  return refused.find(({ names }) => names.includes(wanted))?.reason
}

/** `CMR refused it: Rate limit exceeded` */
export function refusalSentence(reason: string): string {
  return reason ? `CMR refused it: ${reason}` : 'CMR refused it and gave no reason.'
}

/** What a request names, as CMR would name it in its answer. */
export function namedItems(endpoint: Endpoint, request: { query?: unknown; body?: unknown }): string[] {
  const fields = { ...(request.query as JsonObject), ...(request.body as JsonObject) }
  return endpoint.narrowedBy.flatMap((field) => namesIn(fields[field]))
}

function namesIn(value: unknown): string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flatMap(namesIn)
  if (!isObject(value)) return [plain(value)]
  const own = nameFields.find((field) => typeof value[field] === 'string')
  // Mailboxes of an order stand under their domain's name.
  return own ? [plain(value[own])] : Object.keys(value).map(plain)
}

/** Returns whether nothing of what was asked for was taken: then the answer is a refusal, whatever its status says. */
export function isWhollyRefused(asked: readonly string[], refused: readonly RefusedItem[]): boolean {
  if (asked.length === 0 || refused.length < asked.length) return false
  const known = (name: string) => refused.some(({ names }) => names.includes(name))
  // Where CMR names the items otherwise than we do, their number tells.
  return asked.every(known) || !asked.some(known)
}

function itemsIn(data: unknown): RefusedItem[] {
  if (Array.isArray(data)) return data.flatMap((one) => refusedItem(one))
  if (!isObject(data)) return []
  const own = refusedItem(data)
  if (own[0]?.names.length) return own
  return Object.entries(data).flatMap(([key, value]) => entriesOf(key, value))
}

/** Entries of a list of the answer; under some names every entry is one that was refused. */
function entriesOf(key: string, value: unknown): RefusedItem[] {
  if (aboutWhole.test(key) && !Array.isArray(value) && textOf(value)) return []
  if (!Array.isArray(value) && isQuotedReason(value)) return [{ names: [plain(key)], reason: textOf(value) }]
  const isForced = refusedList.test(key)
  if (Array.isArray(value)) {
    const otherwise = isForced ? (/^unavailable/.test(key) ? 'not available' : '') : undefined
    return value.flatMap((one) => refusedItem(one, otherwise))
  }
  if (!isForced || !isObject(value)) return []
  return Object.entries(value).map(([name, reason]) => ({ names: [plain(name)], reason: textOf(reason) }))
}

/** @param otherwise the reason where it gives none, of an item that certainly was refused */
function refusedItem(item: unknown, otherwise?: string): RefusedItem[] {
  if (!isObject(item)) {
    return otherwise !== undefined && item !== null ? [{ names: [plain(item)], reason: otherwise }] : []
  }
  if (otherwise === undefined && !saysRefused(item)) return []
  const names = nameFields.flatMap((field) =>
    ['string', 'number'].includes(typeof item[field]) ? [plain(item[field])] : [],
  )
  // Several records of one domain may stand at the same host.
  const { recordType, host } = item
  if (typeof recordType === 'string' && typeof host === 'string')
    names.unshift(plain(`${recordType} ${host}`))
  const quoted = [item.status, item.result].filter(isQuotedReason)
  const said = [item.error, item.reason, item.message, item.errors, item.description, ...quoted].map(textOf)
  return [{ names, reason: said.find(Boolean) ?? otherwise ?? '' }]
}

const isQuotedReason = (value: unknown) => quotedReason.test(textOf(value))

function saysRefused({ success, ok, error, errors, status, message, result }: JsonObject): boolean {
  if ([status, message, result].some(isQuotedReason)) return true
  if (success === false || ok === false) return true
  if (textOf(error) || textOf(errors)) return true
  return typeof status === 'number' ? status >= 400 : typeof status === 'string' && failedStatus.test(status)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join('; ')
  return isObject(value) ? textOf(value.message ?? value.reason ?? value.error) : ''
}

const plain = (value: unknown) => String(value).trim().toLowerCase()
