import type { Kysely, Selectable } from 'kysely'
import { portionsOf } from '../../process/portions.ts'
import type { Schema } from '../../store/schema.ts'
import { isOneOf } from '../../store/sql.ts'

export type ReminderRow = Selectable<Schema['renewal_reminders']>

/** A thing, its period and its threshold as one word. */
export function reminderKey({
  thing,
  period,
  threshold,
}: Pick<ReminderRow, 'thing' | 'period' | 'threshold'>) {
  return `${thing} ${period} ${threshold}`
}

/** Returns which of these things people were reminded of before, by key. */
export async function remindedOf(
  db: Kysely<Schema>,
  things: readonly string[],
): Promise<ReadonlySet<string>> {
  if (things.length === 0) return new Set()
  const rows = await db
    .selectFrom('renewal_reminders')
    .select(['thing', 'period', 'threshold'])
    .where(isOneOf(db, 'thing', things))
    .execute()
  return new Set(rows.map(reminderKey))
}

/** Rows of one statement: PostgreSQL takes 65,535 parameters. */
const AT_ONCE = 500

/**
 * Writes reminders down, in the transaction that tells of them.
 * @returns those that nobody has written before
 */
export async function insertReminders(
  db: Kysely<Schema>,
  rows: readonly ReminderRow[],
): Promise<ReadonlySet<string>> {
  // In one order for everybody: two instances must not wait for each other.
  const sorted = rows.toSorted((a, b) => (reminderKey(a) < reminderKey(b) ? -1 : 1))
  const fresh = new Set<string>()
  for (const portion of portionsOf(sorted, AT_ONCE)) {
    const inserted = await db
      .insertInto('renewal_reminders')
      .values(portion)
      .onConflict((conflict) => conflict.doNothing())
      .returning(['thing', 'period', 'threshold'])
      .execute()
    for (const row of inserted) fresh.add(reminderKey(row))
  }
  return fresh
}

/** What people were reminded of and that is not settled. */
export async function openReminders(db: Kysely<Schema>): Promise<ReminderRow[]> {
  return db.selectFrom('renewal_reminders').selectAll().where('settled_at', 'is', null).execute()
}

/**
 * Settles all reminders under a subject.
 * @returns whether the caller has: nobody else did before
 */
export async function settleReminders(
  db: Kysely<Schema>,
  subject: string,
  things: readonly string[],
  at: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('renewal_reminders')
    .set({ settled_at: at.toISOString() })
    .where('subject', '=', subject)
    .where(isOneOf(db, 'thing', things))
    .where('settled_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Notes what the messages of a subject show of things. */
export async function noteProgress(
  db: Kysely<Schema>,
  subject: string,
  rows: readonly Pick<ReminderRow, 'thing' | 'period'>[],
  progress: ReminderRow['progress'],
): Promise<void> {
  for (const [period, some] of Map.groupBy(rows, (row) => row.period))
    await db
      .updateTable('renewal_reminders')
      .set({ progress })
      .where('subject', '=', subject)
      .where('period', '=', period)
      .where(
        isOneOf(
          db,
          'thing',
          some.map(({ thing }) => thing),
        ),
      )
      .where('settled_at', 'is', null)
      .execute()
}

/** Returns what the bot has told under a subject since then. */
export async function remindersUnder(
  db: Kysely<Schema>,
  { subject, since }: { readonly subject: string; readonly since: string },
): Promise<{ event_id: string; data: string }[]> {
  return db
    .selectFrom('events')
    .select(['event_id', 'data'])
    .where('subject', '=', subject)
    .where('received_at', '>=', since)
    .where('source', '=', 'bot')
    .execute()
}

/** When a thing was settled last; '' where it never was. */
export async function lastSettled(db: Kysely<Schema>, thing: string): Promise<string> {
  const row = await db
    .selectFrom('renewal_reminders')
    .select(({ fn }) => fn.max('settled_at').as('at'))
    .where('thing', '=', thing)
    .executeTakeFirst()
  return row?.at ?? ''
}
