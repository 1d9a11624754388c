import { declarationOf, declaredFields } from '../cmr/events/index.ts'

type Json = Readonly<Record<string, unknown>>

/** Returns a webhook's body as CMR's examples have it. */
export function envelopeOf(event: string, eventId: string, given: Json): Json {
  const data = declaredFields(event, given)
  return declarationOf(event)?.bareEnvelope ? { eventType: event, data } : { event, eventId, data }
}
