import type { EventEffect } from '../cmr/events/event.ts'
import { declarationOf } from '../cmr/events/index.ts'
import type { EventReference } from '../cmr/events/references.ts'
import type { StoredEvent } from '../events/store/events.ts'
import { namesOf } from './conclude.ts'
import type { Completion, ExpectedResultRow } from './store/expected-results.ts'

/** An event and what it says of the results that operations expect. */
export interface ReadEvent {
  readonly event: StoredEvent
  readonly data: Readonly<Record<string, unknown>>
  readonly reference: EventReference
  readonly eventEffect: EventEffect
}
/**
 * Returns events with the names of the results that only their ids tell of: of one that names an actionId or orderId and
 * nothing that is known, the operation's one result of that kind. Of several it does not say which.
 */
export function withNamesOf(
  results: readonly ExpectedResultRow[],
  events: readonly ReadEvent[],
): ReadEvent[] {
  const domains = [
    ...new Set(
      results.flatMap(({ kind, name }) =>
        kind === 'domain' ? name : kind === 'mailbox' ? (name.split('@')[1] ?? []) : [],
      ),
    ),
  ]
  return events.map((event) => {
    const { without, unnamed = [] } = event.eventEffect
    if (unnamed.length === 0) return event
    const parts = results.flatMap(({ kind: its, name }) =>
      unnamed.flatMap((kind) => (kind === its ? { kind, name } : [])),
    )
    const isClear = without ? domains.length === 1 : parts.length === 1
    if (!isClear) return event
    return { ...event, eventEffect: { ...event.eventEffect, parts, ...(without && { without: domains }) } }
  })
}

/** Results that have the name of a domain. */
const namedByDomain: ReadonlySet<string> = new Set(['domain', 'renewal', 'pre-warmed', 'forwarding'])

/** Returns the domain that results are about, where it is one and their names tell it. */
export function domainOfParts(parts: EventEffect['parts']): string | undefined {
  const domains = parts.flatMap(({ kind, name }) =>
    namedByDomain.has(kind) ? name : kind === 'mailbox' ? (name.split('@')[1] ?? []) : [],
  )
  return new Set(domains).size === 1 ? domains[0] : undefined
}

/** Returns the results of an operation that events complete or fail. */
export function completionsOf(
  operationId: string,
  results: readonly ExpectedResultRow[],
  events: readonly ReadEvent[],
): Completion[] {
  const told = events.flatMap(({ event, data, eventEffect: { effect, parts } }): Completion[] =>
    effect === 'news'
      ? []
      : parts.map(({ kind, name }) => ({
          operationId,
          kind,
          name,
          state: effect,
          // A failed payment comes without a reason: that is what the event says.
          detail: reasonIn(data) ?? (effect === 'failed' ? declarationOf(event.event)?.title : undefined),
          eventId: event.event_id,
        })),
  )
  const without = events.filter(({ eventEffect }) => eventEffect.without !== undefined)
  const lost = without.flatMap(({ event, data, eventEffect }) =>
    results
      .filter(({ kind, name }) => kind === 'mailbox' && isOn(name, eventEffect.without))
      .map(
        ({ kind, name }): Completion => ({
          operationId,
          kind,
          name,
          state: 'failed',
          detail: reasonIn(data) ?? 'Its domain was not registered.',
          eventId: event.event_id,
        }),
      ),
  )
  return [...told, ...lost]
}

function isOn(mailbox: string, domains: readonly string[] = []): boolean {
  return domains.some((domain) => mailbox.endsWith(`@${domain}`))
}

function reasonIn(data: Readonly<Record<string, unknown>>): string | undefined {
  const reason = data.reason ?? data.description
  return typeof reason === 'string' && reason ? reason.slice(0, 300) : undefined
}

/** "CMR tells mailbox.created: a@acme.com, b@acme.com and 3 more" */
export function stepsOf(events: readonly ReadEvent[]): string[] {
  const byName = Map.groupBy(events, ({ event }) => event.event)
  return [...byName].map(([event, all]) => {
    const parts = all.flatMap(({ eventEffect }) => eventEffect.parts)
    const reason = all.map(({ data }) => reasonIn(data)).find((one) => one !== undefined)
    return `CMR reports ${event}${parts.length > 0 ? `: ${namesOf(parts)}` : ''}${reason ? ` (${reason})` : ''}`
  })
}
