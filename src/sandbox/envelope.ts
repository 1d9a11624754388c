import { webhookEvents } from '../cmr/webhook-events.ts'

type Json = Readonly<Record<string, unknown>>

/** What CMR documents of an event's data; all of it where the event is none of CMR's. */
export function documented(event: string, data: Json): Json {
  const fields = Object.keys(webhookEvents[event]?.data.shape ?? data)
  return Object.fromEntries(fields.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]])))
}

/** A webhook's body as CMR's examples have it: those of warm-up have `eventType`, and no eventId. */
export function envelopeOf(event: string, eventId: string, data: Json): Json {
  const told = documented(event, data)
  return event.startsWith('mailbox.warmup.')
    ? { eventType: event, data: told }
    : { event, eventId, data: told }
}
