import type { Logger } from 'pino'
import { backOffMs } from '../../process/back-off.ts'
import type { PostedMessages } from '../../slack/posted-message.ts'
import type { Store } from '../../store/store.ts'
import { readPolicy } from '../policy-store.ts'
import { approvalCard, outcomeMessage } from './messages.ts'
import { type Approval, claimPost, unannouncedApprovals, unshownApprovals } from './store.ts'

/** Where Slack does not take a message. */
const BACK_OFF = { firstMs: 2000, longestMs: 300_000 }

/** Shows requests in the approvals channel, and tells requesters how they ended. */
export interface ApprovalCards {
  /** What was begun before this, nobody carries on: on SQLite there is no other process. */
  start(): void
  /** Posts and edits what is not shown yet. @param staleBefore whoever began a post earlier has died */
  bringUpToDate(staleBefore: Date): Promise<void>
}

/** Creates what posts each card and each outcome once, and keeps cards up to date. */
export function createApprovalCards(parts: {
  readonly store: Store
  readonly messages: PostedMessages
  readonly clock: () => Date
  readonly logger: Logger
}): ApprovalCards {
  const { store, messages, clock, logger } = parts
  /** What Slack did not take, so that it holds up nothing else. */
  const failing = new Map<string, { readonly failures: number; readonly until: number }>()
  let startedAt: Date | undefined

  const waiting = () => {
    const now = clock().getTime()
    return [...failing].flatMap(([id, { until }]) => (until > now ? [id] : []))
  }

  async function guarded({ id }: Approval, work: () => Promise<void>) {
    try {
      await work()
      failing.delete(id)
    } catch (error) {
      const failures = (failing.get(id)?.failures ?? -1) + 1
      failing.set(id, { failures, until: clock().getTime() + backOffMs(failures, BACK_OFF) })
      logger.warn({ err: error, approval: id }, 'a request could not be shown; tries again')
    }
  }

  async function show(one: Approval, staleBefore: Date) {
    const { policy } = await readPolicy(store.db)
    const place = one.message_channel ?? policy.approvals.channel
    if (!place) return
    const card = approvalCard(one)
    if (one.message_ts) await messages.edit({ channel: place, ts: one.message_ts }, card)
    else {
      if (!(await claimPost(store.db, one.id, 'card', { now: clock(), staleBefore }))) return
      const metadata = { event_type: 'cmr_approval', event_payload: { approval_id: one.id } }
      const { posted, found } = await messages.postOnce([place], card, metadata, one.posting_at)
      const at = { message_channel: posted.channel, message_ts: posted.ts }
      await store.db.updateTable('approvals').set(at).where('id', '=', one.id).execute()
      if (found) await messages.edit(posted, card)
    }
    await store.db
      .updateTable('approvals')
      .set({ shown_version: one.version })
      .where('id', '=', one.id)
      .execute()
  }

  async function announce(one: Approval, staleBefore: Date) {
    const now = clock()
    if (!(await claimPost(store.db, one.id, 'outcome', { now, staleBefore }))) return
    const metadata = { event_type: 'cmr_approval_outcome', event_payload: { outcome_of: one.id } }
    await messages.postOnce([one.requester], outcomeMessage(one), metadata, one.telling_at)
    await store.db
      .updateTable('approvals')
      .set({ told_at: now.toISOString() })
      .where('id', '=', one.id)
      .execute()
  }

  return {
    start() {
      if (store.dialect === 'sqlite') startedAt = clock()
    },
    async bringUpToDate(staleBefore) {
      const stale = startedAt && startedAt > staleBefore ? startedAt : staleBefore
      for (const one of await unshownApprovals(store.db, waiting()))
        await guarded(one, () => show(one, stale))
      for (const one of await unannouncedApprovals(store.db, waiting()))
        await guarded(one, () => announce(one, stale))
    },
  }
}
