import { referencesIn } from '../../cmr/events/references.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import { domainOf } from '../../events/stored-event.ts'
import { escapeText } from '../../slack/blocks.ts'
import { compilePatterns, type MatchBudget, workFor } from './pattern.ts'
import type { RouteFilter } from './route.ts'

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

/** One condition of a route, with an explanation for events that do not meet it. */
export interface Condition {
  holds(facts: EventFacts): boolean
  /** Returns mrkdwn that completes "did not take it: …". */
  because(facts: EventFacts): string
}

/** The compiled conditions of a route. An event matches if every condition holds. */
export interface Conditions {
  /** These depend only on the event's name and severity, so their result can be cached. */
  readonly ofKind: readonly Condition[]
  /** Ordered by cost, the cheapest first. */
  readonly ofSubject: readonly Condition[]
}

export function conditionsOf(filter: RouteFilter): Conditions {
  const { events, severities, operations, users, domains } = filter
  return {
    ofKind: [...(events.length ? [kind(events)] : []), ...(severities.length ? [severity(severities)] : [])],
    ofSubject: [
      ...(operations === 'both' ? [] : [whose(operations)]),
      ...(users.length ? [user(users)] : []),
      ...(filter.provider ? [provider(filter.provider)] : []),
      ...(domains.length ? [domain(domains)] : []),
    ],
  }
}

/** Returns the kinds of events that match one of the patterns. */
export function kindsAmong(patterns: readonly string[], kinds: readonly string[]): string[] {
  const matches = compilePatterns(patterns)
  return kinds.filter((kind) => matches(kind))
}

/** Returns the first condition that an event does not meet. */
export function refusal({ ofKind, ofSubject }: Conditions, facts: EventFacts): Condition | undefined {
  return [...ofKind, ...ofSubject].find((condition) => !condition.holds(facts))
}

function whose(wanted: 'foreign' | 'own'): Condition {
  return {
    holds: ({ own }) => own === (wanted === 'own'),
    because: ({ own }) =>
      own
        ? 'it was started through the bot, so it is posted in the thread of its receipt'
        : 'it was not started through the bot, and the route takes only what was',
  }
}

function kind(patterns: RouteFilter['events']): Condition {
  const matches = compilePatterns(patterns)
  return {
    holds: ({ event }) => matches(event),
    because: ({ event }) => `it is ${escapeText(event)}, and the route takes only ${list(patterns)}`,
  }
}

function severity(wanted: RouteFilter['severities']): Condition {
  return {
    holds: ({ severity }) => wanted.includes(severity),
    because: ({ severity }) => `it is ${severity}, and the route takes only ${list(wanted)}`,
  }
}

function user(wanted: RouteFilter['users']): Condition {
  const ids = new Set(wanted.map(({ id }) => id))
  return {
    holds: ({ users }) => users.some((one) => ids.has(one)),
    because: ({ users }) =>
      `${users.length ? `it is about ${list(users)}` : 'it names no customer'}, and the route takes only ${list(wanted.map(({ name }) => name))}`,
  }
}

function domain(patterns: RouteFilter['domains']): Condition {
  const matches = compilePatterns(patterns)
  return {
    holds: ({ domains, budget }) => domains.some((one) => matches(one, budget)),
    because: ({ domains }) =>
      `${domains.length ? `it is about ${list(domains)}` : 'it names no domain'}, and the route takes only ${list(patterns)}`,
  }
}

function provider(wanted: NonNullable<RouteFilter['provider']>): Condition {
  return {
    holds: ({ provider }) => provider?.includes(wanted) ?? false,
    because: ({ provider }) =>
      `${provider ? `it is on ${escapeText(provider)}` : 'it names no provider'}, and the route takes only ${wanted}`,
  }
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => escapeText(name))
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : ''
  return shown.join(', ') + more
}
