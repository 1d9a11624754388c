import type { Generated } from 'kysely'

/** Who may do what, what waits for an approval, and who did what. */
export interface PeopleTables {
  /** Members, and whoever is named in `CMR_ADMINS`, as `users.info` last told; for a week. */
  standings: {
    slack_user_id: string
    /** The installed workspace. */
    team_id: string
    /** `member`, or why not. */
    standing: string
    seen_at: string
  }
  /** Who may do what: the newest version counts, and none is ever changed. */
  policies: {
    version: number
    /** JSON */
    content: string
    /** Slack user id. */
    changed_by: string
    changed_at: string
  }
  /** What somebody may not do alone: stored before it is shown, decided once, run once. */
  approvals: {
    id: string
    /** Slack user id. */
    requester: string
    team: string
    channel: string | null
    /** The thread that it was asked in. */
    thread_ts: string | null
    command: string
    /** JSON: exactly what runs. */
    input: string
    cents: number | null
    /** mrkdwn: what would be done. */
    question: string
    /** mrkdwn: what else is to be known, such as the wallet afterwards. */
    details: string | null
    /** mrkdwn: why it needs an approval. */
    why: string
    /** HMAC of everything that is decided on and of who has approved it. */
    seal: string
    approvers: number
    /** `running` is claimed by one instance; `changed`: the price or the state is another one, and it was asked anew. */
    state: 'open' | 'approved' | 'running' | 'done' | 'refused' | 'expired' | 'changed'
    /** JSON: Slack user ids of who approved. */
    approved_by: string
    refused_by: string | null
    /** mrkdwn: why it was refused, or what came of it. */
    outcome: string | null
    operation_id: string | null
    created_at: string
    expires_at: string
    running_at: string | null
    message_channel: string | null
    message_ts: string | null
    posting_at: string | null
    /** The requester may have been told: Slack was about to be asked then. */
    telling_at: string | null
    told_at: string | null
    version: Generated<number>
    shown_version: Generated<number>
  }
  /** Who tried what, each row chained to the one before. Secrets are removed before they get here. */
  audit: {
    /** Without gaps: the next one is the head's `last_id` and one. */
    id: number
    at: string
    /** Slack user id, or `bot`. */
    actor: string
    /** `command`, `button`, `form`, `import`…; null where the bot did it by itself. */
    door: string | null
    /** Slack channel id. */
    channel: string | null
    command: string
    arguments: string
    outcome: 'ok' | 'refused' | 'failed' | 'unknown' | 'pending'
    detail: string | null
    /** Why it was allowed, or not. */
    reason: string | null
    action_id: string | null
    operation_id: string | null
    cents: number | null
    /** Of the row before. */
    previous_hash: string
    /** SHA-256 of all of the above. */
    hash: string
  }
  /** One row: where the chain begins and ends, sealed with a key that the database does not hold. */
  audit_head: {
    name: 'audit'
    /** The oldest row that is kept. */
    first_id: number
    /** Of the row before the oldest that is kept. */
    first_hash: string
    last_id: number
    last_hash: string
    /** Fingerprint of the key. */
    sealed_by: string
    /** HMAC-SHA256 of the four. */
    seal: string
  }
}
