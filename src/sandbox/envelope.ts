import { declarationOf, declaredFields } from '../cmr/events/index.ts'
import type { JsonObject } from '../cmr/json.ts'

/** Returns a webhook's body as CMR's examples have it. */
export function envelopeOf(event: string, eventId: string, given: JsonObject): JsonObject {
  const data = declaredFields(event, given)
  return declarationOf(event)?.bareEnvelope ? { eventType: event, data } : { event, eventId, data }
}
