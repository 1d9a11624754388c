import type { Kysely, Selectable } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { isOneOf } from '../../store/sql.ts'

export type RouteRow = Selectable<Schema['routes']>
export type MuteRow = Selectable<Schema['mutes']>
export type SnoozeRow = Selectable<Schema['snoozes']>

/** What a route says of itself; takes and tells as JSON. */
type RouteText = Pick<RouteRow, 'channel' | 'channel_name' | 'filter' | 'delivery'>

/** Routes that are not removed, the oldest first. */
export async function routeRows(db: Kysely<Schema>): Promise<RouteRow[]> {
  return db
    .selectFrom('routes')
    .selectAll()
    .where('removed_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Changes whenever a route or a mute does: whoever keeps a copy asks for it first. */
export async function routesVersion(db: Kysely<Schema>): Promise<string> {
  const routes = db.selectFrom('routes').select(({ fn }) => fn.max('changed_at').as('at'))
  const mutes = db
    .selectFrom('mutes')
    .select(({ fn }) => [fn.countAll().as('all'), fn.max('muted_at').as('at')])
  const [route, mute] = await Promise.all([routes.executeTakeFirst(), mutes.executeTakeFirst()])
  return [route?.at, mute?.all, mute?.at].join(' ')
}

/**
 * Writes a new route down. Ids are never given twice: what is removed keeps its own.
 * @returns its id
 */
export async function insertRoute(
  db: Kysely<Schema>,
  route: RouteText,
  by: { actor: string; at: Date },
): Promise<string> {
  const at = by.at.toISOString()
  for (;;) {
    const { all } = await db
      .selectFrom('routes')
      .select(({ fn }) => fn.countAll<number>().as('all'))
      .executeTakeFirstOrThrow()
    const id = `r${Number(all) + 1}`
    const written = await db
      .insertInto('routes')
      .values({
        ...route,
        id,
        created_by: by.actor,
        created_at: at,
        changed_at: at,
        muted_until: null,
        muted_by: null,
        removed_at: null,
      })
      // Another instance was faster: the next number is ours.
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst()
    if (written.numInsertedOrUpdatedRows !== 0n) return id
  }
}

/** @returns whether there is such a route */
export async function changeRoute(
  db: Kysely<Schema>,
  id: string,
  change: Partial<RouteText & Pick<RouteRow, 'muted_until' | 'muted_by' | 'removed_at'>>,
  at: Date,
): Promise<boolean> {
  const changed = await db
    .updateTable('routes')
    .set({ ...change, changed_at: at.toISOString() })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return changed.numUpdatedRows > 0n
}

/** Mutes that are not over. */
export async function muteRows(db: Kysely<Schema>, now: Date): Promise<MuteRow[]> {
  return db
    .selectFrom('mutes')
    .selectAll()
    .where(({ or, eb }) => or([eb('until', 'is', null), eb('until', '>', now.toISOString())]))
    .orderBy('muted_at')
    .execute()
}

/** The later word counts. */
export async function insertMute(db: Kysely<Schema>, mute: MuteRow): Promise<void> {
  await db
    .insertInto('mutes')
    .values(mute)
    .onConflict((conflict) => conflict.column('subject').doUpdateSet(mute))
    .execute()
}

/** @returns whether any of them was muted */
export async function deleteMutes(db: Kysely<Schema>, subjects: readonly string[]): Promise<boolean> {
  if (subjects.length === 0) return false
  const deleted = await db.deleteFrom('mutes').where('subject', 'in', subjects).executeTakeFirst()
  return deleted.numDeletedRows > 0n
}

/** Writes down what somebody wants to be reminded of; the same again is one reminder. */
export async function insertSnooze(
  db: Kysely<Schema>,
  snooze: Omit<SnoozeRow, 'reminded_at'>,
): Promise<void> {
  await db
    .insertInto('snoozes')
    .values({ ...snooze, reminded_at: null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Reminders of these events that are still to come, the next first. */
export async function pendingSnoozes(db: Kysely<Schema>, eventIds: readonly string[]): Promise<SnoozeRow[]> {
  if (eventIds.length === 0) return []
  return db
    .selectFrom('snoozes')
    .selectAll()
    .where('reminded_at', 'is', null)
    .where(isOneOf(db, 'event_id', eventIds))
    .orderBy('due_at')
    .execute()
}

/** Reminders whose time has come. */
export async function dueSnoozes(db: Kysely<Schema>, now: Date): Promise<SnoozeRow[]> {
  return db
    .selectFrom('snoozes')
    .selectAll()
    .where('reminded_at', 'is', null)
    .where('due_at', '<=', now.toISOString())
    .orderBy('due_at')
    .limit(100)
    .execute()
}

/** Its reminder is on its way. */
export async function markSnoozed(db: Kysely<Schema>, id: string, at: Date): Promise<void> {
  await db.updateTable('snoozes').set({ reminded_at: at.toISOString() }).where('id', '=', id).execute()
}
