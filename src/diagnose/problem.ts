import type { DomainFacts } from './facts.ts'

/** A link of the chain that mail depends on, as people read it. */
export type LinkName =
  | 'Customer'
  | 'Order'
  | 'Domain'
  | 'DNS'
  | 'Mailboxes'
  | 'Subscription'
  | 'Warm-up'
  | 'Wallet'
  | 'Exports'
  | 'Placement'
  | 'Webhooks'

/**
 * What a problem does to the mail: it stops it, will stop it within days, keeps it from arriving well, is not ready
 * yet, or is only worth knowing.
 */
export type ProblemLevel = 'stops' | 'soon' | 'harms' | 'waits' | 'advice'

/** A button that fixes a problem, by the form and the confirmation of its command. */
export interface FixButton {
  readonly text: string
  /** `noun.verb`, or of a link to CMR's dashboard what is shown beside it. */
  readonly actionId: string
  readonly value?: string | undefined
  readonly url?: string | undefined
}

/** What was found wrong; texts are mrkdwn. */
export interface FoundProblem {
  /** A few words for the chain: "expired", "2 paused". */
  readonly short: string
  /** What has happened and what it means, in whole sentences. */
  readonly sentence: string
  /** What to do, in a whole sentence. */
  readonly todo?: string | undefined
  /** True if it is only about some of the mailboxes: the others can send. */
  readonly isPartial?: boolean | undefined
  /** The first one mends it, where anything can. */
  readonly buttons: readonly FixButton[]
}

/** One thing that may be wrong. Where it stands among the others says how much it matters (`problems/index.ts`). */
export interface ProblemCheck {
  readonly id: string
  readonly link: LinkName
  readonly level: ProblemLevel
  /** Problems that bring this one about: beside one of them it needs no mending of its own. */
  readonly follows?: readonly string[]
  /** Returns nothing where it is not so, or where that was not checked. */
  find(facts: DomainFacts): FoundProblem | undefined
}

/** A problem of a domain, with what is declared of it. */
export interface DetectedProblem extends FoundProblem, Omit<ProblemCheck, 'find' | 'follows'> {
  /** The id of the problem that it follows from. */
  readonly because?: string | undefined
}
