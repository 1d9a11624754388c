import { z } from 'zod'
import { scrubText } from '../process/seen-secrets.ts'
import { flag, time } from './answers/values.ts'
import { declarationOf } from './events/index.ts'
import { isObject, type JsonObject } from './json.ts'
import { holdsCredential, rememberCredentials, unlabelled } from './redact.ts'

/** CMR's own events are three levels deep. */
const DEEPEST = 8

/** Lists whose items are subjects of the event ("Webhooks"): they have the fields that the event itself has. */
const subjectLists = new Set(['domains', 'mailboxes', 'subscriptions'])

/** Every documented event may name what it is about by any of these, in any spelling ("Webhooks"). */
const subjectFields = new Set([
  ...['actionId', 'orderId', 'userId', 'subscriptionId', 'domainId', 'mailboxId'],
  ...['domain', 'domainName', 'email', 'userEmail'],
])
const subjectText = z.string()

/** What no credential looks like, whatever its field is called. */
const shapes: readonly RegExp[] = [
  /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/,
  // A domain.
  /^(?=.{4,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.){1,8}[a-z]{2,24}$/,
  // An e-mail address.
  /^[a-z\d._%+-]{1,64}@([a-z\d-]{1,63}\.){1,8}[a-z]{2,24}$/i,
  // An amount.
  /^-?\d{1,9}\.\d{2}$/,
  // The id of an operation.
  /^ACT_[\da-f-]{36}$/,
]

const id = /^[\w.:-]{1,90}$/
/** "Sarah O’Neil", "IN_PROGRESS", "GOOGLE"; a word with digits in it may be a password. */
const words = /^[\p{L}\p{M}][\p{L}\p{M} ._'’&,-]{0,79}$/u
const count = /^\d{1,12}$/
const domainName = /^[\p{L}\p{N}\p{M}.-]{1,253}$/u

/** Fields whose texts are harmless where they look as such fields do. */
const allowed: Readonly<Record<string, RegExp>> = {
  domain: domainName,
  domainName,
  ...Object.fromEntries(
    [
      'status state type kind app platform provider serviceProvider workspaceType action recordType billingCycle',
      'purchaseType currency country language firstName lastName fullName company companyName appName',
      'subscriptionStatus subscriptionType mailboxStatus domainStatus warmupStatus updatedFields',
    ]
      .flatMap((line) => line.split(' '))
      .map((name) => [name, words]),
  ),
  ...Object.fromEntries(
    'quantity count total totalMailboxQuantity years limit priority ttl price amount'
      .split(' ')
      .map((name) => [name, count]),
  ),
}

/** Fields that CMR does not document the form of: dates may come as seconds, yes and no as text. */
const read: Readonly<Record<string, z.ZodType>> = {
  autoRenew: flag,
  creationTime: time,
  expiryDate: time,
  periodStart: time,
  periodEnd: time,
}

/** A field's name is shown with its value, so it must not be a secret either. */
const shownName = /^[A-Za-z][A-Za-z._-]{0,47}\d{0,2}$/

/**
 * Returns what of a webhook's `data` may be stored and shown. Of an event that CMR documents these are its declared
 * fields; of those that it does not declare, and of an unknown event, only what an allow-list names and what cannot
 * be a secret: numbers, booleans, dates, domains, e-mail addresses, amounts, ids in fields named so. Fields named
 * like a credential are left out at any depth, and their texts are remembered, so that they are taken out of
 * everything that leaves the bot afterwards. Never throws.
 * @param data as CMR sent it; what is no object comes as `{value}`
 */
export function storableData(event: string, data: unknown): JsonObject {
  if (data === undefined) return {}
  const given = isObject(data) ? data : { value: data }
  // Before anything is copied: a reason may repeat a password that stands in a later field.
  rememberCredentials(given)
  const declared = declarationOf(event)?.data
  return objectIn(given, declared?.shape, declared, 0)
}

type Shape = Readonly<Record<string, z.core.$ZodType>> | undefined

function objectIn(
  value: JsonObject,
  shape: Shape,
  subject: z.ZodObject | undefined,
  depth: number,
): JsonObject {
  const kept: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value)) {
    if (!shownName.test(name) || name === '__proto__' || holdsCredential(name, inner)) continue
    const own = shape && Object.hasOwn(shape, name) ? unwrapped(shape[name]) : undefined
    const declared = own ?? (shape && subjectFields.has(name) ? subjectText : undefined)
    const item = subjectLists.has(name) && subject ? subject : undefined
    const safe = valueIn(name, inner, declared ?? item, subject, depth + 1)
    if (safe !== undefined) kept[name] = safe
  }
  return kept
}

function valueIn(
  name: string,
  given: unknown,
  declared: z.core.$ZodType | undefined,
  subject: z.ZodObject | undefined,
  depth: number,
): unknown {
  const value = (Object.hasOwn(read, name) ? read[name]?.parse(given) : undefined) ?? given
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value === 'string') return declared ? scrubText(unlabelled(value)) : harmless(name, value)
  if (depth > DEEPEST) return undefined
  if (Array.isArray(value)) {
    const item = declared instanceof z.ZodArray ? unwrapped(declared.element) : declared
    const items = value.map((one) => valueIn(name, one, item, subject, depth + 1))
    return items.filter((one) => one !== undefined)
  }
  if (!isObject(value)) return undefined
  return objectIn(value, declared instanceof z.ZodObject ? declared.shape : undefined, subject, depth)
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema
}

/** The text, its harmless part, or nothing. */
function harmless(name: string, text: string): string | undefined {
  const isId = /(^id|Ids?|[._-]ids?)$/.test(name) && id.test(text)
  const own = Object.hasOwn(allowed, name) ? allowed[name] : undefined
  if (isId || own?.test(text) || shapes.some((shape) => shape.test(text))) return scrubText(text)
  return originOf(text)
}

/** Of an address on the web only the site: path and query may hold a token. */
function originOf(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const { origin, hostname } = new URL(text)
  return shapes.some((shape) => shape.test(hostname)) ? origin : undefined
}
