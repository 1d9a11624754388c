/** What people were reminded of. */
export interface ReminderTables {
  /** One row a thing, period and threshold: written with its event, so that nobody is reminded twice. */
  renewal_reminders: {
    /** `domain:acme.com`, `subscription:ID`, `wallet`. */
    thing: string
    /** Which of its renewals: the day on which it is due. */
    period: string
    /** How many days were left, at most: `30`; `grace 5` in a countdown. */
    threshold: string
    /** As in `events`. */
    subject: string
    told_at: string
    /** When it was renewed, or nothing could be done any more. */
    settled_at: string | null
    /** What its messages show of it, while other things that they tell of are still at risk; null where it is one of those. */
    progress: 'under way' | 'over' | null
  }
}
