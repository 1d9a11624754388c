import { hoursToMilliseconds } from '../../process/dates.ts'
import { isObject, type JsonObject } from '../json.ts'
import type { LifeStage } from './event.ts'
import { declarationOf } from './index.ts'
import { idIn, MOST_REFERENCES, referencesIn } from './references.ts'

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
