import type { Generated } from 'kysely'

export interface AuditTables {
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
