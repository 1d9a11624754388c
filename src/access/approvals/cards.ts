import type { Logger } from 'pino'
import { backOffMs } from '../../process/retries.ts'
import { isNotPosted, postFailure } from '../../slack/errors.ts'
import type { PostedMessages } from '../../slack/posted-message.ts'
import type { Store } from '../../store/store.ts'
import { readPolicy } from '../policy.ts'
import { approvalCard, outcomeMessage } from './messages.ts'
import { type Approval, claimPost, releasePost, unannouncedApprovals, unshownApprovals } from './store.ts'

/** Where Slack does not take a message. */
const BACK_OFF = { firstMs: 2000, longestMs: 300_000 }

/** What Slack did not take, by the request's id, so that it holds up nothing else. */
type Failing = Map<string, { readonly failures: number; readonly until: number }>

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
  const allFailing: Readonly<Record<'card' | 'outcome', Failing>> = { card: new Map(), outcome: new Map() }
  let startedAt: Date | undefined

  /** Tries each of some requests; those that Slack did not take a moment ago are not among them. */
  async function each(
    post: 'card' | 'outcome',
    staleBefore: Date,
    find: typeof unshownApprovals,
    work: (one: Approval, staleBefore: Date) => Promise<void>,
  ) {
    const now = clock().getTime()
    const failing = allFailing[post]
    const except = [...failing].flatMap(([id, { until }]) => (until > now ? [id] : []))
    for (const one of await find(store.db, { staleBefore, except })) {
      try {
        await work(one, staleBefore)
        failing.delete(one.id)
      } catch (error) {
        const failures = (failing.get(one.id)?.failures ?? -1) + 1
        failing.set(one.id, { failures, until: clock().getTime() + backOffMs(failures, BACK_OFF) })
        logger.warn({ err: error, approval: one.id }, 'a request could not be shown; tries again')
        if (isNotPosted(postFailure(error))) await releasePost(store.db, one.id, post)
      }
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
      await each('card', stale, unshownApprovals, show)
      await each('outcome', stale, unannouncedApprovals, announce)
    },
  }
}
