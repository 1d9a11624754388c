/** CSV files that become many requests. */
export interface ImportTables {
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
}
