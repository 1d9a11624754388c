import { randomUUID } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import type { Sealer } from '../audit/chain.ts'

export type Approval = Selectable<Schema['approvals']>

/**
 * Returns what of a request is sealed: who asked for what, at which price, and who has approved it. Whoever can write to
 * the database can neither change nor approve a request without the key of the seal.
 */
export function sealedContent(
  one: Pick<Approval, 'requester' | 'team' | 'command' | 'input' | 'cents' | 'approvers' | 'approved_by'>,
): readonly unknown[] {
  const { requester, team, command, input, cents, approvers, approved_by } = one
  return ['approval', requester, team, command, input, cents, approvers, approved_by]
}

/** Stores a request before anybody is shown it. @returns it as it is stored */
export async function storeApproval(
  db: Kysely<Schema>,
  sign: Sealer['sign'],
  asked: Pick<
    Approval,
    | 'requester'
    | 'team'
    | 'channel'
    | 'command'
    | 'input'
    | 'cents'
    | 'question'
    | 'why'
    | 'approvers'
    | 'created_at'
    | 'expires_at'
  >,
): Promise<Approval> {
  const id = randomUUID().slice(0, 8)
  const open = { ...asked, approved_by: '[]' }
  return db
    .insertInto('approvals')
    .values({ ...open, id, seal: sign(sealedContent(open)), state: 'open' })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Returns one request, locked until the transaction ends. */
export async function lockApproval(db: Kysely<Schema>, id: string): Promise<Approval | undefined> {
  return db
    .updateTable('approvals')
    .set(({ ref }) => ({ id: ref('id') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** Changes a request, and has its card show it. */
export async function changeApproval(
  db: Kysely<Schema>,
  id: string,
  change: Partial<Omit<Schema['approvals'], 'id' | 'version' | 'shown_version'>>,
): Promise<Approval> {
  return db
    .updateTable('approvals')
    .set((expression) => ({ ...change, version: expression('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Returns one request, as it is now. */
export async function approvalOf(db: Kysely<Schema>, id: string): Promise<Approval | undefined> {
  return db.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Returns the requests that are open, or the newest of all. */
export async function latestApprovals(
  db: Kysely<Schema>,
  { open, limit }: { readonly open: boolean; readonly limit: number },
): Promise<Approval[]> {
  return db
    .selectFrom('approvals')
    .selectAll()
    .$if(open, (query) => query.where('state', '=', 'open'))
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute()
}

/** Returns the requests whose time is over. */
export async function overdueApprovals(db: Kysely<Schema>, now: Date): Promise<Approval[]> {
  return db
    .selectFrom('approvals')
    .selectAll()
    .where('state', '=', 'open')
    .where('expires_at', '<=', now.toISOString())
    .execute()
}

/** Takes a request that was approved, or whose runner has died, to run it. Nobody else has it then. */
export async function claimApproval(
  db: Kysely<Schema>,
  at: { readonly now: Date; readonly staleBefore: Date },
): Promise<Approval | undefined> {
  const next = await db
    .selectFrom('approvals')
    .select(['id', 'state', 'running_at'])
    .where(({ or, and, eb }) =>
      or([
        eb('state', '=', 'approved'),
        and([eb('state', '=', 'running'), eb('running_at', '<', at.staleBefore.toISOString())]),
      ]),
    )
    .orderBy('created_at')
    .executeTakeFirst()
  if (!next) return undefined
  return db
    .updateTable('approvals')
    .set({ state: 'running', running_at: at.now.toISOString() })
    .where('id', '=', next.id)
    .where('state', '=', next.state)
    .where('running_at', next.running_at === null ? 'is' : '=', next.running_at)
    .returningAll()
    .executeTakeFirst()
}

/** Gives back what a process that has died was running: on SQLite there is no other. */
export async function freeApprovals(db: Kysely<Schema>): Promise<void> {
  await db
    .updateTable('approvals')
    .set({ state: 'approved', running_at: null })
    .where('state', '=', 'running')
    .execute()
  await db.updateTable('approvals').set({ posting_at: null }).where('message_ts', 'is', null).execute()
}

/** Returns the requests whose card does not show how they stand. */
export async function unshownApprovals(db: Kysely<Schema>): Promise<Approval[]> {
  return db
    .selectFrom('approvals')
    .selectAll()
    .whereRef('version', '>', 'shown_version')
    .orderBy('created_at')
    .limit(50)
    .execute()
}

/** Says that Slack is about to be asked to post a card. @returns false where somebody else is doing so */
export async function claimCard(
  db: Kysely<Schema>,
  id: string,
  at: { readonly now: Date; readonly staleBefore: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('approvals')
    .set({ posting_at: at.now.toISOString() })
    .where('id', '=', id)
    .where('message_ts', 'is', null)
    .where(({ or, eb }) =>
      or([eb('posting_at', 'is', null), eb('posting_at', '<', at.staleBefore.toISOString())]),
    )
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Returns the requests that are over and whose requester was not told. */
export async function unannouncedApprovals(db: Kysely<Schema>): Promise<Approval[]> {
  return db
    .selectFrom('approvals')
    .selectAll()
    .where('state', 'in', ['done', 'refused', 'expired', 'changed'])
    .where('told_at', 'is', null)
    .limit(50)
    .execute()
}
