import type { Generated } from 'kysely'

/** Times are ISO 8601 in UTC; JSON is text, so that both dialects hold the same. */
export interface Schema {
  /** Webhooks as they came in, without credentials. */
  events: {
    event_id: string
    event: string
    severity: string
    /** JSON of `data`. */
    data: string
    received_at: string
  }
  /** What has to be posted: one row an event and channel. */
  outbox: {
    id: Generated<number>
    event_id: string
    channel: string
    /** Rows with the same key may become one message. */
    pile: string | null
    thread_ts: string | null
    /** waiting → posted, or failed for good. */
    state: 'waiting' | 'posted' | 'failed'
    attempts: number
    not_before: string
    /** Who posts it, until when. */
    leased_by: string | null
    leased_until: string | null
    /** The message these rows became; set before Slack is asked, so that it can be looked for afterwards. */
    delivery_id: string | null
    error: string | null
  }
  /** Messages that stand in Slack. */
  messages: {
    delivery_id: string
    channel: string
    ts: string
    posted_at: string
  }
  /** What was asked of CMR: written before the request, closed by its end. */
  operations: {
    id: string
    /** Of the form or click it came from; taken only once while it may be under way. */
    submission_key: string | null
    endpoint: string
    actor: string
    channel: string | null
    receipt_ts: string | null
    state: 'intended' | 'accepted' | 'ended' | 'failed' | 'unknown'
    outcome: string | null
    action_id: string | null
    order_id: string | null
    /** JSON: CMR's ids of what it is about. */
    subject: string
    label: string
    created_at: string
    ended_at: string | null
  }
  /** Who tried what. Secrets are redacted before they get here. */
  audit: {
    id: Generated<number>
    at: string
    actor: string
    command: string
    arguments: string
    outcome: 'ok' | 'refused' | 'failed' | 'unknown' | 'pending'
    detail: string | null
    action_id: string | null
    operation_id: string | null
  }
}
