import type { Generated } from 'kysely'

export interface ApprovalTables {
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
}
