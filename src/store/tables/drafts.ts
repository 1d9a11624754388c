/** What people have begun to say. */
export interface DraftTables {
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
