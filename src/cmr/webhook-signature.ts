import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

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
export type SignatureVerification =
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
