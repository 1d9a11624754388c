import { createHash } from 'node:crypto'
import { declarationOf } from '../cmr/events/index.ts'
import { isKnownFrom } from '../cmr/events/stages.ts'
import type { Ingests } from '../events/ingest.ts'
import { stagesOf } from '../events/late-webhooks.ts'
import { eventsAbout, type StoredEvent } from '../events/store/events.ts'
import { storedEvent } from '../events/stored-event.ts'
import { nameOf } from './expected-results.ts'
import type { ReconciledResult, ReconcileRequest } from './reconciler.ts'

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
  const { events, others } = failureEvents(order, at.toISOString())
  if (events.length === 0) return others
  await ingestFound({
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
  return others
}

function failureEvents({ found, waiting, sent, orderId }: FoundOrder, at: string) {
  const failed = found.filter(({ state }) => state === 'failed')
  const domains = failed.filter(({ part }) => part.kind === 'domain')
  const lost = new Set(domains.map(({ part }) => part.name))
  const onDomains = Map.groupBy(
    failed.filter(({ part }) => part.kind === 'mailbox'),
    ({ part }) => domainOf(part.name),
  )
  // CMR's event is about all mailboxes of a domain: where some are there, none of it is sent.
  const whole = [...onDomains].filter(
    ([domain, some]) =>
      !lost.has(domain) &&
      waiting.filter(({ kind, name }) => kind === 'mailbox' && domainOf(name) === domain).length ===
        some.length,
  )
  if (!orderId) return { events: [], others: found }
  const event = (name: string, domain: string, { detail: reason }: ReconciledResult, quantity?: number) => {
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
  const events = [
    ...domains.map((one) => event('domain.order.failed', one.part.name, one)),
    ...whole.flatMap(([domain, some]) =>
      some[0] ? event('mailbox.order.failed', domain, some[0], some.length) : [],
    ),
  ]
  const told = new Set([...lost, ...whole.map(([domain]) => domain)])
  const others = found.filter(
    ({ part, state }) =>
      state !== 'failed' ||
      !told.has(part.kind === 'mailbox' ? domainOf(part.name) : part.kind === 'domain' ? part.name : ''),
  )
  return { events, others }
}

const domainOf = (address: string) => nameOf(address.split('@')[1] ?? '')
