import { LRUCache } from 'lru-cache'
import type { StoredEvent } from '../../events/store/events.ts'
import { isResolving } from '../delivery/thread.ts'
import { type Condition, type Conditions, conditionsOf } from './conditions.ts'
import { type Facts, factsOf } from './facts.ts'
import { type Schedule, scheduleOf } from './hours.ts'
import type { Mute, Route } from './route.ts'

/** CMR has 23 kinds of events, and may make up more. */
const KINDS = 100

/** A route that can be asked at once. */
export interface CompiledRoute {
  readonly route: Route
  readonly conditions: Conditions
  readonly schedule: Schedule
}

/** Everything that decides who hears of an event. */
export interface RouteMatcher {
  readonly routes: readonly CompiledRoute[]
  /** The routes that take events of a kind and severity, whatever else they ask. */
  ofKind(facts: Facts): readonly CompiledRoute[]
  /** By their subject. */
  readonly mutes: ReadonlyMap<string, Mute>
}

export const noRoutes: RouteMatcher = createRouteMatcher([], [])

/** Compiled once a change, asked with every event. */
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

/** What routes say to an event. */
export interface RouteMatch {
  readonly facts: Facts
  /** Nobody is told while its subject, its user or its domain is muted. */
  readonly mute: Mute | undefined
  /** Those whose every condition holds and that are not muted. */
  readonly loud: readonly CompiledRoute[]
  /** Why it falls to the alerts channel, if so: no route takes it, or it is urgent and all that take it are muted. */
  readonly falls: 'untaken' | 'muted' | undefined
}

/** Asks every route. @param own whether somebody did it through the bot: then their receipt tells of it */
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
  const unheard = !own && !mute && loud.length === 0
  return { facts, mute, loud, falls: unheard ? fallOf(taken, facts) : undefined }
}

/** Who mutes a route wants silence, not the same elsewhere; but nobody wants to miss what is urgent. */
function fallOf(taken: readonly CompiledRoute[], { severity }: Facts): RouteMatch['falls'] {
  if (taken.length === 0) return 'untaken'
  return severity === 'urgent' ? 'muted' : undefined
}

function hold(conditions: readonly Condition[], facts: Facts): boolean {
  return conditions.every((condition) => condition.holds(facts))
}

/** Whether a route is told to be silent now. */
export function isMuted({ mutedUntil }: Route, now: Date): boolean {
  return mutedUntil !== null && mutedUntil > now
}

function muteOf(mutes: RouteMatcher['mutes'], event: StoredEvent, facts: Facts, now: Date): Mute | undefined {
  const names = [
    event.subject,
    ...facts.domains.map((domain) => `domain:${domain}`),
    ...facts.users.map((user) => `user:${user}`),
  ]
  return names
    .flatMap((name) => (name ? (mutes.get(name) ?? []) : []))
    .find(({ until }) => (until === null ? !isResolving(event.event) : until > now))
}
