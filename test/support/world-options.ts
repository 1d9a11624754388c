import type { Timer } from '../../src/process/clock.ts'

/** What a world differs in from that of most tests. */
export interface WorldOptions {
  /** Of everybody but Ana, who is an admin. */
  readonly role?: string
  readonly env?: Record<string, string>
  readonly withBot?: boolean
  /** Factor on the sandbox's delays; 0 lets everything happen at once. */
  readonly pace?: number
  /** Holds the bot to CMR's 5 requests a second, which the sandbox counts; tests of anything else do not wait for it. */
  readonly realCmrPace?: boolean
  /** Another pace than that or the 500 of a test that does not look at it. */
  readonly requestsPerSecond?: number
  /** How long the bot waits for an answer of CMR. */
  readonly cmrTimeoutMs?: number
  /** Factor on how long the bot waits for CMR before it looks, and before it asks. */
  readonly deadlines?: number
  /** How long PostgreSQL may say nothing before the bot gives it up. */
  readonly databaseSilenceMs?: number
  /** How long a trigger of Slack's opens a view: 3,000 ms where a test looks at how soon a form opens. */
  readonly triggerMs?: number
  /** The bot's; the machine's own unless told otherwise. */
  readonly clock?: () => Date
  /** Milliseconds of a clock that never steps; the process's own unless told otherwise. */
  readonly monotonic?: () => number
  /** Counts how long a person waits; on a busy machine everybody would, so that it never ends unless told otherwise. */
  readonly timer?: Timer
  /** Whether CMR's sandbox for pre-warmed mailboxes is set up; the local sandbox serves it too. */
  readonly prewarmSandbox?: boolean
}
