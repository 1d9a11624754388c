import type { Generated } from 'kysely'

/** What has to be told in Slack, and what was. */
export interface AlertTables {
  /** What has to be posted: one row an event and channel. */
  outbox: {
    id: Generated<number>
    event_id: string
    channel: string
    /** Rows with the same key become one message, whatever else waits. */
    pile: string | null
    /** Told in this thread rather than in the subject's own. */
    thread_ts: string | null
    /** held (until `not_before`, or until its receipt stands) → waiting → posted; or failed for good. */
    state: 'held' | 'waiting' | 'posted' | 'failed'
    attempts: number
    not_before: string
    /** Unused since lanes are leased, not rows. */
    leased_by: string | null
    leased_until: string | null
    /** The message these rows became; set before Slack is asked, so that it can be looked for afterwards. */
    delivery_id: string | null
    error: string | null
    /** 0 urgent, 1 bad, 2 good, 3 info: lower goes first. */
    rank: number
    /** As in `events`, where the subject has a thread of its own in this channel; else null. */
    subject: string | null
    /** Told in the thread of this operation's receipt. */
    operation_id: string | null
    /** Which route brought it here; null for the default. */
    route_id: string | null
    /** mrkdwn of whom to call: `<@U1>`, `<!subteam^S1>`. */
    mention: string | null
  }
  /** One row a channel that has ever been posted to: who posts there now, and when there is something to do. */
  lanes: {
    channel: string
    /** Null where nothing waits. */
    due_at: string | null
    leased_by: string | null
    leased_until: string | null
    /** Failures in a row. */
    attempts: number
    error: string | null
    /** Since when Slack refuses this channel for good. */
    broken_at: string | null
  }
  /** The root message of a subject in a channel; it always shows the current state. */
  threads: {
    channel: string
    subject: string
    root_ts: string
    opened_at: string
    last_event_id: string
    resolved_at: string | null
    acknowledged_by: string | null
    acknowledged_at: string | null
    /** Raised with every change; the root is edited until it shows this version. */
    version: number
    shown_version: number
  }
  /** Messages that stand in Slack. */
  messages: {
    delivery_id: string
    channel: string
    ts: string
    posted_at: string
    thread_ts: string | null
  }
}
