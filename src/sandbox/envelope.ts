import { webhookEvents } from '../cmr/webhook-events.ts'

type Json = Readonly<Record<string, unknown>>

/** "full credentials" come along ("Webhooks"), in fields that the bot declares nowhere, so that it keeps none. */
const withCredentials: Readonly<Record<string, readonly string[]>> = {
  'mailbox.created': ['password', 'appPassword', 'authenticatorSecret', 'imap', 'smtp'],
}

/** Returns the data that CMR documents for an event; all of it for an event that CMR does not document. */
export function documented(event: string, data: Json): Json {
  const declared = Object.keys(webhookEvents[event]?.data.shape ?? data)
  const fields = new Set([...declared, ...(withCredentials[event] ?? [])])
  return Object.fromEntries(
    [...fields].flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]])),
  )
}

/** A webhook's body as CMR's examples have it: those of warm-up have `eventType`, and no eventId. */
export function envelopeOf(event: string, eventId: string, data: Json): Json {
  const told = documented(event, data)
  return event.startsWith('mailbox.warmup.')
    ? { eventType: event, data: told }
    : { event, eventId, data: told }
}
