import type { Severity } from '../../cmr/events/event.ts'

export const providers = ['GOOGLE', 'MICROSOFT'] as const
export const digests = ['off', 'hourly', 'daily'] as const

/** The conditions of a route. An empty list matches everything. */
export interface RouteFilter {
  /** Kinds and globs: `subscription.past_due`, `subscription.*`. */
  readonly events: readonly string[]
  readonly severities: readonly Severity[]
  /** CMR's user ids with display names. */
  readonly users: readonly { readonly id: string; readonly name: string }[]
  /** Names and globs: `acme.com`, `*.acme.com`, `acme-*`. */
  readonly domains: readonly string[]
  readonly provider: (typeof providers)[number] | null
  /** Selects events caused through the bot (`own`), all others (`foreign`), or both. */
  readonly operations: 'foreign' | 'own' | 'both'
}

/** The way a route posts events. */
export interface RouteDelivery {
  readonly threaded: boolean
  /** mrkdwn: `<@U1>`, `<!subteam^S1>`. */
  readonly mention: string | null
  readonly mentionFor: readonly Severity[]
  /** Times of day, `HH:MM`; `from` may be later than `to` for hours that span midnight. */
  readonly quiet: { readonly from: string; readonly to: string } | null
  readonly digest: (typeof digests)[number]
  /** The hour of a daily digest. */
  readonly digestAt: number
  /** IANA zone of the quiet hours and the digest. */
  readonly zone: string
  /** True if urgent events are posted at once, despite quiet hours and digests. */
  readonly urgentPasses: boolean
  /** True if what it takes is posted in the alerts channel too. */
  readonly alsoInAlerts: boolean
}

/** A rule that posts matching events to a channel. */
export interface Route {
  /** r1, r2… */
  readonly id: string
  readonly channel: string
  readonly channelName: string
  readonly filter: RouteFilter
  readonly delivery: RouteDelivery
  readonly createdBy: string
  readonly mutedUntil: Date | null
  readonly mutedBy: string | null
}

/** A mute of a subject, a domain or a user. */
export interface Mute {
  /** A value of `events.subject`, or `user:ID`. */
  readonly subject: string
  /** Null mutes until the problem is resolved. */
  readonly until: Date | null
  readonly by: string
}
