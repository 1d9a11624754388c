/** Where people are shown how things stand, without having asked. */
export interface OverviewTables {
  /** Who has opened App Home lately, and what they see there. */
  home_visits: {
    slack_user_id: string
    visited_at: string
    /** A digest of the view that stands there; null where nobody knows, so that it is published again. */
    shown: string | null
    shown_at: string | null
  }
  /** Channels that read every morning how things stand. */
  digests: {
    channel: string
    /** As it was called when it was set up; the id is what counts. */
    channel_name: string
    /** `HH:MM` on the clocks of `zone`. */
    time: string
    /** IANA. */
    zone: string
    /** Days on which it covers a day, with spaces between: "mon tue"; empty for none. */
    weekdays: string
    /** The day on which it covers the week instead; null for none. */
    weekly_on: string | null
    /** 1: nothing is posted where there is nothing to say. */
    quiet: number
    set_by: string
    set_at: string
    /** When the next one is due; also its name, by which it is looked for in Slack. */
    next_at: string
    /** When Slack was first asked to post it: it may stand there. */
    tried_at: string | null
    /** Nobody else posts it until then. */
    leased_until: string | null
    /** What the last one told of ended there. */
    covered_until: string | null
    /** Why the last one could not be posted. */
    error: string | null
  }
}
