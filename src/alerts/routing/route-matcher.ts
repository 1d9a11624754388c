import { LRUCache } from 'lru-cache'
import { referencesIn } from '../../cmr/events/references.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import { domainOf } from '../../events/stored-event.ts'
import { escapeText } from '../../slack/blocks.ts'
import { isResolving } from '../delivery/threads.ts'
import { type Schedule, scheduleOf } from './hours.ts'
import { compilePatterns, type MatchBudget, workFor } from './pattern.ts'
import type { Mute, Route, RouteFilter } from './route.ts'

/** What routes ask of an event. */
interface EventFacts {
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
interface Condition {
  holds(facts: EventFacts): boolean
  /** Returns mrkdwn that completes "did not take it: …". */
  because(facts: EventFacts): string
}

/** The compiled conditions of a route. An event matches if every condition holds. */
interface Conditions {
  /** These depend only on the event's name and severity, so their result can be cached. */
  readonly ofKind: readonly Condition[]
  /** Ordered by cost, the cheapest first. */
  readonly ofSubject: readonly Condition[]
}

function conditionsOf(filter: RouteFilter): Conditions {
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

/** The number of cached kinds. CMR has 23 kinds of events and may add more. */
const KINDS = 100

/** A route with its conditions and schedule compiled. */
export interface CompiledRoute {
  readonly route: Route
  readonly conditions: Conditions
  readonly schedule: Schedule
}

/** The compiled routes and the mutes that decide where an event is posted. */
export interface RouteMatcher {
  readonly routes: readonly CompiledRoute[]
  /** Returns the routes that match the kind and severity of an event. Their other conditions are not checked. */
  ofKind(facts: EventFacts): readonly CompiledRoute[]
  /** The mutes, keyed by subject. */
  readonly mutes: ReadonlyMap<string, Mute>
}

export const noRoutes: RouteMatcher = createRouteMatcher([], [])

/** Compiles routes and mutes. It runs once per change; its result is used for every event. */
export function createRouteMatcher(routes: readonly Route[], mutes: readonly Mute[]): RouteMatcher {
  // Most routes of a workspace share a few schedules.
  const schedules = new Map<string, Schedule>()
  const scheduleFor = ({ quiet, digest, digestAt, zone }: Route['delivery']) => {
    const timing = { quiet, digest, digestAt, zone }
    const key = JSON.stringify(timing)
    const schedule = schedules.get(key) ?? scheduleOf(timing)
    schedules.set(key, schedule)
    return schedule
  }
  const compiled = routes.map((route) => ({
    route,
    conditions: conditionsOf(route.filter),
    schedule: scheduleFor(route.delivery),
  }))
  const kinds = new LRUCache<string, readonly CompiledRoute[]>({ max: KINDS })
  return {
    routes: compiled,
    ofKind(facts) {
      const key = `${facts.severity} ${facts.event}`
      const known = kinds.get(key)
      if (known) return known
      const found = compiled.filter(({ conditions }) => hold(conditions.ofKind, facts))
      kinds.set(key, found)
      return found
    },
    mutes: new Map(mutes.map((mute) => [mute.subject, mute])),
  }
}

/** The result of matching an event against all routes. */
export interface RouteMatch {
  readonly facts: EventFacts
  /** The mute of its subject, user or domain, which suppresses every route. */
  readonly mute: Mute | undefined
  /** The matching routes that are not muted. */
  readonly loud: readonly CompiledRoute[]
  /**
   * The reason for using the alerts channel: no route matches, every route that matches leaves the event there too, or
   * the event is urgent and all matching routes are muted.
   */
  readonly falls: 'untaken' | 'shared' | 'muted' | undefined
}

/** Matches an event against every route. @param own true if it was caused through the bot and is posted in its receipt */
export function matchRoutes(
  routeMatcher: RouteMatcher,
  event: StoredEvent,
  own: boolean,
  now: Date,
): RouteMatch {
  const { mutes } = routeMatcher
  const facts = factsOf(event, own)
  const taken = routeMatcher.ofKind(facts).filter(({ conditions }) => hold(conditions.ofSubject, facts))
  const loud = taken.filter(({ route }) => !isMuted(route, now))
  const mute = mutes.size ? muteOf(mutes, event, facts, now) : undefined
  return { facts, mute, loud, falls: own || mute ? undefined : fallOf(taken, loud, facts) }
}

/** A muted route must not move its events to the alerts channel. Urgent events are the exception, so that none is missed. */
function fallOf(
  taken: readonly CompiledRoute[],
  loud: readonly CompiledRoute[],
  { severity }: EventFacts,
): RouteMatch['falls'] {
  if (taken.length === 0) return 'untaken'
  if (taken.every(({ route }) => route.delivery.alsoInAlerts)) return 'shared'
  return severity === 'urgent' && loud.length === 0 ? 'muted' : undefined
}

function hold(conditions: readonly Condition[], facts: EventFacts): boolean {
  return conditions.every((condition) => condition.holds(facts))
}

/** Returns true if a route is muted at a time. */
export function isMuted({ mutedUntil }: Route, now: Date): boolean {
  return mutedUntil !== null && mutedUntil > now
}

function muteOf(
  mutes: RouteMatcher['mutes'],
  event: StoredEvent,
  facts: EventFacts,
  now: Date,
): Mute | undefined {
  const names = [
    event.subject,
    ...facts.domains.map((domain) => `domain:${domain}`),
    ...facts.users.map((user) => `user:${user}`),
  ]
  return names
    .flatMap((name) => (name ? (mutes.get(name) ?? []) : []))
    .find(({ until }) => (until === null ? !isResolving(event.event) : until > now))
}
