import type { Logger } from 'pino'
import type { SignatureVariant } from '../cmr/webhook-signature.ts'
import { millisecondsInHour } from '../process/dates.ts'
import type { Store } from '../store/store.ts'
import { noteSignature } from './store/signatures.ts'

/**
 * Remembers how CMR signs its webhooks, for the doctor to tell: once an hour, since it hardly ever changes.
 * @returns to be told of each webhook
 */
export function createSignatures(parts: {
  readonly store: Store
  readonly clock: () => Date
  readonly logger: Logger
}): (variant: SignatureVariant) => void {
  const { store, clock, logger } = parts
  const noted = new Map<SignatureVariant, number>()
  return (variant) => {
    const now = clock()
    if (now.getTime() - (noted.get(variant) ?? 0) < millisecondsInHour) return
    noted.set(variant, now.getTime())
    noteSignature(store.db, { variant, seen_at: now.toISOString() }).catch((error) => {
      noted.delete(variant)
      logger.warn({ error: String(error) }, 'how CMR signs could not be noted')
    })
  }
}
