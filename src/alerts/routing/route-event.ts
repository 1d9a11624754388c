import type { OwnOperation, PlaceEvent } from '../../events/ingest.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import type { Placement } from '../../events/store/outbox.ts'
import { reminderPlacement, testedRoute } from '../own-events.ts'
import type { Mute, Route } from './route.ts'
import {
  type CompiledRoute,
  isMuted,
  matchRoutes,
  type RouteMatch,
  type RouteMatcher,
  refusal,
} from './route-matcher.ts'

/**
 * Creates the function that decides where an event is posted: in the thread of the receipt if it was caused through the
 * bot; in every channel with a matching route; in the alerts channel if no route matches, or if an urgent event matches
 * muted routes only.
 * @param parts.routeMatcher returns the routes and mutes of this moment
 * @param parts.alertsChannel id or #name (`CMR_ALERTS_CHANNEL`); without it, an event that no route matches is stored but not posted
 */
export function createEventRouter(parts: {
  readonly routeMatcher: () => RouteMatcher
  readonly alertsChannel: string | undefined
  /** Returns whom an event calls where its route calls nobody; mrkdwn. */
  readonly mentionOf?: (event: StoredEvent) => string | null
  readonly clock: () => Date
}): PlaceEvent {
  const { routeMatcher, alertsChannel, clock, mentionOf = () => null } = parts
  return (event, own) => {
    const now = clock()
    const tested = testedRoute(event)
    if (tested) {
      const found = routeMatcher().routes.find(({ route }) => route.id === tested)
      return found ? [{ ...placementBy(found, event, now), batchKey: null, holdUntil: undefined }] : []
    }
    const reminder = reminderPlacement(event)
    if (reminder) return [reminder]

    const receipt = own ? [inReceipt(own)] : []
    const { mute, loud, falls } = matchRoutes(routeMatcher(), event, own !== undefined, now)
    if (mute) return receipt
    const called = (one: Placement): Placement => ({ ...one, mention: one.mention ?? mentionOf(event) })
    const placements = loud.map((one) => called(placementBy(one, event, now)))
    // A route to the alerts channel itself says how its events are posted there.
    const isThere = placements.some(({ channel }) => channel === alertsChannel)
    return [
      ...receipt,
      ...oncePerChannel(placements),
      ...(falls && alertsChannel && !isThere ? [called(byDefault(alertsChannel))] : []),
    ]
  }
}

/** Returns the placement in the receipt thread of the operation that caused the event. */
function inReceipt(own: OwnOperation): Placement {
  // Whoever asked is told of the end, and of nothing before.
  const mention = own.isEnd ? `<@${own.actor}>` : null
  const where = { channel: own.channel, operationId: own.id, batchKey: `operation:${own.id}`, mention }
  if (!own.receiptTs) return { ...where, holdUntil: 'receipt' }
  return { ...where, threadTs: own.receiptTs, holdUntil: own.gatherUntil }
}

/** Returns the placement of an event that no route posts. */
function byDefault(channel: string): Placement {
  return { channel, threaded: true }
}

/** Returns the placement of an event by a route that matches it. */
function placementBy(compiled: CompiledRoute, event: StoredEvent, now: Date): Placement {
  const { delivery, id, channel } = compiled.route
  const mention = delivery.mentionFor.includes(event.severity) ? delivery.mention : null
  const placement = { channel, routeId: id, threaded: delivery.threaded, mention }
  return { ...placement, ...holdOf(compiled, event, now) }
}

/** Returns the time until which a route holds an event, and the key of the batch that it is then posted in. */
export function holdOf(
  { route: { id, delivery }, schedule }: CompiledRoute,
  { severity }: Pick<StoredEvent, 'severity'>,
  now: Date,
): { holdUntil: Date; batchKey: string } | undefined {
  if (severity === 'urgent' && delivery.urgentPasses) return undefined
  const holdUntil = schedule(now)
  const what = delivery.digest === 'off' ? 'quiet' : 'digest'
  return holdUntil && { holdUntil, batchKey: `${what}:${id}:${holdUntil.toISOString()}` }
}

/** Merges the placements of routes that share a channel into one, with the earliest time and every mention. */
function oncePerChannel(placements: readonly Placement[]): Placement[] {
  return [...Map.groupBy(placements, ({ channel }) => channel).values()]
    .map((same) => {
      const [soonest, ...others] = same.toSorted((a, b) => instant(a) - instant(b))
      if (!soonest || others.length === 0) return soonest
      const mentions = [...new Set(same.flatMap(({ mention }) => mention ?? []))]
      return {
        ...soonest,
        threaded: same.some(({ threaded }) => threaded),
        mention: mentions.length ? mentions.join(' ') : null,
      }
    })
    .filter((one) => one !== undefined)
}

function instant({ holdUntil }: Placement): number {
  return holdUntil instanceof Date ? holdUntil.getTime() : 0
}

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
