/** Who people are in the installed workspace. */
export interface StandingTables {
  /** Members, and whoever is named in `CMR_ADMINS`, as `users.info` last told; for a week. */
  standings: {
    slack_user_id: string
    /** The installed workspace. */
    team_id: string
    /** `member`, or why not. */
    standing: string
    seen_at: string
  }
}
