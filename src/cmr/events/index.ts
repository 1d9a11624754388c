import { hoursToMilliseconds } from '../../process/dates.ts'
import { isObject, type JsonObject } from '../json.ts'
import { dnsEvents } from './dns.ts'
import { domainEvents, domainOrderEvents } from './domains.ts'
import type { EventDeclaration, EventEffect, EventFamily, LifeStage } from './event.ts'
import { mailboxEvents, mailboxOrderEvents } from './mailboxes.ts'
import { prewarmEvents } from './prewarm.ts'
import { idIn, MOST_REFERENCES, referencesIn } from './references.ts'
import { subscriptionEvents } from './subscriptions.ts'

/** A narrower family stands before the one that it belongs to. */
const groups = [
  domainOrderEvents,
  domainEvents,
  mailboxOrderEvents,
  mailboxEvents,
  subscriptionEvents,
  prewarmEvents,
  dnsEvents,
]

/** The 23 events that CMR documents ("Webhooks"), by name. */
export const webhookEvents: Readonly<Record<string, EventDeclaration>> = Object.assign(
  {},
  ...groups.map(({ events }) => events),
)

const unknownFamily: EventFamily = { prefix: '', threadBy: ['domain', 'subscription', 'order'] }

/** Returns the declaration of an event, where CMR documents it. */
export function declarationOf(event: string): EventDeclaration | undefined {
  return Object.hasOwn(webhookEvents, event) ? webhookEvents[event] : undefined
}

/** Returns the family of an event, also of one that CMR does not document. */
export function familyOf(event: string): EventFamily {
  return groups.find(({ family }) => event.startsWith(family.prefix))?.family ?? unknownFamily
}

/** Returns what an event does to expected results; one that ends nothing names none. */
export function effectOf(event: string, data: JsonObject): EventEffect {
  return declarationOf(event)?.effect?.(data) ?? { effect: 'news', parts: [] }
}

/**
 * Returns an event's `data` as CMR documents it; nothing where CMR has no such event.
 * @param about fields of what the example is about; those that the event does not have are left out
 * @param now ISO 8601
 */
export function exampleOf(event: string, about: JsonObject, now: string): JsonObject {
  const declared = declarationOf(event)
  return declared ? declaredFields(event, { ...about, ...declared.example?.(now) }) : {}
}

/** Returns the fields that CMR documents of an event, with its credentials; all of them where CMR has no such event. */
export function declaredFields(event: string, data: JsonObject): JsonObject {
  const declared = declarationOf(event)
  if (!declared) return data
  const names = new Set([...Object.keys(declared.data.shape), ...(declared.credentials ?? [])])
  return Object.fromEntries(
    [...names].flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]])),
  )
}

/** A point that the life of one thing has reached, as an event tells it. */
export interface ReachedStage extends Pick<LifeStage, 'of' | 'step'> {
  /** CMR's id; of a domain its name in lower case. */
  readonly id: string
  /** The end of the term, in milliseconds since 1970, where the event names it. */
  readonly term?: number | undefined
  readonly repeats?: boolean
  /** What of the thing, where the event says it. */
  readonly detail?: string | undefined
}

/** Returns the points that the lives of what an event is about have reached; nothing where it tells of no life. */
export function stagesIn(event: string, data: JsonObject): ReachedStage[] {
  return (declarationOf(event)?.stages ?? []).flatMap(({ of, step, term, repeats, details }) => {
    const end = term === undefined ? Number.NaN : Date.parse(String(data[term]))
    const isNews = typeof repeats === 'function' ? repeats(data) : repeats
    const named = details?.(data) ?? []
    return idsOf(of, data).flatMap((id) => {
      const stage = {
        of,
        id,
        step,
        ...(isNews && { repeats: true }),
        ...(!Number.isNaN(end) && { term: end }),
      }
      return named.length > 0 ? named.map((detail) => ({ ...stage, detail })) : [stage]
    })
  })
}

function idsOf(of: LifeStage['of'], data: JsonObject): string[] {
  const references = referencesIn(data)
  if (of === 'failed order')
    return references.flatMap(({ orderId, domain }) =>
      orderId && domain ? `${orderId} ${domain.trim().toLowerCase()}` : [],
    )
  if (of === 'domain' || of === 'forwarding')
    return references.flatMap(({ domain }) => domain?.trim().toLowerCase() ?? [])
  if (of === 'subscription' || of === 'price') return references.flatMap((one) => one.subscriptionId ?? [])
  const delivered = [data.mailboxDetails].flat().filter(isObject).slice(0, MOST_REFERENCES)
  const boxes = delivered.flatMap(({ preWarmedUpMailboxes }) => preWarmedUpMailboxes).filter(isObject)
  return [
    ...references.flatMap(({ mailboxId }) => mailboxId ?? []),
    ...boxes.flatMap(({ mailboxId }) => idIn(mailboxId) ?? []),
  ]
}

/** Two dates of one term may differ by their time of day and by the zone that CMR wrote them in. */
export const SAME_TERM_MS = hoursToMilliseconds(36)

/**
 * Tells whether whoever was told of one point knows of the other already: it is the same, or came before it in the
 * same life.
 * @param known what was told
 */
export function isKnownFrom(known: ReachedStage, other: ReachedStage): boolean {
  if (known.of !== other.of || known.id !== other.id) return false
  if (known.detail !== undefined && other.detail !== undefined && known.detail !== other.detail) return false
  // Without a term nothing says which of two comes first.
  if (known.term === undefined || other.term === undefined)
    return known.step === other.step || (known.term !== other.term && known.step > other.step)
  const later = known.term - other.term
  return Math.abs(later) <= SAME_TERM_MS ? known.step >= other.step : later > 0
}
