import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { storableData } from './event-data.ts'
import type { Severity } from './events/event.ts'
import { declarationOf } from './events/index.ts'
import { MOST_REFERENCES } from './events/references.ts'
import { bounded, isObject, parseJson, shortened, withLeftOut } from './json.ts'

/** Older or newer than this is refused ("Webhooks"). */
const TOLERANCE_MS = 5 * 60 * 1000

const SIGNATURE = 'cmr-x-signature'
const TIMESTAMP = 'cmr-x-timestamp'

/**
 * The headers that CMR puts on a webhook ("Webhooks").
 * @param options.secret the partner's API key, or the signing secret
 */
export function signWebhook(options: { body: string | Buffer; secret: string; now: Date }) {
  return {
    [SIGNATURE]: createHmac('sha256', options.secret).update(options.body).digest('hex'),
    [TIMESTAMP]: String(Math.floor(options.now.getTime() / 1000)),
  }
}

const encodings = ['hex', 'base64'] as const
const signedParts = ['body', 'timestamp.body'] as const
const units = ['s', 'ms'] as const

/** How CMR may sign, which it does not document: the digest's encoding, what is signed, the timestamp's unit. */
export type SignatureVariant =
  `${(typeof encodings)[number]}:${(typeof signedParts)[number]}:${(typeof units)[number]}`

export const signatureVariants: readonly SignatureVariant[] = encodings.flatMap((encoding) =>
  signedParts.flatMap((signed) => units.map((unit) => `${encoding}:${signed}:${unit}` as const)),
)

/**
 * Why a webhook is refused. `unsigned`: it does not carry CMR's headers, so it is not CMR's; `clock`: it is signed
 * with the right key, and its timestamp is too far from the bot's clock.
 */
export type RefusalKind = 'unsigned' | 'signature' | 'variant' | 'clock'

/** The verification of a webhook's signature. */
type SignatureVerification =
  | { readonly ok: true; readonly variant: SignatureVariant }
  | { readonly ok: false; readonly kind: RefusalKind; readonly reason: string }

/**
 * Checks signature and age on the bytes as they came ("Webhooks").
 * @param options.secrets one, or two while the key is rotated
 * @param options.only the one variant that is taken; all are where it is left out
 */
export function verifyWebhook(options: {
  rawBody: Buffer
  headers: IncomingHttpHeaders
  secrets: readonly string[]
  now: Date
  only?: SignatureVariant | undefined
}): SignatureVerification {
  const { rawBody, headers, secrets, now, only } = options
  const given = one(headers[SIGNATURE])
    .trim()
    .replace(/^sha256=/i, '')
  const timestamp = one(headers[TIMESTAMP]).trim()
  if (!given || !timestamp) {
    // Whoever sends one of the two knows that CMR's webhooks are taken here.
    const kind = given || timestamp ? 'signature' : 'unsigned'
    return { ok: false, kind, reason: `${SIGNATURE} and ${TIMESTAMP} are needed` }
  }
  const sentAt = Number(timestamp)
  const unit = sentAt > 1e11 ? 'ms' : 's'
  const signed = secrets.map((secret) => signedAs(rawBody, { given, timestamp, secret })).find((as) => !!as)
  if (!signed) return { ok: false, kind: 'signature', reason: 'the signature does not match' }

  const age = Math.abs(now.getTime() - (unit === 'ms' ? sentAt : sentAt * 1000))
  if (!(age <= TOLERANCE_MS))
    return { ok: false, kind: 'clock', reason: 'the timestamp is more than 5 minutes off' }
  const variant = `${signed}:${unit}` as const
  if (only === undefined || only === variant) return { ok: true, variant }
  const reason = `only signatures as ${only} are taken, and this is ${variant}`
  return { ok: false, kind: 'variant', reason }
}

/** How a body is signed with a secret; nothing where it is not. */
function signedAs(
  rawBody: Buffer,
  { given, timestamp, secret }: Record<'given' | 'timestamp' | 'secret', string>,
) {
  for (const signed of signedParts) {
    const hmac = createHmac('sha256', secret)
    if (signed === 'timestamp.body') hmac.update(`${timestamp}.`)
    const digest = hmac.update(rawBody).digest()
    for (const encoding of encodings) {
      const candidate = encoding === 'hex' ? given.toLowerCase() : given
      if (equal(candidate, digest.toString(encoding))) return `${encoding}:${signed}` as const
    }
  }
  return undefined
}

function one(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? ''
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** What the id of an event begins with to which CMR gave none. */
export const DIGEST = 'digest:'

/** A webhook, read. */
export interface Webhook {
  readonly event: string
  /** CMR's, or a digest of the body where CMR gave none. */
  readonly eventId: string
  /** Without credentials. */
  readonly data: Readonly<Record<string, unknown>>
  readonly severity: Severity
}

/**
 * Reads a webhook's body. An event is never refused for the shape of its data, only for having no name.
 * @param rawBody verified beforehand
 */
export function parseWebhook(
  rawBody: Buffer,
): { ok: true; webhook: Webhook } | { ok: false; reason: string } {
  let parsed: unknown
  try {
    parsed = parseJson(rawBody.toString('utf8'))
  } catch {
    return { ok: false, reason: 'the body is not JSON that can be read' }
  }
  if (!isObject(parsed)) return { ok: false, reason: 'the body is not a JSON object' }
  const given = [parsed.event, parsed.eventType].find(isName)
  if (given === undefined) return { ok: false, reason: 'there is no event name' }

  const name = shortened(given, LONGEST_NAME)
  const id = typeof parsed.eventId === 'number' ? String(parsed.eventId) : parsed.eventId
  const usable = typeof id === 'string' && usableId.test(id) && id.isWellFormed()
  const digest = `${DIGEST}${createHash('sha256').update(rawBody).digest('hex')}`
  return {
    ok: true,
    webhook: {
      event: name,
      eventId: usable ? id : digest,
      data: dataIn(name, parsed.data, digest),
      severity: declarationOf(name)?.severity ?? 'info',
    },
  }
}

/** Longer ones don't fit into a row of PostgreSQL's indexes, and nobody reads them. */
const LONGEST_NAME = 200

/**
 * What is kept of an event. CMR documents none of more than a few thousand values. A body of 1 MiB that is made to be
 * slow must not keep everybody else waiting: each value is looked at several times, for credentials above all.
 */
const kept = { depth: 24, text: 20_000, items: MOST_REFERENCES, fields: 1000, values: 20_000 }

/**
 * The data of an event without credentials; its digest alone where it cannot be read. Of an unknown event `leftOut`
 * counts the values that are missing.
 */
function dataIn(event: string, given: unknown, digest: string): Readonly<Record<string, unknown>> {
  try {
    const read = bounded(given, kept)
    const data = storableData(event, read)
    return declarationOf(event) ? data : withLeftOut(data, valuesIn(read) - valuesIn(data))
  } catch {
    return unreadable(digest)
  }
}

/** Returns how many texts, numbers and booleans a value holds, at any depth. */
function valuesIn(value: unknown): number {
  if (value === undefined || value === null) return 0
  return typeof value === 'object'
    ? Object.values(value).reduce((sum: number, one) => sum + valuesIn(one), 0)
    : 1
}

/** Stands for data that could not be read or stored. @param digest of the body, to look it up in CMR's own log */
export function unreadable(digest: string): Readonly<Record<string, unknown>> {
  return { unreadable: `The data of this event could not be kept. Its body is ${digest}` }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** Ids are told joined by spaces, sixty in 6,000 characters of metadata. */
const usableId = /^\S{1,90}$/
