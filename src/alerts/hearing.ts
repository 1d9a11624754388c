import type { StoredEvent } from '../store/events.ts'
import { type Condition, conditionsOf } from './conditions.ts'
import { type Facts, factsOf } from './facts.ts'
import type { Mute, Route } from './route.ts'

/** A route that can be asked at once. */
export interface CompiledRoute {
  readonly route: Route
  readonly conditions: readonly Condition[]
}

/** Everything that decides who hears of an event. */
export interface Hearing {
  readonly routes: readonly CompiledRoute[]
  /** By their subject. */
  readonly mutes: ReadonlyMap<string, Mute>
}

export const nobody: Hearing = { routes: [], mutes: new Map() }

/** Compiled once a change, asked with every event. */
export function hearingOf(routes: readonly Route[], mutes: readonly Mute[]): Hearing {
  return {
    routes: routes.map((route) => ({ route, conditions: conditionsOf(route.takes) })),
    mutes: new Map(mutes.map((mute) => [mute.subject, mute])),
  }
}

/** What routes say to an event. */
export interface Heard {
  readonly facts: Facts
  /** Nobody is told while its subject, its user or its domain is muted. */
  readonly mute: Mute | undefined
  /** Those whose every condition holds, muted or not. */
  readonly taken: readonly Route[]
}

/** Asks every route. @param own whether somebody did it through the bot */
export function hear({ routes, mutes }: Hearing, event: StoredEvent, own: boolean, now: Date): Heard {
  const facts = factsOf(event, own)
  const taken = routes
    .filter(({ conditions }) => conditions.every((condition) => condition.holds(facts)))
    .map(({ route }) => route)
  return { facts, mute: mutes.size ? muteOf(mutes, event, facts, now) : undefined, taken }
}

/** Whether a route is told to be silent now. */
export function isMuted({ mutedUntil }: Route, now: Date): boolean {
  return mutedUntil !== null && mutedUntil > now
}

function muteOf(mutes: Hearing['mutes'], event: StoredEvent, facts: Facts, now: Date): Mute | undefined {
  const names = [
    event.subject,
    ...facts.domains.map((domain) => `domain:${domain}`),
    ...facts.users.map((user) => `user:${user}`),
  ]
  return names
    .flatMap((name) => (name ? (mutes.get(name) ?? []) : []))
    .find(({ until }) => (until === null ? !resolves(event.event) : until > now))
}

/** After these nothing is left to do about a subject. */
const resolving = new Set([
  'domain.order.success',
  'domain.renewal.success',
  'mailbox.order.success',
  'subscription.renewal.success',
  'subscription.cancelled',
  'prewarmup.order.success',
])

/** Whether an event ends what was wrong with its subject. */
export function resolves(event: string): boolean {
  return resolving.has(event)
}
