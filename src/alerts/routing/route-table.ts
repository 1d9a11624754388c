import type { Logger } from 'pino'
import type { StoredEvent } from '../../events/store/events.ts'
import { createBackgroundLoop, type Worker } from '../../process/background-loop.ts'
import type { Store } from '../../store/store.ts'
import { isResolving } from '../delivery/threads.ts'
import {
  changeRoute,
  deleteMutes,
  insertMute,
  insertRoute,
  type MuteRow,
  muteRows,
  type RouteRow,
  routeRows,
  routesVersion,
} from '../store/routes.ts'
import type { Mute, Route, RouteDelivery, RouteFilter } from './route.ts'
import { createRouteMatcher, noRoutes, type RouteMatcher } from './route-matcher.ts'

/** Other instances change routes too. */
const LOOK_MS = 3000

/** A route as people describe it. */
export type RouteDraft = Pick<Route, 'channel' | 'channelName' | 'filter' | 'delivery'>

/** The routes and mutes of this workspace: written to the store, compiled in memory. */
export interface RouteTable extends Worker {
  /** Of this moment; asked with every event. */
  routeMatcher(): RouteMatcher
  /** @returns nothing where there is no such route, or no longer */
  route(id: string): Route | undefined
  add(draft: RouteDraft, by: string): Promise<Route>
  edit(id: string, draft: RouteDraft): Promise<boolean>
  mute(id: string, until: Date | null, by: string): Promise<boolean>
  remove(id: string): Promise<boolean>
  /** @param until null: until it is resolved */
  muteSubject(subject: string, until: Date | null, by: string): Promise<void>
  /** @returns whether it was muted */
  unmuteSubject(subject: string): Promise<boolean>
  /** Ends what was muted until it is resolved. */
  noteNews(news: readonly StoredEvent[]): void
}

/** @param parts.clock for mutes and the time of a change */
export function createRouteTable(parts: {
  readonly store: Store
  readonly clock: () => Date
  readonly logger: Logger
}): RouteTable {
  const { store, clock, logger } = parts
  let routeMatcher = noRoutes
  let version: string | undefined
  const loop = createBackgroundLoop({
    name: 'Routes',
    serves: 'alerts',
    everyMs: LOOK_MS,
    round: load,
    onError: 'the routes could not be read again',
    logger,
  })

  async function load() {
    const current = await routesVersion(store.db)
    if (current === version) return
    const [routes, mutes] = [await routeRows(store.db), await muteRows(store.db, clock())]
    routeMatcher = createRouteMatcher(routes.map(routeOf), mutes.map(muteOf))
    version = current
  }

  /** After a change of our own: the next event is judged by it. */
  async function afresh<T>(change: Promise<T>): Promise<T> {
    const result = await change
    version = undefined
    await load()
    return result
  }

  const routeNamed = (id: string) => routeMatcher.routes.find(({ route }) => route.id === id)?.route

  return {
    ...loop,
    async start() {
      await load()
      await loop.start()
    },
    routeMatcher: () => routeMatcher,
    route: routeNamed,
    async add(draft, by) {
      const id = await afresh(insertRoute(store.db, textOf(draft), { actor: by, at: clock() }))
      const added = routeNamed(id)
      if (!added) throw new Error(`The route ${id} was written and is not there.`)
      return added
    },
    edit: (id, draft) => afresh(changeRoute(store.db, id, textOf(draft), clock())),
    mute: (id, until, by) =>
      afresh(
        changeRoute(
          store.db,
          id,
          { muted_until: until?.toISOString() ?? null, muted_by: until && by },
          clock(),
        ),
      ),
    remove: (id) => afresh(changeRoute(store.db, id, { removed_at: clock().toISOString() }, clock())),
    muteSubject: (subject, until, by) =>
      afresh(
        insertMute(store.db, {
          subject,
          until: until?.toISOString() ?? null,
          muted_by: by,
          muted_at: clock().toISOString(),
        }),
      ),
    unmuteSubject: (subject) => afresh(deleteMutes(store.db, [subject])),
    noteNews(news) {
      const ended = news
        .filter(({ event }) => isResolving(event))
        .flatMap(({ subject, domain, user_id }) => [
          subject,
          domain && `domain:${domain}`,
          user_id && `user:${user_id}`,
        ])
        .filter((subject) => !!subject && routeMatcher.mutes.get(subject)?.until === null) as string[]
      if (ended.length === 0) return
      afresh(deleteMutes(store.db, ended)).catch((error: unknown) =>
        logger.error({ err: error, ended }, 'a mute that is over could not be ended'),
      )
    },
  }
}

function textOf({ channel, channelName, filter, delivery }: RouteDraft) {
  return {
    channel,
    channel_name: channelName,
    filter: JSON.stringify(filter),
    delivery: JSON.stringify(delivery),
  }
}

function routeOf(row: RouteRow): Route {
  return {
    id: row.id,
    channel: row.channel,
    channelName: row.channel_name,
    filter: JSON.parse(row.filter) as RouteFilter,
    delivery: JSON.parse(row.delivery) as RouteDelivery,
    createdBy: row.created_by,
    mutedUntil: row.muted_until ? new Date(row.muted_until) : null,
    mutedBy: row.muted_by,
  }
}

function muteOf({ subject, until, muted_by }: MuteRow): Mute {
  return { subject, until: until ? new Date(until) : null, by: muted_by }
}
