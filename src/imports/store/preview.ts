import type { Insertable, Kysely } from 'kysely'
import { addMilliseconds, millisecondsInDay } from '../../process/dates.ts'
import { portionsOf } from '../../process/portions.ts'
import type { Schema } from '../../store/schema.ts'
import type { BulkRow, ImportItem } from './items.ts'
import type { ImportRun } from './runs.ts'

/** Rows in one statement: the drivers take some tens of thousands of parameters. */
const AT_ONCE = 500

/** A file that nobody has said yes to by then holds the data of people's customers for nothing. */
const KEPT_MS = 7 * millisecondsInDay

/**
 * Writes down a file that was read, in place of earlier readings of it by the same person; what nobody went on with
 * is forgotten.
 */
export async function savePreview(
  db: Kysely<Schema>,
  run: Pick<
    ImportRun,
    'id' | 'import_id' | 'actor' | 'team' | 'channel' | 'file_id' | 'file_name' | 'created_at'
  >,
  items: readonly Pick<ImportItem, 'position' | 'input'>[],
  rows: readonly Omit<BulkRow, 'run_id' | 'result_id'>[],
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const outdated = await transaction
      .deleteFrom('import_runs')
      .where('state', '=', 'previewed')
      .where(({ and, or, eb }) =>
        or([
          and([eb('actor', '=', run.actor), eb('file_id', '=', run.file_id)]),
          eb('created_at', '<', addMilliseconds(new Date(run.created_at), -KEPT_MS).toISOString()),
        ]),
      )
      .returning('id')
      .execute()
    const gone = outdated.map(({ id }) => id)
    if (gone.length > 0) {
      await transaction.deleteFrom('import_items').where('run_id', 'in', gone).execute()
      await transaction.deleteFrom('import_rows').where('run_id', 'in', gone).execute()
    }
    const fresh: Insertable<Schema['import_runs']> = {
      ...run,
      state: 'previewed',
      setbacks: 0,
      version: 0,
      shown_version: 0,
    }
    await transaction.insertInto('import_runs').values(fresh).execute()
    for (const some of portionsOf(items, AT_ONCE)) {
      await transaction
        .insertInto('import_items')
        .values(some.map((item) => ({ ...item, run_id: run.id, state: 'waiting' as const, attempts: 0 })))
        .execute()
    }
    for (const some of portionsOf(rows, AT_ONCE)) {
      await transaction
        .insertInto('import_rows')
        .values(some.map((row) => ({ ...row, run_id: run.id })))
        .execute()
    }
  })
}

/** What a person was shown of a file, newest first. */
export async function previewOf(
  db: Kysely<Schema>,
  of: { readonly importId: string; readonly actor: string; readonly fileId: string },
): Promise<ImportRun | undefined> {
  return db
    .selectFrom('import_runs')
    .selectAll()
    .where('import_id', '=', of.importId)
    .where('actor', '=', of.actor)
    .where('file_id', '=', of.fileId)
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
}
