import { createHash } from 'node:crypto'
import { declarationOf, isKnownFrom } from '../cmr/events/index.ts'
import type { Ingests } from '../events/ingest.ts'
import { stagesOf } from '../events/late-webhooks.ts'
import { eventsAbout, type StoredEvent } from '../events/store/events.ts'
import { storedEvent } from '../events/stored-event.ts'
import { nameOf, type ReconciledResult, type ReconcileRequest } from './expected-results.ts'

/** What asking CMR has shown of an order that is not over. */
export interface FoundOrder extends Pick<ReconcileRequest, 'sent' | 'waiting' | 'orderId' | 'sentAt'> {
  readonly found: readonly ReconciledResult[]
}

/**
 * Tells of what CMR shows to have failed of an order as its webhook would, which may be lost: once, whoever asks, and
 * not again when the webhook comes.
 * @returns the results of which no event tells
 */
export async function announceFailures(
  ingestFound: Ingests['ingestFound'],
  order: FoundOrder,
  at: Date,
): Promise<readonly ReconciledResult[]> {
  const failures = failureEvents(order, at.toISOString())
  if (failures.length === 0) return order.found
  const events = failures.map(({ event }) => event)
  const news = await ingestFound({
    events,
    batchKeyOf: () => undefined,
    async known(db) {
      const told = await eventsAbout(db, events, { since: order.sentAt, listsSince: order.sentAt })
      const stages = told.flatMap(stagesOf)
      const isTold = (event: StoredEvent) =>
        stagesOf(event).every((stage) => stages.some((one) => isKnownFrom(one, stage)))
      return new Set(events.filter(isTold).map(({ event_id }) => event_id))
    },
    done: async () => undefined,
  })
  const stored = new Set(news.map(({ event_id }) => event_id))
  // What was told before has closed its results, unless it came when nobody knew whose it was.
  const told = new Set(failures.flatMap(({ event, results }) => (stored.has(event.event_id) ? results : [])))
  return order.found.filter((one) => !told.has(one))
}

/** An event of what failed, and the results that it closes. */
interface FailureEvent {
  readonly event: StoredEvent
  readonly results: readonly ReconciledResult[]
}

function failureEvents({ found, waiting, sent, orderId }: FoundOrder, at: string): FailureEvent[] {
  if (!orderId) return []
  const failed = found.filter(({ state }) => state === 'failed')
  const domains = failed.filter(({ part }) => part.kind === 'domain')
  const lost = new Set(domains.map(({ part }) => part.name))
  const onDomains = Map.groupBy(
    failed.filter(({ part }) => part.kind === 'mailbox'),
    ({ part }) => domainOf(part.name),
  )
  const expectedOn = (domain: string) =>
    waiting.filter(({ kind, name }) => kind === 'mailbox' && domainOf(name) === domain).length
  const event = (name: string, domain: string, reason: string | undefined, quantity?: number) => {
    const digest = createHash('sha256').update([name, orderId, domain].join(' ')).digest('base64url')
    const data = {
      userId: String(sent.query.userId),
      orderId,
      domainName: domain,
      ...(quantity !== undefined && { quantity }),
      ...(reason && { reason }),
    }
    const severity = declarationOf(name)?.severity ?? 'bad'
    return storedEvent({ event: name, eventId: `sync:${digest.slice(0, 12)}`, severity, data }, at, 'sync')
  }
  return [
    ...domains.map((one) => ({
      event: event('domain.order.failed', one.part.name, one.detail),
      results: [one, ...(onDomains.get(one.part.name) ?? [])],
    })),
    ...[...onDomains].flatMap(([domain, some]) =>
      // CMR's event is about all mailboxes of a domain: where some are there, none of it is told so.
      lost.has(domain) || expectedOn(domain) !== some.length
        ? []
        : { event: event('mailbox.order.failed', domain, some[0]?.detail, some.length), results: some },
    ),
  ]
}

const domainOf = (address: string) => nameOf(address.split('@')[1] ?? '')
