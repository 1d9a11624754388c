import type { Kysely } from 'kysely'
import type { Schema } from '../../store/schema.ts'

/**
 * Makes the queues of channels due. An earlier time that stands already is left alone, and nothing is written: on
 * a busy intake that is the rule.
 */
export async function scheduleQueues(db: Kysely<Schema>, channels: Iterable<string>, dueAt: string) {
  // Always in the same order, so that two transactions never wait for each other.
  const rows = [...new Set(channels)].sort().map((channel) => ({ channel, due_at: dueAt, attempts: 0 }))
  if (rows.length === 0) return
  await db
    .insertInto('channel_queues')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('channel')
        .doUpdateSet(({ ref }) => ({ due_at: ref('excluded.due_at') }))
        .where(({ or, eb, ref }) =>
          or([
            eb('channel_queues.due_at', 'is', null),
            eb('channel_queues.due_at', '>', ref('excluded.due_at')),
          ]),
        ),
    )
    .execute()
}
