export interface AuditTables {
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
