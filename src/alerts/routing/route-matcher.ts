import { LRUCache } from 'lru-cache'
import type { StoredEvent } from '../../events/store/events.ts'
import { isResolving } from '../delivery/threads.ts'
import { type Condition, type Conditions, conditionsOf, type EventFacts, factsOf } from './conditions.ts'
import { type Schedule, scheduleOf } from './hours.ts'
import type { Mute, Route } from './route.ts'

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
