import type { Severity } from '../../cmr/events/event.ts'

export const severities = ['urgent', 'bad', 'good', 'info'] as const satisfies readonly Severity[]
export const providers = ['GOOGLE', 'MICROSOFT'] as const
export const digests = ['off', 'hourly', 'daily'] as const

/** What a route takes. An empty list asks for nothing in particular: everything passes. */
export interface RouteFilter {
  /** Kinds and globs: `subscription.past_due`, `subscription.*`. */
  readonly events: readonly string[]
  readonly severities: readonly Severity[]
  /** CMR's ids, and what people call them. */
  readonly users: readonly { readonly id: string; readonly name: string }[]
  /** Names and globs: `acme.com`, `*.acme.com`, `acme-*`. */
  readonly domains: readonly string[]
  readonly provider: (typeof providers)[number] | null
  /** Whether it hears what people did through the bot. */
  readonly operations: 'foreign' | 'own' | 'both'
}

/** How a route tells. */
export interface RouteDelivery {
  readonly threaded: boolean
  /** mrkdwn: `<@U1>`, `<!subteam^S1>`. */
  readonly mention: string | null
  readonly mentionFor: readonly Severity[]
  /** Times of day, `HH:MM`; `from` may be later than `to`: over midnight. */
  readonly quiet: { readonly from: string; readonly to: string } | null
  readonly digest: (typeof digests)[number]
  /** The hour of a daily digest. */
  readonly digestAt: number
  /** IANA zone of the quiet hours and the digest. */
  readonly zone: string
  /** Whether urgent ones come at once all the same. */
  readonly urgentPasses: boolean
}

/** A channel that hears something. */
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

/** Silence about a subject, a domain or a user. */
export interface Mute {
  /** As `events.subject`, or `user:ID`. */
  readonly subject: string
  /** Null: until it is resolved. */
  readonly until: Date | null
  readonly by: string
}
