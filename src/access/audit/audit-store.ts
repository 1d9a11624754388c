import type { Kysely } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { isLike, literal } from '../../store/sql.ts'
import type { AuditRow } from './audit.ts'

/** One row of the audit. */
export async function attemptNumbered(db: Kysely<Schema>, id: number): Promise<AuditRow | undefined> {
  return db.selectFrom('audit').selectAll().where('id', '=', id).executeTakeFirst()
}

/** How far back a person's own failures are looked for. */
const LATEST = 1000

/** What somebody tried since then and CMR refused or never answered, the newest first; of the latest attempts. */
export async function failuresOf(
  db: Kysely<Schema>,
  { actor, since }: { readonly actor: string; readonly since: Date },
): Promise<AuditRow[]> {
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

/** What is looked for in the audit. */
export interface AuditSearch {
  /** Slack user id. */
  readonly actor?: string | undefined
  /** `noun.verb`, or a noun. */
  readonly command?: string | undefined
  readonly outcome?: AuditRow['outcome'] | undefined
  /** Occurs in the arguments, the detail, an actionId or the operation's id. */
  readonly text?: string | undefined
  readonly since?: Date | undefined
  readonly before?: Date | undefined
}

/** Returns the attempts that a search finds, the newest first. */
export async function searchAudit(
  db: Kysely<Schema>,
  search: AuditSearch,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<AuditRow[]> {
  return matching(db, search).selectAll().orderBy('id', 'desc').offset(from).limit(limit).execute()
}

/** Returns how many attempts a search finds. */
export async function countAudit(db: Kysely<Schema>, search: AuditSearch): Promise<number> {
  const { count } = await matching(db, search)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

function matching(db: Kysely<Schema>, { actor, command, outcome, text, since, before }: AuditSearch) {
  const pattern = text && `%${literal(text)}%`
  return db
    .selectFrom('audit')
    .$if(actor !== undefined, (query) => query.where('actor', '=', actor ?? ''))
    .$if(outcome !== undefined, (query) => query.where('outcome', '=', outcome ?? 'ok'))
    .$if(since !== undefined, (query) => query.where('at', '>=', since?.toISOString() ?? ''))
    .$if(before !== undefined, (query) => query.where('at', '<', before?.toISOString() ?? ''))
    .$if(command !== undefined, (query) =>
      query.where(({ or, eb }) =>
        or([eb('command', '=', command ?? ''), isLike('command', `${literal(command ?? '')}.%`)]),
      ),
    )
    .$if(pattern !== undefined, (query) =>
      query.where(({ or }) =>
        or(
          ['arguments', 'detail', 'action_id', 'operation_id'].map((column) => isLike(column, pattern ?? '')),
        ),
      ),
    )
}
