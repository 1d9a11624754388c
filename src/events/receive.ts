import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { parseWebhook, type SignatureVariant, verifyWebhook } from '../cmr/webhooks.ts'
import { readBody } from '../http/server.ts'
import type { Intake } from './intake.ts'
import type { WebhookSignatures } from './signatures.ts'
import type { StoredEvent } from './store/events.ts'
import { storedEvent } from './stored-event.ts'

/** The largest accepted body, in bytes (contract: 413 over 1 MiB). */
const MAX_BYTES = 1024 * 1024

/** The most events, and characters of them, in one commit: a larger one would keep every sender waiting. */
const MOST_TOGETHER = { events: 500, characters: 4_000_000 }

interface Pending {
  readonly event: StoredEvent
  readonly response: ServerResponse
}

/**
 * Takes CMR's webhooks. 200 means that the event and the alert it causes are on disk. What arrives in one turn
 * of the event loop, or while the disk is busy, is committed together.
 */
export function createWebhookReceiver(parts: {
  readonly intake: Pick<Intake, 'store'>
  /** `CMR_WEBHOOK_SECRET`. */
  readonly secrets: readonly string[]
  /** `CMR_WEBHOOK_SIGNATURE`. */
  readonly only: SignatureVariant | undefined
  readonly signatures: Pick<WebhookSignatures, 'accepted' | 'refused'>
  readonly clock: () => Date
  readonly logger: Logger
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const pending: Pending[] = []
  let committing = false

  async function commit() {
    committing = true
    while (pending.length > 0) {
      await twoTurns()
      const batch = pending.splice(0, howManyTogether(pending))
      const outcomes = await parts.intake.store(batch.map(({ event }) => event))
      for (const [at, { response }] of batch.entries()) {
        if (outcomes[at]?.stored) answer(response, 200, OK)
        // A 503 makes CMR try again.
        else answer(response, 503, refusal('The event could not be stored. Try again.'))
      }
    }
    committing = false
  }

  function take(rawBody: Buffer, request: IncomingMessage, response: ServerResponse) {
    const { secrets, only, signatures, clock, logger } = parts
    const verified = verifyWebhook({ rawBody, headers: request.headers, secrets, only, now: clock() })
    if (!verified.ok) {
      logger.warn({ reason: verified.reason }, 'webhook refused')
      signatures.refused(verified.kind)
      return answer(response, 401, refusal(verified.reason))
    }
    signatures.accepted(verified.variant)
    const parsed = parseWebhook(rawBody)
    if (!parsed.ok) return answer(response, 400, refusal(parsed.reason))
    pending.push({ event: storedEvent(parsed.webhook, clock().toISOString()), response })
    if (!committing) void commit()
  }

  return async (request, response) => {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    const rawBody = await readBody(request, MAX_BYTES)
    if (!rawBody) return
    if (rawBody === 'too large') {
      response.shouldKeepAlive = false
      return answer(response, 413, refusal('The body is over 1 MiB.'))
    }
    // Before the signature: whoever rotates no key must not be told that a signature is wrong.
    if (encoding !== 'identity')
      return answer(
        response,
        400,
        refusal(`The body is encoded as ${encoding.slice(0, 40)}. Send it as plain JSON.`),
      )
    try {
      take(rawBody, request, response)
    } catch (error) {
      // After a 503 CMR sends the webhook again.
      parts.logger.error({ err: error }, 'a webhook could not be read')
      answer(response, 503, refusal('The event could not be read. Try again.'))
    }
  }
}

/**
 * Lets the event loop read further webhooks that have arrived. Two turns make commits about twice as large, and under
 * load the intake waits for disk writes.
 */
async function twoTurns(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function howManyTogether(pending: readonly Pending[]): number {
  let characters = 0
  const over = pending.findIndex(({ event }, at) => {
    characters += event.data.length
    return at === MOST_TOGETHER.events || (at > 0 && characters > MOST_TOGETHER.characters)
  })
  return over === -1 ? pending.length : over
}

const OK = '{"ok":true}'
const refusal = (reason: string) => JSON.stringify({ ok: false, error: reason })

function answer(response: ServerResponse, status: number, body: string) {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}
