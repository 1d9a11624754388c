import type { Generated } from 'kysely'

/** What CMR told, what is posted of it in Slack, and who hears what. */
export interface EventTables {
  /** Webhooks as they came in, and what a sync found; without credentials. */
  events: {
    event_id: string
    event: string
    severity: 'good' | 'info' | 'bad' | 'urgent'
    /** JSON of `data`. */
    data: string
    received_at: string
    source: 'webhook' | 'sync' | 'test' | 'bot'
    /** What it is about: `subscription:ID`, `domain:acme.com`, `order:ID`; events on one share a thread. */
    subject: string | null
    user_id: string | null
    domain: string | null
    /** The operation of ours that caused it. */
    operation_id: string | null
  }
  /** Webhooks that came after a sync had told the same: they are stored and not told again. */
  late_webhooks: {
    event_id: string
    /** The event that the sync had made of it. */
    told_by: string
  }
  /** How CMR was seen to sign its webhooks, a row a variant. */
  webhook_signatures: {
    variant: string
    seen_at: string
  }
  /** Webhooks with CMR's signature headers that were refused, a row a reason. */
  webhook_refusals: {
    kind: 'signature' | 'variant' | 'clock'
    refused: number
    last_at: string
  }
  /** Written to find out whether writing works; empty otherwise. */
  scratch: {
    filler: string
  }
  /** What has to be posted: one row an event and channel. */
  outbox: {
    id: Generated<number>
    event_id: string
    channel: string
    /** Rows with the same key become one message, whatever else waits. */
    batch_key: string | null
    /** The thread it is told in: its receipt's, or the one of its subject once its message is begun. */
    thread_ts: string | null
    /** held (until `not_before`, or until its receipt stands) → waiting → posted; or failed for good. */
    state: 'held' | 'waiting' | 'posted' | 'failed'
    /** How often a message with it was refused. */
    attempts: number
    /** Of a held row: until then. Else: since when it waits. */
    not_before: string
    /** The message these rows became; set before Slack is asked, so that it can be looked for afterwards. */
    delivery_id: string | null
    error: string | null
    /** 0 urgent, 1 bad, 2 good, 3 info: lower goes first. */
    rank: number
    /** As in `events`: rows with the same one are told in the order in which they came. */
    subject: string | null
    /** 1 where the subject has a thread of its own in this channel. */
    threaded: Generated<number>
    /** Told in the thread of this operation's receipt. */
    operation_id: string | null
    /** Which route brought it here; null for the default. */
    route_id: string | null
    /** mrkdwn of whom to call: `<@U1>`, `<!subteam^S1>`. */
    mention: string | null
    /** The channel that it was meant for, where Slack refuses the bot there. */
    moved_from: string | null
  }
  /** One row a channel that has ever been posted to: who posts there now, and when there is something to do. */
  channel_queues: {
    channel: string
    /** When there is something to do; null where nothing waits. Claiming the queue clears it. */
    due_at: string | null
    /** Slack wants nothing here before. */
    paced_until: string | null
    leased_by: string | null
    leased_until: string | null
    /** Failures in a row. */
    attempts: number
    error: string | null
    /** When Slack last refused this channel for good. */
    broken_at: string | null
    /** When the admins were told of it. */
    admins_notified_at: string | null
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
    /** How many events were told of it, the root included. */
    events: Generated<number>
    /** When the trouble began that is open, or was resolved last. */
    trouble_at: string | null
    /** The last event of that trouble: what resolves it depends on what it was. */
    trouble_event_id: string | null
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
    /** The list of all that it tells, where it was too long to stand in it: owed until it is shared. */
    file: 'owed' | 'shared' | null
    /** Who has taken over all that it tells of. */
    acknowledged_by: string | null
    acknowledged_at: string | null
    /** Raised with what is done about its events; it is edited until it shows this version. */
    version: Generated<number>
    shown_version: Generated<number>
  }
  /** What `#name` meant when it was first looked up: a channel that is renamed keeps its id. */
  channel_names: {
    name: string
    channel: string
  }
  /** Which channel hears which events, and how. */
  routes: {
    /** Short and sayable: r1, r2… never given twice. */
    id: string
    channel: string
    /** As it was called when the route was made; the id is what counts. */
    channel_name: string
    /** JSON: which events it takes. */
    filter: string
    /** JSON: how it posts them. */
    delivery: string
    created_by: string
    created_at: string
    /** Whoever keeps a compiled copy looks here. */
    changed_at: string
    muted_until: string | null
    muted_by: string | null
    /** A removed route stays, so that its id still means what it meant. */
    removed_at: string | null
  }
  /** Whom or what nobody wants to hear of for a while. */
  mutes: {
    /** As `events.subject`, or `user:ID`. */
    subject: string
    /** Null: until it is resolved. */
    until: string | null
    muted_by: string
    muted_at: string
  }
  /** Alerts that somebody wants to be reminded of. */
  snoozes: {
    id: string
    event_id: string
    channel: string
    /** Where the reminder belongs. */
    thread_ts: string
    due_at: string
    created_by: string
    created_at: string
    reminded_at: string | null
  }
}
