import { addMilliseconds } from '../process/dates.ts'
import type { OperationTraitsOf } from './expected-results.ts'

/** Seconds between two looks at an operation that CMR works on, or whose answer never came: there somebody waits. */
const LOOKS = { accepted: [60, 120, 240, 480, 900, 1800], unknown: [2, 5, 10, 30, 60, 120, 240] } as const
/** Then twice as long each time, up to six hours: by now it is a person's turn, and the bot keeps an eye on it. */
const LONGEST_SECONDS = 6 * 60 * 60
/** The time during which the bot checks an unknown outcome before it asks a person. */
const UNKNOWN_MINUTES = 15
/** The time that CMR may take unless the endpoint declares another: "Orders take 10–90 s as a rule". */
const USUAL_MINUTES = 30

/** Waiting times for CMR, in milliseconds. */
export interface OperationDeadlines {
  /** @param chases how often it was looked at already */
  untilPoll(state: 'accepted' | 'unknown', polls: number): number
  /** After this a person is told, or asked. */
  untilDeadline(state: 'accepted' | 'unknown', endpoint: string): number
}

/** @param factor for tests: 0.01 makes a minute 600 ms */
export function createOperationDeadlines(traitsOf: OperationTraitsOf, factor = 1): OperationDeadlines {
  return {
    untilPoll: (state, polls) => factor * 1000 * secondsBetween(LOOKS[state], polls),
    untilDeadline: (state, endpoint) =>
      factor *
      60_000 *
      (state === 'unknown' ? UNKNOWN_MINUTES : (traitsOf(endpoint).deadlineMinutes ?? USUAL_MINUTES)),
  }
}

function secondsBetween(first: readonly number[], polls: number): number {
  const last = first.at(-1) ?? 0
  return first[polls] ?? Math.min(last * 2 ** (polls - first.length + 1), LONGEST_SECONDS)
}

/** When CMR is asked next about an operation that has just come to this state, and when a person is told. */
export function dueTimes(
  deadlines: OperationDeadlines,
  state: 'accepted' | 'unknown',
  endpoint: string,
  now: Date,
) {
  const after = (ms: number) => addMilliseconds(now, ms).toISOString()
  return {
    state,
    polls: 0,
    poll_at: after(deadlines.untilPoll(state, 0)),
    deadline_at: after(deadlines.untilDeadline(state, endpoint)),
    flagged_at: null,
  }
}

/** The state of an operation whose answer never came, once it is known to have happened. */
export function happened(deadlines: OperationDeadlines, endpoint: string, now: Date) {
  const undecided = { outcome: null, ended_at: null, reported_not_happened_by: null }
  return { ...dueTimes(deadlines, 'accepted', endpoint, now), ...undecided }
}

/** Seconds after it was asked for at which good news of an operation are told together; then every half hour. */
const GATHERING = [20, 60, 180, 600, 1800]

/** Returns when the next batch of an operation's good news is posted. */
export function gatherUntil(createdAt: string, now: Date): Date {
  const since = (now.getTime() - Date.parse(createdAt)) / 1000
  const next = GATHERING.find((seconds) => seconds > since) ?? Math.ceil((since + 1) / 1800) * 1800
  return new Date(Date.parse(createdAt) + next * 1000)
}
