import type { Kysely } from 'kysely'
import { CLOCK_SKEW_MS } from '../../process/clock.ts'
import { addMilliseconds } from '../../process/dates.ts'
import type { Schema } from '../../store/schema.ts'
import type { EntryKind } from './rows.ts'

/** What is asked for again and again: everything of a kind, or what presses. */
export type PassName = Schema['directory_passes']['kind']

/** One pass over everything of a kind that CMR has, or over what presses. */
export interface Pass {
  readonly kind: PassName
  /** ISO 8601. */
  readonly startedAt: string
  /** Of the pass before; nothing where this is the first. */
  readonly beforeStartedAt: string | undefined
  /** Where it goes on; nothing at its beginning. */
  readonly cursor: string | undefined
}

/** Who does it, and until when nobody else shall. */
export interface PassLease {
  readonly by: string
  readonly now: Date
  readonly until: Date
}

/**
 * Takes over the pass that is under way, or begins one where the last began before `dueBefore`.
 * @returns nothing where none is due, or somebody else is at it
 */
export async function leasePass(
  db: Kysely<Schema>,
  kind: PassName,
  { by, now, until }: PassLease,
  dueBefore: Date,
): Promise<Pass | undefined> {
  const at = now.toISOString()
  const lease = { leased_by: by, leased_until: until.toISOString() }
  const mine = db
    .updateTable('directory_passes')
    .where('kind', '=', kind)
    .where(({ or, eb }) =>
      or([
        eb('leased_until', 'is', null),
        eb('leased_until', '<=', at),
        // No lease ends so late: the clock has been set back since.
        eb('leased_until', '>', addMilliseconds(until, CLOCK_SKEW_MS).toISOString()),
        eb('leased_by', '=', by),
      ]),
    )
  await db
    .insertInto('directory_passes')
    .values({ kind, started_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await mine
    .set(({ ref }) => ({
      ...lease,
      before_started_at: ref('started_at'),
      started_at: at,
      turns_before: ref('turns'),
      turns: 0,
      cursor: null,
      ended_at: null,
    }))
    .where('ended_at', 'is not', null)
    .where(({ or, eb }) =>
      or([
        eb('started_at', '<=', dueBefore.toISOString()),
        eb('started_at', '>', addMilliseconds(now, CLOCK_SKEW_MS).toISOString()),
      ]),
    )
    .execute()
  const row = await mine
    .set(lease)
    .where('ended_at', 'is', null)
    .returning(['started_at', 'before_started_at', 'cursor'])
    .executeTakeFirst()
  return (
    row && {
      kind,
      startedAt: row.started_at,
      beforeStartedAt: row.before_started_at ?? undefined,
      cursor: row.cursor ?? undefined,
    }
  )
}

/**
 * Notes how far a pass is, and keeps it.
 * @returns false where somebody else has taken it over
 */
export async function movePass(
  db: Kysely<Schema>,
  { kind }: Pass,
  cursor: string,
  lease: PassLease,
): Promise<boolean> {
  const moved = await db
    .updateTable('directory_passes')
    .set(({ eb }) => ({
      cursor,
      turns: eb('turns', '+', 1),
      leased_until: lease.until.toISOString(),
    }))
    .where('kind', '=', kind)
    .where('leased_by', '=', lease.by)
    .executeTakeFirst()
  return moved.numUpdatedRows === 1n
}

/** Ends a pass that has seen everything. */
export async function endPass(
  db: Kysely<Schema>,
  { kind }: Pass,
  lease: Pick<PassLease, 'by' | 'now'>,
): Promise<void> {
  const at = lease.now.toISOString()
  await db
    .updateTable('directory_passes')
    .set(({ eb }) => ({
      ended_at: at,
      completed_at: at,
      cursor: null,
      passes: eb('passes', '+', 1),
      turns: eb('turns', '+', 1),
      leased_by: null,
      leased_until: null,
    }))
    .where('kind', '=', kind)
    .where('leased_by', '=', lease.by)
    .execute()
}

/**
 * Lets go of passes, so that another instance, or this one after its restart, goes on with them at once.
 * @param by whose; all where nobody is named
 */
export async function releasePass(db: Kysely<Schema>, by?: string): Promise<void> {
  await db
    .updateTable('directory_passes')
    .set({ leased_by: null, leased_until: null })
    .$if(by !== undefined, (query) => query.where('leased_by', '=', by ?? ''))
    .execute()
}

const refreshed: readonly EntryKind[] = ['user', 'domain', 'subscription', 'mailbox']
const isEntryKind = (name: PassName): name is EntryKind => refreshed.some((kind) => kind === name)

/** Returns the kinds that no pass has seen whole yet; CMR has no list of orders. */
export async function kindsNotWhole(db: Kysely<Schema>): Promise<EntryKind[]> {
  const rows = await db
    .selectFrom('directory_passes')
    .select('kind')
    .where('completed_at', 'is not', null)
    .execute()
  return refreshed.filter((kind) => !rows.some((row) => row.kind === kind))
}

/** The last pass that has seen all of a kind. */
export interface LastPass {
  /** ISO 8601. */
  readonly startedAt: string
  /** How many have seen all of it, this one included. */
  readonly passes: number
}

/** Returns the last pass over each kind that has been seen whole. */
export async function lastPasses(db: Kysely<Schema>): Promise<ReadonlyMap<EntryKind, LastPass>> {
  const rows = await db.selectFrom('directory_passes').selectAll().where('passes', '>', 0).execute()
  return new Map(
    rows.flatMap(({ kind, started_at, before_started_at, ended_at, passes }) => {
      const startedAt = ended_at ? started_at : (before_started_at ?? started_at)
      return isEntryKind(kind) ? [[kind, { startedAt, passes }]] : []
    }),
  )
}

/** How a thing that is asked for again and again stands. */
export interface PassState {
  /** ISO 8601; of the pass that is under way, or of the last one. */
  readonly startedAt: string
  readonly isUnderWay: boolean
  /** Whether one has come to its end. */
  readonly isKnownWhole: boolean
  /** Requests that a whole pass takes, as far as is known. */
  readonly turns: number
}

/** Returns how each pass stands. */
export async function passStates(db: Kysely<Schema>): Promise<ReadonlyMap<PassName, PassState>> {
  const rows = await db.selectFrom('directory_passes').selectAll().execute()
  return new Map(
    rows.map(({ kind, started_at, ended_at, passes, turns, turns_before }) => [
      kind,
      {
        startedAt: started_at,
        isUnderWay: ended_at === null,
        isKnownWhole: passes > 0,
        turns: Math.max(turns, turns_before),
      },
    ]),
  )
}
