import { referencesIn } from '../../cmr/events/references.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import { domainOf } from '../../events/stored-event.ts'
import { type MatchBudget, workFor } from './pattern.ts'

/** What routes ask of an event. */
export interface EventFacts {
  readonly event: string
  readonly severity: StoredEvent['severity']
  readonly users: readonly string[]
  readonly domains: readonly string[]
  readonly provider: string | undefined
  /** True if somebody did it through the bot. */
  readonly own: boolean
  /** What is left of the work that routes may put into this event. */
  readonly budget: MatchBudget
}

/** @param event may refer to several things: the users and domains of each count */
export function factsOf(event: StoredEvent, own: boolean): EventFacts {
  const data = JSON.parse(event.data) as Record<string, unknown>
  const references = referencesIn(data)
  const users = new Set([event.user_id, ...references.map(({ userId }) => userId)].filter((one) => !!one))
  const domains = new Set([event.domain, ...references.map(domainOf)].filter((one) => !!one))
  const provider = [data.workspaceType, data.serviceProvider].find((one) => typeof one === 'string')
  return {
    event: event.event,
    severity: event.severity,
    users: [...users] as string[],
    domains: [...domains] as string[],
    provider: provider?.toUpperCase(),
    own,
    budget: workFor(),
  }
}
