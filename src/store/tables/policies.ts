export interface PolicyTables {
  /** Who may do what: the newest version counts, and none is ever changed. */
  policies: {
    version: number
    /** JSON */
    content: string
    /** Slack user id. */
    changed_by: string
    changed_at: string
  }
}
