import type { StoredEvent } from '../../events/store/events.ts'
import { refusal } from './conditions.ts'
import type { Mute, Route } from './route.ts'
import { holdOf } from './route-event.ts'
import { isMuted, matchRoutes, type RouteMatch, type RouteMatcher } from './route-matcher.ts'

/** The result of one route for an event. */
export type RouteVerdict = { readonly route: Route } & (
  | { readonly took: true; readonly muted: boolean; readonly heldUntil: Date | undefined }
  /** mrkdwn. */
  | { readonly took: false; readonly because: string }
)

/** An explanation of where an event is posted, by the current routes. */
export interface Explanation {
  readonly own: boolean
  readonly mute: Mute | undefined
  readonly verdicts: readonly RouteVerdict[]
  /** The reason for using the alerts channel, if any. */
  readonly falls: RouteMatch['falls']
}

/** Matches an event against every route, as on its arrival, and returns the result of each. */
export function explain(routeMatcher: RouteMatcher, event: StoredEvent, now: Date): Explanation {
  const own = event.operation_id !== null
  const { facts, mute, falls } = matchRoutes(routeMatcher, event, own, now)
  const verdicts = routeMatcher.routes.map((compiled): RouteVerdict => {
    const { route, conditions } = compiled
    const refusing = refusal(conditions, facts)
    if (refusing) return { route, took: false, because: refusing.because(facts) }
    const hold = holdOf(compiled, event, now)
    return { route, took: true, muted: isMuted(route, now), heldUntil: hold?.holdUntil }
  })
  return { own, mute, verdicts, falls }
}
