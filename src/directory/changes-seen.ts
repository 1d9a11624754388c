import type { Kysely } from 'kysely'
import { millisecondsInDay, subMilliseconds } from '../process/dates.ts'
import type { Schema } from '../store/schema.ts'
import { isOneOf } from '../store/sql.ts'
import { changeOfNew, changesBetween, type DirectoryChange } from './changes.ts'
import { type LastPass, lastPasses } from './store/passes.ts'
import type { DirectoryEntry, EntryKind } from './store/rows.ts'

/** A row as it was known, and as reading CMR shows it. */
export interface SeenEntry {
  readonly before: DirectoryEntry | undefined
  readonly after: DirectoryEntry
}

/** Clocks, zones and days without a time: what began so much before a pass may have been missed by it. */
const MARGIN_MS = millisecondsInDay

/**
 * Returns what reading CMR shows to have happened.
 * @param db the transaction that stores the rows, before they are stored
 */
export async function changesSeen(
  db: Kysely<Schema>,
  seen: readonly SeenEntry[],
): Promise<DirectoryChange[]> {
  const known = seen.flatMap(({ before, after }) => (before ? changesBetween(before, after) : []))
  const unknown = seen.filter(({ before }) => !before).map(({ after }) => after)
  if (unknown.length === 0) return known
  const passes = await lastPasses(db)
  const news = unknown.flatMap((entry) => {
    const pass = passes.get(entry.kind)
    return pass && isNews(entry, pass) ? changeOfNew(entry, pass.startedAt) : []
  })
  return [...known, ...(await withoutReplacements(db, news))]
}

/**
 * Tells whether something is new at CMR and not only here: a pass misses what moves from page to page meanwhile. A
 * date tells, else two passes that have not seen it.
 */
function isNews({ began_at }: DirectoryEntry, { startedAt, passes }: LastPass): boolean {
  if (!began_at) return passes > 1
  return began_at >= subMilliseconds(new Date(startedAt), MARGIN_MS).toISOString()
}

/**
 * A recreation gives a subscription and its mailboxes new ids ("Subscription Recreation"): the same period on the same
 * domain, and the same addresses, are nothing that was opened or created.
 */
async function withoutReplacements(
  db: Kysely<Schema>,
  news: readonly DirectoryChange[],
): Promise<DirectoryChange[]> {
  const named = async (kind: EntryKind, column: 'domain' | 'name') => {
    const values = news.flatMap(({ entry }) => (entry.kind === kind ? (entry[column] ?? []) : []))
    if (values.length === 0) return []
    const query = db.selectFrom('directory_entries').select(['id', 'name', 'domain', 'ends_at'])
    return query
      .where('kind', '=', kind)
      .where(isOneOf(db, column, values))
      .execute()
  }
  const subscriptions = await named('subscription', 'domain')
  const mailboxes = await named('mailbox', 'name')
  return news.filter(({ entry: { kind, id, name, domain, ends_at } }) => {
    if (kind === 'mailbox') return !mailboxes.some((one) => one.id !== id && one.name === name)
    if (kind !== 'subscription') return true
    return !subscriptions.some((one) => one.id !== id && one.domain === domain && one.ends_at === ends_at)
  })
}
