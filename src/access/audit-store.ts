import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Schema } from '../store/schema.ts'

/** One attempt: who, what, with which arguments (secrets redacted by the caller), and how it ended. */
export interface Attempt {
  readonly at: Date
  readonly actor: string
  readonly command: string
  readonly arguments: unknown
  readonly outcome: Insertable<Schema['audit']>['outcome']
  readonly detail?: string | undefined
  readonly actionId?: string | undefined
  readonly operationId?: string | undefined
}

/** Adds a row to the audit. @returns its id */
export async function recordAudit(db: Kysely<Schema>, attempt: Attempt): Promise<number> {
  const { id } = await db
    .insertInto('audit')
    .values({
      at: attempt.at.toISOString(),
      actor: attempt.actor,
      command: attempt.command,
      arguments: JSON.stringify(attempt.arguments),
      outcome: attempt.outcome,
      detail: attempt.detail ?? null,
      action_id: attempt.actionId ?? null,
      operation_id: attempt.operationId ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return Number(id)
}

/** One row of the audit. */
export async function attemptNumbered(
  db: Kysely<Schema>,
  id: number,
): Promise<Selectable<Schema['audit']> | undefined> {
  return db.selectFrom('audit').selectAll().where('id', '=', id).executeTakeFirst()
}

/** How far back a person's own failures are looked for. */
const LATEST = 1000

/** What somebody tried since then and CMR refused or never answered, the newest first; of the latest attempts. */
export async function failuresOf(
  db: Kysely<Schema>,
  { actor, since }: { readonly actor: string; readonly since: Date },
): Promise<Selectable<Schema['audit']>[]> {
  const latest = await db.selectFrom('audit').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return db
    .selectFrom('audit')
    .selectAll()
    .where('id', '>', Number(latest?.id ?? 0) - LATEST)
    .where('actor', '=', actor)
    .where('at', '>=', since.toISOString())
    .where('outcome', 'in', ['failed', 'unknown'])
    .orderBy('id', 'desc')
    .execute()
}

/** Ids of the commands that somebody has run, as the audit and the operations have them. */
export async function commandsInUse(db: Kysely<Schema>): Promise<ReadonlySet<string>> {
  const [tried, asked] = await Promise.all([
    db.selectFrom('audit').select('command as id').distinct().execute(),
    db.selectFrom('operations').select('endpoint as id').distinct().execute(),
  ])
  return new Set([...tried, ...asked].map(({ id }) => id))
}
