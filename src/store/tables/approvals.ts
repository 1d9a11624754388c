import type { Generated } from 'kysely'

export interface ApprovalTables {
  /** What somebody may not do alone: stored before it is shown, decided once, run once. */
  approvals: {
    id: string
    /** Slack user id. */
    requester: string
    team: string
    channel: string | null
    command: string
    /** JSON: exactly what runs. */
    input: string
    cents: number | null
    /** mrkdwn: what would be done. */
    question: string
    /** mrkdwn: why it needs an approval. */
    why: string
    /** SHA-256 of who asked for what at which price. */
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
    told_at: string | null
    version: Generated<number>
    shown_version: Generated<number>
  }
}
