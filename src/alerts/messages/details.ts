import type { RenewalAmount } from '../../resources/renewal-amount.ts'
import type { Mute } from '../routing/route.ts'

/** The facts that an event leaves out, as they were last seen at CMR. */
export interface AlertDetails {
  /** What people call the customer: a company, else a person. */
  readonly customer?: string | undefined
  /** What the next renewal of the thing costs. */
  readonly renewal?: RenewalAmount | undefined
  readonly autoRenew?: boolean | undefined
  readonly walletCents?: number | undefined
  /** What has become of the things of a reminder since, by `domain:acme.com`; what is still to do is missing. */
  readonly progress?: ReadonlyMap<string, ItemProgress> | undefined
}

/** What has become of a thing since somebody was reminded of it. */
export interface ItemProgress {
  readonly what:
    | 'renewed'
    | 'being renewed'
    | 'renews by itself now'
    | 'its domain is renewed'
    | 'over'
    | 'no longer at CMR'
  /** ISO 8601: the end of what is paid now. */
  readonly until?: string
}

/** Who did something, and when. */
interface PersonAt {
  /** Slack user id. */
  readonly by: string
  /** ISO 8601. */
  readonly at: string
}

/** What has been done about an event since it came. */
export interface AlertHandling {
  /** The event that ended its trouble. */
  readonly ended?: { readonly event: string; readonly at: string } | undefined
  readonly acknowledged?: PersonAt | undefined
  readonly mute?: Mute | undefined
  /** Reminders that are still to come; `at` is when. */
  readonly snoozes?: readonly PersonAt[] | undefined
}
