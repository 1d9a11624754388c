import { type Kysely, type Selectable, sql } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import { eachOf, isOneOf } from '../../store/sql.ts'

export type ExpectedResultRow = Selectable<Schema['expected_results']>

/** A part that is over. */
export interface Completion {
  readonly operationId: string
  readonly kind: string
  readonly name: string
  readonly state: 'done' | 'failed'
  readonly detail?: string | undefined
  /** The event that told it; none where CMR was asked. */
  readonly eventId?: string | undefined
}

/** A result that an operation waits for. */
export interface ExpectedPart {
  readonly kind: string
  readonly name: string
  readonly label?: string | undefined
  readonly before?: string | undefined
  /** When its request leaves; left out where a request of its own leaves later. */
  readonly sentAt?: Date | undefined
  /** JSON of the request that the bot sends for it later. */
  readonly followUp?: string | undefined
}

/** Writes down what has to come about. */
export async function insertExpectedResults(
  db: Kysely<Schema>,
  operationId: string,
  parts: readonly ExpectedPart[],
): Promise<void> {
  if (parts.length === 0) return
  await db
    .insertInto('expected_results')
    .values(
      parts.map(({ kind, name, label, before, sentAt, followUp }) => ({
        operation_id: operationId,
        kind,
        name,
        state: 'waiting' as const,
        before: before ?? null,
        label: label ?? null,
        sent_at: sentAt?.toISOString() ?? null,
        follow_up: followUp ?? null,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Notes that the request of a part is about to leave. */
export async function markPartSent(db: Kysely<Schema>, part: PartKey, at: Date): Promise<void> {
  await db
    .updateTable('expected_results')
    .set({ sent_at: at.toISOString() })
    .where(({ and }) => and(keyOfPart(part)))
    .execute()
}

/** Writes down what is known of a part that has yet to come about. */
export async function describePart(db: Kysely<Schema>, part: PartKey, detail: string): Promise<void> {
  await db
    .updateTable('expected_results')
    .set({ detail })
    .where(({ and }) => and({ ...keyOfPart(part), state: 'waiting' }))
    .execute()
}

/** What names one part of one operation. */
export type PartKey = Pick<ExpectedResultRow, 'operation_id' | 'kind' | 'name'>

export function keyOfPart({ operation_id, kind, name }: PartKey): PartKey {
  return { operation_id, kind, name }
}

/** Returns whether a part left and CMR has said nothing of it, so that it is not known whether CMR acted on it. */
export function isUnheard({ state, detail }: Pick<ExpectedResultRow, 'state' | 'detail'>): boolean {
  return state === 'waiting' && detail === null
}

/** Returns which of these results an operation already has under way or done, leaving out those that CMR refused. */
export async function namesAskedFor(
  db: Kysely<Schema>,
  kind: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set()
  const rows = await db
    .selectFrom('expected_results')
    .select('name')
    .where('kind', '=', kind)
    .where('name', 'in', names)
    .where('state', 'in', ['waiting', 'done'])
    .execute()
  return new Set(rows.map(({ name }) => name))
}

/** All parts of operations, in their order of kind and name. */
export async function expectedResultsOfOperations(
  db: Kysely<Schema>,
  ids: readonly string[],
): Promise<ExpectedResultRow[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('expected_results')
    .selectAll()
    .where('operation_id', 'in', ids)
    .orderBy('kind')
    .orderBy('name')
    .execute()
}

/**
 * Returns the expected results of these names with their operations: waiting ones, recently completed ones, because
 * CMR may report a thing twice, and those that a person recently reported as not happened.
 * @param since the earliest end that still counts as recent
 */
export async function expectedResultsNamed(
  db: Kysely<Schema>,
  wanted: { readonly kinds: readonly string[]; readonly names: readonly string[] },
  since: { readonly over: Date; readonly contradicted: Date },
) {
  if (wanted.names.length === 0) return []
  return db
    .selectFrom('expected_results as part')
    .innerJoin('operations as operation', 'operation.id', 'part.operation_id')
    .selectAll('operation')
    .select(['part.kind as result_kind', 'part.name as result_name', 'part.state as result_state'])
    .where('part.state', 'in', ['waiting', 'done', 'failed'])
    .where('part.kind', 'in', wanted.kinds)
    .where(isOneOf(db, 'part.name', wanted.names))
    .where(({ or, and, eb }) =>
      or([
        // A refused request has nothing left to wait for.
        and([eb('part.state', '=', 'waiting'), eb('operation.ended_at', 'is', null)]),
        and([
          eb('reported_not_happened_by', 'is not', null),
          eb('operation.ended_at', '>=', since.contradicted.toISOString()),
        ]),
        eb('part.ended_at', '>=', since.over.toISOString()),
      ]),
    )
    .orderBy('operation.created_at')
    .execute()
}

/** An operation under way, and what it has in common with another. */
export type ConflictingOperation = Selectable<Schema['operations']> & { readonly shared: readonly string[] }

/**
 * An operation that waits for any of these too, the oldest first.
 * @param among.since counts what has come about since then as well
 */
export async function findConflict(
  db: Kysely<Schema>,
  parts: readonly { readonly kind: string; readonly name: string; readonly label?: string | undefined }[],
  { besides = '', since }: { readonly besides?: string | undefined; readonly since?: Date | undefined },
): Promise<ConflictingOperation | undefined> {
  if (parts.length === 0) return undefined
  const rows = await db
    .selectFrom('expected_results as part')
    .innerJoin('operations as operation', 'operation.id', 'part.operation_id')
    .selectAll('operation')
    .select(['part.name as result_name', 'part.label as result_label'])
    .where('part.kind', 'in', [...new Set(parts.map(({ kind }) => kind))])
    .where('part.name', 'in', [...new Set(parts.map(({ name }) => name))])
    .where('operation.id', '!=', besides)
    .where(({ or, and, eb }) =>
      or([
        and([eb('part.state', '=', 'waiting'), eb('operation.ended_at', 'is', null)]),
        ...(since
          ? [
              and([
                eb('part.state', '=', 'done'),
                // A request that was sent before may have succeeded since.
                or([
                  eb('created_at', '>=', since.toISOString()),
                  eb('part.ended_at', '>=', since.toISOString()),
                ]),
              ]),
            ]
          : []),
      ]),
    )
    .orderBy('operation.created_at')
    .execute()
  const [first] = rows
  if (!first) return undefined
  const { result_name: _, result_label: __, ...operation } = first
  const spelled = new Map(parts.map(({ name, label }) => [name, label]))
  const shared = rows
    .filter(({ id }) => id === first.id)
    .map(({ result_name, result_label }) => result_label ?? spelled.get(result_name) ?? result_name)
  return { ...operation, shared }
}

/** Returns which of these results were completed since then and who started them, newest first. */
export async function donePartsSince(
  db: Kysely<Schema>,
  parts: readonly { readonly kind: string; readonly name: string }[],
  since: Date,
) {
  if (parts.length === 0) return []
  const rows = await db
    .selectFrom('expected_results as part')
    .innerJoin('operations as operation', 'operation.id', 'part.operation_id')
    .select(['part.kind', 'part.name', 'part.label', 'part.ended_at', 'part.event_id'])
    .select(['operation.actor', 'operation.created_at'])
    .where('part.kind', 'in', [...new Set(parts.map(({ kind }) => kind))])
    .where('part.name', 'in', [...new Set(parts.map(({ name }) => name))])
    .where('part.state', '=', 'done')
    .where('part.ended_at', '>=', since.toISOString())
    .orderBy('part.ended_at', 'desc')
    .execute()
  return rows.filter((row) => parts.some(({ kind, name }) => kind === row.kind && name === row.name))
}

/** Returns the domains whose subscription somebody has asked CMR to recreate since then, unless CMR refused. */
export async function recreatedSince(db: Kysely<Schema>, since: Date): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('expected_results as part')
    .innerJoin('operations as operation', 'operation.id', 'part.operation_id')
    .select(['part.name', 'part.before'])
    .where('part.kind', '=', 'recreation')
    .where('part.state', 'in', ['waiting', 'done'])
    .where('operation.created_at', '>=', since.toISOString())
    .execute()
  return new Set(
    rows.flatMap(({ name, before }) => {
      const { domain } = JSON.parse(before ?? '{}') as { domain?: string }
      return [name, ...(domain ? [domain.toLowerCase()] : [])]
    }),
  )
}

/**
 * Closes parts that still wait; those that are over stay as they are. An event that fails what the bot has yet to send
 * tells of something else: a subscription whose domain is being renewed first.
 */
export async function completeResults(
  db: Kysely<Schema>,
  completions: readonly Completion[],
  at: Date,
): Promise<void> {
  if (completions.length === 0) return
  const rows = completions.map(({ operationId, kind, name, state, detail = null, eventId = null }) => [
    operationId,
    kind,
    name,
    state,
    detail,
    eventId,
  ])
  await sql`
    update expected_results
    set state = closing.state, detail = closing.detail, event_id = closing.event_id, ended_at = ${at.toISOString()}
    from (
      select value ->> 0 as operation_id, value ->> 1 as kind, value ->> 2 as name, value ->> 3 as state,
        value ->> 4 as detail, value ->> 5 as event_id
      from ${eachOf(db, rows)} where true
    ) as closing
    where expected_results.operation_id = closing.operation_id and expected_results.kind = closing.kind
      and expected_results.name = closing.name and expected_results.state = 'waiting'
      and (closing.state = 'done' or closing.event_id is null or expected_results.follow_up is null
        or expected_results.sent_at is not null)`.execute(db)
}
