import { addMilliseconds, millisecondsInMinute } from '../../process/dates.ts'
import { sizeOfId } from '../messages/alert-message.ts'
import type { Queued } from '../store/deliveries.ts'

/** What a channel is told next. */
export type NextMessage =
  | {
      readonly kind: 'message'
      /** In the order in which they came. */
      readonly rows: readonly Queued[]
    }
  /** What waits may gather until then. */
  | { readonly kind: 'later'; readonly at: Date }
  | { readonly kind: 'nothing' }

/** When messages went out lately. */
export interface Recent {
  readonly posted_at: string
  readonly thread_ts: string | null
}

/** More names than this nobody reads in one message, however short their ids are. */
const MOST_ROWS = 250
/** As many as people read one by one. */
const FEW = 3
/** More urgent ones than this at once are a flood: at the top of a batch they are seen sooner than one by one. */
const MOST_ALONE = 5
/** As many messages in a minute make a channel busy. */
const BUSY = 6
/** How long something urgent may gather company in a busy channel. */
const URGENT_PACES = 2
/** Waiting grows with what was told lately, up to so many paces. */
export const LONGEST_PACES = 30
/** How far back messages count that went into one thread. */
export const RECENT_MS = 10 * millisecondsInMinute

const [URGENT, BAD] = [0, 1]

/** One event a mailbox: an order of three hundred would be three hundred messages. */
const comesInHundreds = /^mailbox\.(created|updated|exported|warmup\.)/

/**
 * Decides what a channel's next message tells. The urgent and the bad are told one by one, with their buttons, and
 * before all else; so are a few others. A backlog becomes one message with as many rows as its metadata holds:
 * in a flood the urgent too, which stand on top of it. What came before on a subject is told before. A message is
 * worth waiting a little for when the channel has heard much lately; never for long if it is urgent, not at all if
 * it is full.
 * @param queue.head what waits, by urgency and then age; `earlier` what waits longer on their subjects
 * @param room for ids in the metadata, in bytes
 * @param paceMs between two messages in one channel
 */
export function nextMessage(
  queue: Queue,
  recent: readonly Recent[],
  room: number,
  { now, paceMs }: { readonly now: Date; readonly paceMs: number },
): NextMessage {
  let soonest: Date | undefined
  for (const [place, head] of Map.groupBy(queue.head, placeOf)) {
    const earlier = queue.earlier.filter((row) => placeOf(row) === place)
    const pressure = pressureOn(head[0]?.thread_ts ?? null, recent, now)
    for (const { rows, gatherPaces } of candidatesOf({ head, earlier }, room, pressure)) {
      const at = addMilliseconds(oldest(rows), gatherPaces * paceMs)
      // What came in that much later than now came in before the clock was set back.
      if (at <= now || oldest(rows) > addMilliseconds(now, millisecondsInMinute))
        return { kind: 'message', rows }
      if (!soonest || at < soonest) soonest = at
    }
  }
  return soonest ? { kind: 'later', at: soonest } : { kind: 'nothing' }
}

interface Queue {
  readonly head: readonly Queued[]
  readonly earlier: readonly Queued[]
}

/** Rows share a message only within a batch, within a thread, or among all others. */
function placeOf({ batch_key, thread_ts }: Queued): string {
  return JSON.stringify([batch_key, thread_ts])
}

interface BatchCandidate {
  readonly rows: readonly Queued[]
  /** How long it may gather, counted from its oldest row. */
  readonly gatherPaces: number
}

/** The messages that a place may be told next, the most urgent first. */
function candidatesOf(queue: Queue, room: number, pressure: number): BatchCandidate[] {
  const { rows, full } = fill(queue, room)
  const [first] = queue.head
  if (!first) return []
  if (full) return [{ rows, gatherPaces: 0 }]
  if (first.batch_key) return [{ rows, gatherPaces: first.rank <= BAD ? 0 : grown(pressure) }]
  if (first.rank > BAD) return [calm(queue.head, rows, pressure)]
  const paces = first.rank === URGENT ? URGENT_PACES : grown(pressure - BUSY)
  const gatherPaces = pressure < BUSY ? 0 : paces
  const asUrgent = queue.head.filter(({ rank }) => rank === first.rank)
  if (asUrgent.length > MOST_ALONE) return [{ rows, gatherPaces }]
  const others = withoutPressing(queue)
  const rest = others.head.length ? [calm(others.head, fill(others, room).rows, pressure)] : []
  return [{ rows: alone(first, rows), gatherPaces }, ...rest]
}

/** What nobody has to act on: a few one by one, more of it together. */
function calm(head: readonly Queued[], rows: readonly Queued[], pressure: number): BatchCandidate {
  const singles = head.filter(({ event }) => !comesInHundreds.test(event))
  const [first] = singles
  if (!first) return { rows, gatherPaces: grown(pressure) }
  if (pressure >= BUSY) return { rows, gatherPaces: grown(pressure - BUSY) }
  return { rows: singles.length <= FEW ? alone(first, rows) : rows, gatherPaces: 0 }
}

/** What is left when the urgent and the bad wait, and what comes behind them on their subjects. */
function withoutPressing({ head, earlier }: Queue): Queue {
  const pressing = Map.groupBy(
    head.filter(({ rank, subject }) => rank <= BAD && subject !== null),
    ({ subject }) => subject,
  )
  const isLeft = ({ id, rank, subject }: Queued) =>
    rank > BAD && !pressing.get(subject)?.some((before) => before.id < id)
  return { head: head.filter(isLeft), earlier: earlier.filter(isLeft) }
}

function grown(pressure: number): number {
  return Math.min(2 ** Math.max(pressure, 0), LONGEST_PACES)
}

/** One row, or what came before it on its subject: one by one too, as long as that does not take long. */
function alone(row: Queued, rows: readonly Queued[]): readonly Queued[] {
  const before = rows.filter(({ id, subject }) => subject !== null && subject === row.subject && id < row.id)
  return before.length <= FEW ? [before[0] ?? row] : before
}

/** Takes rows in the order of their urgency, each after those that came before it on its subject. */
function fill({ head, earlier }: Queue, room: number): { rows: readonly Queued[]; full: boolean } {
  const waiting = Map.groupBy(
    [...head, ...earlier].filter(({ subject }) => subject !== null).toSorted((a, b) => a.id - b.id),
    ({ subject }) => subject,
  )
  const taken = new Set<Queued>()
  let left = room
  let full = false
  const take = (row: Queued) => {
    left -= sizeOfId(row.event_id)
    full = left < 0 || taken.size === MOST_ROWS
    if (!full) taken.add(row)
  }
  for (const row of head) {
    const own = waiting.get(row.subject)
    while (!full && !taken.has(row)) take((row.subject !== null && own?.shift()) || row)
    if (full) break
  }
  return { rows: [...taken].toSorted((a, b) => a.id - b.id), full }
}

/** Returns how much went out lately where it would go: in its thread, or in the channel's last minute. */
function pressureOn(thread: string | null, recent: readonly Recent[], now: Date): number {
  const since = thread === null ? addMilliseconds(now, -millisecondsInMinute).toISOString() : ''
  const until = now.toISOString()
  return recent.filter((one) => one.thread_ts === thread && one.posted_at > since && one.posted_at <= until)
    .length
}

function oldest(rows: readonly Queued[]): Date {
  const [first = 0] = rows.map(({ not_before }) => not_before).toSorted()
  return new Date(first)
}
