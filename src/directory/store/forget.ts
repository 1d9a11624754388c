import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { portionsOf } from '../../process/portions.ts'
import type { Schema } from '../../store/schema.ts'
import { eachOf, isOneOf } from '../../store/sql.ts'
import type { Store } from '../../store/store.ts'
import { changeOfGone } from '../changes.ts'
import { keepChanges } from './changes.ts'
import type { Pass } from './passes.ts'
import { type DirectoryEntry, directoryEntries, type EntryKey, type EntryKind, ended } from './rows.ts'
import { dropPhrases } from './update.ts'

/** Takes out what CMR no longer has; of a user, everything. */
export async function forgetEntries(store: Store, keys: readonly EntryKey[]): Promise<void> {
  if (keys.length === 0) return
  await store.db.transaction().execute(async (transaction) => {
    const inside = { db: transaction }
    const users = keys.filter(({ kind }) => kind === 'user').map(({ id }) => id)
    const owned = users.length
      ? await transaction.selectFrom('directory_entries').selectAll().where('user_id', 'in', users).execute()
      : []
    const rows = [...(await directoryEntries(inside, keys)), ...owned]
    await dropPhrases(inside, rows)
    const each = eachOf(
      store.db,
      rows.map(({ kind, id }) => [kind, id]),
    )
    await sql`delete from directory_entries where (kind, id) in (select value ->> 0, value ->> 1 from ${each})`.execute(
      transaction,
    )
  })
}

/** Rows that are looked at in one go: a few milliseconds of a synchronous database. */
const CHUNK = 1000
/** Taking out costs more than looking. */
const FORGOTTEN = 25

/** Returns whether any of a kind was seen since then. */
async function hasSeen(db: Kysely<Schema>, kind: EntryKind, since: string): Promise<boolean> {
  const seen = await db
    .selectFrom('directory_entries')
    .select('id')
    .where('kind', '=', kind)
    .where('seen_at', '>=', since)
    .limit(1)
    .executeTakeFirst()
  return seen !== undefined
}

/**
 * Returns the subscriptions that have not been seen and were not over, where no other one is on their domain, and how
 * many there are in all.
 */
async function unseenSubscriptions(
  db: Kysely<Schema>,
  since: string,
): Promise<{ readonly gone: DirectoryEntry[]; readonly known: number }> {
  const subscriptions = () => db.selectFrom('directory_entries').where('kind', '=', 'subscription')
  const unseen = await subscriptions().selectAll().where('seen_at', '<', since).execute()
  const live = unseen.filter(({ status }) => !ended(status))
  const { known } = await subscriptions()
    .select(({ fn }) => fn.countAll<number>().as('known'))
    .executeTakeFirstOrThrow()
  const seen = await subscriptions()
    .select('domain')
    .where('seen_at', '>=', since)
    .where(
      isOneOf(
        db,
        'domain',
        live.flatMap(({ domain }) => domain ?? []),
      ),
    )
    .execute()
  const replaced = new Set(seen.map(({ domain }) => domain))
  return { gone: live.filter(({ domain }) => !replaced.has(domain)), known: Number(known) }
}

/** Takes out what has not been seen. @param since when the passes began that should have seen it */
export async function forgetUnseen(store: Store, kind: EntryKind, since: string): Promise<number> {
  let after = ''
  let forgotten = 0
  for (;;) {
    const rows = await store.db
      .selectFrom('directory_entries')
      .select(['kind', 'id', 'seen_at'])
      .where('kind', '=', kind)
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK)
      .execute()
    const last = rows.at(-1)
    if (!last) return forgotten
    const unseen = rows.filter((row) => row.seen_at < since)
    for (const portion of portionsOf(unseen, FORGOTTEN)) {
      await forgetEntries(store, portion)
      await new Promise((resolve) => setImmediate(resolve))
    }
    forgotten += unseen.length
    after = last.id
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Of all subscriptions, how many may be gone at once; if more are, CMR's list is not to be trusted. */
const MOST_GONE = 0.1
const FEW = 5

/**
 * Takes out what CMR no longer has. Rows move from page to page while a pass goes on, so that it misses some: what two
 * in a row have not seen is gone. A pass that has seen nothing at all tells of CMR's state, not of the partner's.
 * @returns how many were taken out
 */
export async function forgetAfter(
  parts: { readonly store: Store; readonly clock: () => Date; readonly logger: Logger },
  { startedAt, beforeStartedAt }: Pass,
  kind: EntryKind,
): Promise<number> {
  const { store } = parts
  // A clock that was set back between two passes makes everything look unseen.
  if (!beforeStartedAt || beforeStartedAt > startedAt || !(await hasSeen(store.db, kind, startedAt))) return 0
  if (kind === 'subscription') await noteGoneSubscriptions(parts, beforeStartedAt)
  return forgetUnseen(store, kind, beforeStartedAt)
}

/** A subscription that was recreated has another id on the same domain: it is gone, and not cancelled. */
async function noteGoneSubscriptions(
  { store, clock, logger }: { readonly store: Store; readonly clock: () => Date; readonly logger: Logger },
  since: string,
) {
  const { gone, known } = await unseenSubscriptions(store.db, since)
  if (gone.length > Math.max(FEW, known * MOST_GONE)) {
    logger.warn({ gone: gone.length, known }, 'CMR no longer lists many subscriptions; nobody is told of it')
    return
  }
  await keepChanges(store.db, gone.map(changeOfGone), clock().toISOString())
}
