import type { Generated } from 'kysely'

/** What was asked of CMR, and what people have begun to ask. */
export interface OperationTables {
  /** Written before the request leaves, closed by its end. */
  operations: {
    id: string
    /** Of the form or click it came from; taken only once while it may be under way. */
    submission_key: string | null
    endpoint: string
    actor: string
    channel: string | null
    /** The message that shows its current state. */
    receipt_ts: string | null
    /** The thread that the receipt stands in: that of the message whose button asked for it. */
    thread_ts: string | null
    /**
     * intended (about to be sent) → accepted (CMR works on it) → ended; failed (CMR refused, or nothing of it
     * came about); unknown (no answer came).
     */
    state: 'intended' | 'accepted' | 'ended' | 'failed' | 'unknown'
    outcome: string | null
    /** Slack user id of whoever decided that it did not happen; CMR's word counts for more. */
    reported_not_happened_by: string | null
    action_id: string | null
    order_id: string | null
    /** JSON: CMR's ids of what it is about. */
    subject: string
    label: string
    created_at: string
    ended_at: string | null
    /** When CMR is asked next how it stands. */
    poll_at: string | null
    /** After this a person is asked. */
    deadline_at: string | null
    polls: Generated<number>
    /** What it may cost at most, as the limits count it; null where that is not known. */
    cents: number | null
    /** The bulk run whose row this is: its receipt is the run's own message. */
    run_id: string | null
    /** JSON of what was sent, without credentials: what an unknown outcome is looked for by. Null: nothing left. */
    request: string | null
    /** When the request was about to leave. */
    sent_at: string | null
    /** JSON of the message that the command made of CMR's answer: the upper part of the receipt. */
    head: string | null
    /** When Slack was first asked to post the receipt: without a `receipt_ts` it may stand there all the same. */
    receipt_tried_at: string | null
    /** Nobody else shows the receipt until then. */
    receipt_until: string | null
    /** When a person was told that it is overdue, or asked what came of it. */
    flagged_at: string | null
    /** Raised with every change; the receipt is edited until it shows this version. */
    version: Generated<number>
    shown_version: Generated<number>
  }
  /** What has to happen before an operation is over: each domain and mailbox of an order. */
  expected_results: {
    operation_id: string
    /** domain, mailbox, subscription… */
    kind: string
    /** acme.com, jane@acme.com, a subscriptionId… in lower case where CMR ignores case. */
    name: string
    state: 'waiting' | 'done' | 'failed'
    detail: string | null
    event_id: string | null
    ended_at: string | null
    /** What CMR showed before the request left, where only a change tells that it came about. */
    before: string | null
    /** When its request was about to leave; null while it has not: of several requests, some leave later. */
    sent_at: string | null
    /** What people call it, where the name is an id. */
    label: string | null
    /** JSON of the request that brings it about, which the bot sends once what it waits for is done. */
    follow_up: string | null
  }
  /** The story of an operation, in sentences. */
  operation_steps: {
    operation_id: string
    at: string
    step: string
  }
  /** One file that somebody gave. */
  import_runs: {
    id: string
    /** `noun.verb` of the command that took the file. */
    import_id: string
    /** Slack user and team id of whoever gave it. */
    actor: string
    team: string
    /** Where it was asked for; null in App Home. */
    channel: string | null
    file_id: string
    file_name: string
    /** previewed (nobody has said yes) → running → done; stopping (the last requests are under way) → stopped → running. */
    state: 'previewed' | 'running' | 'stopping' | 'stopped' | 'done'
    /** Who stopped it, or why the bot did; mrkdwn. */
    reason: string | null
    created_at: string
    ended_at: string | null
    /** Failures in a row that say nothing about a row: CMR is away. */
    setbacks: number
    /** Nothing is sent before. */
    not_before: string | null
    /** Which process carries it out. */
    leased_by: string | null
    leased_until: string | null
    /** Where its progress is told. */
    message_channel: string | null
    message_ts: string | null
    /** Set before Slack is asked to post, or to take the outcome, so that it can be looked for afterwards. */
    posting_at: string | null
    /** Raised with every change; the message is edited until it shows this version. */
    version: number
    shown_version: number
    /** The CSV of the outcome: null → sharing (Slack is being asked) → shared. */
    outcome_state: 'sharing' | 'shared' | null
  }
  /** One request of a run, made of one row or of several. */
  import_items: {
    run_id: string
    position: number
    /** JSON of the command's input. */
    input: string
    state: 'waiting' | 'sending' | 'over'
    operation_id: string | null
    /** How often CMR put it off. */
    attempts: number
  }
  /** Every row of the file. */
  import_rows: {
    run_id: string
    /** The line of the file that it begins on. */
    number: number
    /** The item that sends it; null for a faulty row, which is never sent. */
    position: number | null
    /** JSON: column → text, as it was given. */
    columns: string
    state: 'faulty' | 'waiting' | 'done' | 'failed' | 'unknown'
    detail: string | null
    /** What CMR calls what came of it. */
    result_id: string | null
  }
  /** What a form of several steps has gathered, and what waits for a confirmation. Never a secret. */
  drafts: {
    id: string
    /** Slack user id of who alone may go on with it; null where a receipt offers it to everybody. */
    author: string | null
    /** `noun.verb` */
    command: string
    /** JSON: values by field, their labels, and what CMR told between the steps. */
    draft_content: string
    /** JSON: the input that waits for its confirmation. */
    input: string | null
    saved_at: string
    expires_at: string
  }
}
