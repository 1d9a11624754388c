import { randomUUID } from 'node:crypto'
import type { ExpressionBuilder, Kysely, Selectable } from 'kysely'
import type { Schema } from '../../store/schema.ts'
import type { Sealer } from '../audit/audit.ts'

export type Approval = Selectable<Schema['approvals']>

/** What is decided on, and never changes. */
const asked = [
  'id',
  'requester',
  'team',
  'channel',
  'thread_ts',
  'command',
  'input',
  'cents',
  'question',
  'details',
  'why',
  'created_at',
  'expires_at',
] as const

/**
 * Returns what of a request is sealed: everything that is shown to whoever decides, what runs, until when, and who has
 * approved it. Whoever can write to the database can neither change, copy nor approve a request without the key of the
 * seal.
 */
export function sealedContent(
  one: Pick<Approval, (typeof asked)[number] | 'approvers' | 'approved_by'>,
): readonly unknown[] {
  return ['approval', ...asked.map((name) => one[name]), one.approvers, one.approved_by]
}

/** Stores a request before anybody is shown it. @returns it as it is stored */
export async function storeApproval(
  db: Kysely<Schema>,
  sign: Sealer['sign'],
  request: Omit<Pick<Approval, (typeof asked)[number] | 'approvers'>, 'id'>,
): Promise<Approval> {
  const open = { ...request, id: randomUUID().slice(0, 8), approved_by: '[]' }
  return db
    .insertInto('approvals')
    .values({ ...open, seal: sign(sealedContent(open)), state: 'open' })
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
}

/** Which messages of a request are posted once: the moment at which Slack was about to be asked, and what says that it was. */
const posts = {
  card: { trying: 'posting_at', done: 'message_ts' },
  outcome: { trying: 'telling_at', done: 'told_at' },
} as const

/** What of the requests is worth being tried. */
interface Tried {
  /** Whoever began a post earlier has died. */
  readonly staleBefore: Date
  /** Ids that are left out. */
  readonly except: readonly string[]
}

/** Leaves out what somebody is posting now: it would be in the way of what can be posted. */
function isFree(post: keyof typeof posts, { staleBefore, except }: Tried) {
  const { trying, done } = posts[post]
  return ({ and, or, eb }: ExpressionBuilder<Schema, 'approvals'>) =>
    and([
      or([eb(done, 'is not', null), eb(trying, 'is', null), eb(trying, '<', staleBefore.toISOString())]),
      ...(except.length > 0 ? [eb('id', 'not in', except)] : []),
    ])
}

/** Returns the requests whose card does not show how they stand. */
export async function unshownApprovals(db: Kysely<Schema>, tried: Tried): Promise<Approval[]> {
  return db
    .selectFrom('approvals')
    .selectAll()
    .whereRef('version', '>', 'shown_version')
    .where(isFree('card', tried))
    .orderBy('created_at')
    .limit(50)
    .execute()
}

/** Returns the requests that are over and whose requester was not told. */
export async function unannouncedApprovals(db: Kysely<Schema>, tried: Tried): Promise<Approval[]> {
  return db
    .selectFrom('approvals')
    .selectAll()
    .where('state', 'in', ['done', 'refused', 'expired', 'changed'])
    .where('told_at', 'is', null)
    .where(isFree('outcome', tried))
    .orderBy('created_at')
    .limit(50)
    .execute()
}

/** Says that Slack has not posted a message, and will not: it may be tried again at once. */
export async function releasePost(db: Kysely<Schema>, id: string, post: keyof typeof posts): Promise<void> {
  const { trying, done } = posts[post]
  await db
    .updateTable('approvals')
    .set({ [trying]: null })
    .where('id', '=', id)
    .where(done, 'is', null)
    .execute()
}

/** Says that Slack is about to be asked to post a message. @returns false where somebody else is doing so */
export async function claimPost(
  db: Kysely<Schema>,
  id: string,
  post: keyof typeof posts,
  at: { readonly now: Date; readonly staleBefore: Date },
): Promise<boolean> {
  const { trying, done } = posts[post]
  const { numUpdatedRows } = await db
    .updateTable('approvals')
    .set({ [trying]: at.now.toISOString() })
    .where('id', '=', id)
    .where(done, 'is', null)
    .where(({ or, eb }) => or([eb(trying, 'is', null), eb(trying, '<', at.staleBefore.toISOString())]))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
