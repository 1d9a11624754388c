import { type ExpressionBuilder, type Kysely, sql, type Updateable } from 'kysely'
import { scheduleQueues } from '../../events/store/outbox.ts'
import { CLOCK_SKEW_MS } from '../../process/clock.ts'
import { addMilliseconds } from '../../process/dates.ts'
import type { Schema } from '../../store/schema.ts'
import type { ImportRun } from './runs.ts'

/** Runs whose message does not show how they stand. */
export async function runsToReport(db: Kysely<Schema>): Promise<ImportRun[]> {
  return db
    .selectFrom('import_runs')
    .selectAll()
    .where('state', '!=', 'previewed')
    .where(({ or, eb, ref, and }) =>
      or([
        eb('version', '>', ref('shown_version')),
        and([eb('state', '=', 'done'), eb('outcome_state', 'is distinct from', 'shared')]),
      ]),
    )
    .execute()
}

/**
 * Says that Slack is about to be asked to post a run's message.
 * @returns false where it stands already, or may be being posted since `before`
 */
export async function claimPosting(
  db: Kysely<Schema>,
  runId: string,
  at: { readonly now: Date; readonly before: Date },
): Promise<boolean> {
  const claimed = await db
    .updateTable('import_runs')
    .set({ posting_at: at.now.toISOString() })
    .where('id', '=', runId)
    .where('message_ts', 'is', null)
    .where(isNotUnderWay(at))
    .executeTakeFirst()
  return claimed.numUpdatedRows > 0n
}

/**
 * Says that Slack is about to be given the outcome of a run.
 * @returns false where that may be under way since `before`
 */
export async function claimSharing(
  db: Kysely<Schema>,
  runId: string,
  at: { readonly now: Date; readonly before: Date },
): Promise<boolean> {
  const claimed = await db
    .updateTable('import_runs')
    .set({ outcome_state: 'sharing', posting_at: at.now.toISOString() })
    .where('id', '=', runId)
    .where((builder) => builder.or([builder('outcome_state', 'is', null), isNotUnderWay(at)(builder)]))
    .executeTakeFirst()
  return claimed.numUpdatedRows > 0n
}

/** Slack is not asked for a run at the moment; what lies ahead of now was noted before the clock was set back. */
function isNotUnderWay({ now, before }: { readonly now: Date; readonly before: Date }) {
  return ({ or, eb }: ExpressionBuilder<Schema, 'import_runs'>) =>
    or([
      eb('posting_at', 'is', null),
      eb('posting_at', '<', before.toISOString()),
      eb('posting_at', '>', addMilliseconds(now, CLOCK_SKEW_MS).toISOString()),
    ])
}

/**
 * Notes where a run is told; what its requests cause is told in that thread too. Again with every edit: a request
 * that was written down while the message was being posted does not know of it yet.
 */
export async function setRunMessage(
  db: Kysely<Schema>,
  runId: string,
  at: { readonly channel: string; readonly ts: string; readonly now: Date },
): Promise<void> {
  const now = at.now.toISOString()
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('import_runs')
      .set({ message_channel: at.channel, message_ts: at.ts })
      .where('id', '=', runId)
      .execute()
    await transaction
      .updateTable('operations')
      .set({ channel: at.channel, receipt_ts: at.ts })
      .where('run_id', '=', runId)
      .where('receipt_ts', 'is', null)
      .execute()
    const ours = transaction.selectFrom('operations').select('id').where('run_id', '=', runId)
    const released = await transaction
      .updateTable('outbox')
      .set({ state: 'waiting', channel: at.channel, thread_ts: at.ts, not_before: now })
      .where('state', '=', sql.lit('held' as const))
      .where('operation_id', 'in', ours)
      .returning('channel')
      .execute()
    if (released.length > 0) await scheduleQueues(transaction, [at.channel], now)
  })
}

/** Notes what Slack has of a run. */
export async function noteRun(
  db: Kysely<Schema>,
  runId: string,
  change: Pick<
    Updateable<Schema['import_runs']>,
    'shown_version' | 'posting_at' | 'outcome_state' | 'message_ts'
  >,
): Promise<void> {
  await db.updateTable('import_runs').set(change).where('id', '=', runId).execute()
}
