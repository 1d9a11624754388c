/** Who hears what, and who asked for silence. */
export interface RouteTables {
  /** Which channel hears which events, and how. */
  routes: {
    /** Short and sayable: r1, r2… never given twice. */
    id: string
    channel: string
    /** As it was called when the route was made; the id is what counts. */
    channel_name: string
    /** JSON: which events it takes. */
    filter: string
    /** JSON: how it posts them. */
    delivery: string
    created_by: string
    created_at: string
    /** Whoever keeps a compiled copy looks here. */
    changed_at: string
    muted_until: string | null
    muted_by: string | null
    /** A removed route stays, so that its id still means what it meant. */
    removed_at: string | null
  }
  /** Whom or what nobody wants to hear of for a while. */
  mutes: {
    /** As `events.subject`, or `user:ID`. */
    subject: string
    /** Null: until it is resolved. */
    until: string | null
    muted_by: string
    muted_at: string
  }
  /** Alerts that somebody wants to be reminded of. */
  snoozes: {
    id: string
    event_id: string
    channel: string
    /** Where the reminder belongs. */
    thread_ts: string
    due_at: string
    created_by: string
    created_at: string
    reminded_at: string | null
  }
}
