import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextMessage, type Recent } from '../../../src/alerts/delivery/next-message.ts'
import { metadataOf, newDeliveryId, roomForIds } from '../../../src/alerts/messages/alert-message.ts'
import type { Queued } from '../../../src/alerts/store/deliveries.ts'

const start = new Date('2026-11-24T12:00:00Z')
const paceMs = 1000
const room = roomForIds(newDeliveryId(start))

function row(id: number, over: Partial<Queued> = {}): Queued {
  return {
    id,
    event_id: `e${id}`,
    event: 'subscription.updated',
    rank: 3,
    subject: null,
    threaded: 0,
    batch_key: null,
    thread_ts: null,
    not_before: start.toISOString(),
    ...over,
  }
}

const byUrgency = (rows: readonly Queued[]) => rows.toSorted((a, b) => a.rank - b.rank || a.id - b.id)
const after = (ms: number) => new Date(start.getTime() + ms)
const ask = (rows: readonly Queued[], recent: readonly Recent[] = [], now = start) =>
  nextMessage({ head: byUrgency(rows), earlier: [] }, recent, room, { now, paceMs })
const told = (rows: readonly Queued[], recent: readonly Recent[] = [], now = start) => {
  const next = ask(rows, recent, now)
  return next.kind === 'message' ? next.rows.map(({ id }) => id) : next.kind
}
const recently = (count: number, thread_ts: string | null = null): Recent[] =>
  Array.from({ length: count }, () => ({ posted_at: after(-1000).toISOString(), thread_ts }))

test('a few events are told one by one, the urgent first', () => {
  expect(told([row(1), row(2, { rank: 1 }), row(3, { rank: 0 })])).toEqual([3])
  expect(told([row(1), row(2)])).toEqual([1])
  expect(told([])).toBe('nothing')
})

const many = (count: number, over: Partial<Queued> = {}, from = 1) =>
  Array.from({ length: count }, (_, at) => row(from + at, over))

test('many are one message, in the order in which they came', () => {
  expect(told(many(4))).toEqual([1, 2, 3, 4])
})

test('the urgent and the bad are told alone, however much else waits', () => {
  const waiting = [...many(100), row(101, { rank: 1 }), row(102, { rank: 0 })]
  expect(told(waiting)).toEqual([102])
  expect(told(waiting.slice(0, 101))).toEqual([101])
  expect(told(waiting.slice(0, 100))).toHaveLength(100)
  expect(told([...many(5, { rank: 0 }), ...many(6, { rank: 1 }, 6)])).toEqual([1])
})

test('in a flood of urgent ones they share a message with all that waits', () => {
  expect(told([...many(6, { rank: 0 }), row(7)])).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(told([...many(400), row(401, { rank: 0 })])).toContain(401)
})

test('what came before on the same subject is told before: one by one, or together if that would take long', () => {
  const about = { subject: 'domain:a' }
  expect(told([row(1, about), row(2, { ...about, rank: 0 })])).toEqual([1])
  expect(told([...many(3, about), row(4, { ...about, rank: 0 }), row(5, about)])).toEqual([1])
  expect(told([...many(4, about), row(5, { ...about, rank: 0 }), row(6, about)])).toEqual([1, 2, 3, 4])
})

test('while something bad gathers company, what is calm does not wait with it', () => {
  const busy = recently(8)
  const bad = row(1, { rank: 1, not_before: after(3000).toISOString(), subject: 'domain:a' })
  const behind = row(3, { subject: 'domain:a' })
  expect(told([bad, row(2), behind], busy, after(4000))).toEqual([2])
})

test('mailboxes gather a moment, a failure among them does not wait', () => {
  const mailbox = { event: 'mailbox.created' }
  expect(told([row(1, mailbox), row(2, mailbox)])).toBe('later')
  expect(told([row(1, mailbox), row(2, mailbox)], [], after(paceMs))).toEqual([1, 2])
  expect(told([row(1, mailbox), row(2, { ...mailbox, rank: 1 })])).toEqual([2])
})

test('a thread that hears much waits longer and longer, others do not wait with it', () => {
  const batch_key = { batch_key: 'operation:1', thread_ts: '1.1' }
  expect(told([row(1, batch_key)], recently(3, '1.1'), after(7 * paceMs))).toBe('later')
  expect(told([row(1, batch_key)], recently(3, '1.1'), after(8 * paceMs))).toEqual([1])
  expect(told([row(1, batch_key), row(2)], recently(3, '1.1'))).toEqual([2])
})

test('a busy channel gathers, the urgent at most two paces', () => {
  expect(told([row(1)], recently(10), after(15 * paceMs))).toBe('later')
  expect(told([row(1)], recently(10), after(16 * paceMs))).toEqual([1])
  expect(told([row(1, { rank: 0 })], recently(10), after(paceMs))).toBe('later')
  expect(told([row(1, { rank: 0 })], recently(10), after(2 * paceMs))).toEqual([1])
})

test('a full message does not wait, however busy the channel is', () => {
  const rows = Array.from({ length: 300 }, (_, id) => row(id, { event_id: `${'E'.repeat(25)}${id}` }))
  const ids = told(rows, recently(30))
  expect(ids.length).toBeGreaterThan(190)
})

test('rows of different batches and threads never share a message', () => {
  const next = told([
    row(1, { batch_key: 'digest:r1:8' }),
    row(2, { batch_key: 'digest:r1:8' }),
    row(3, { batch_key: 'digest:r2:8' }),
    ...many(6, { rank: 0 }, 4),
  ])
  expect(next).toEqual([4, 5, 6, 7, 8, 9])
})

const queued = fc.record({
  event_id: fc
    .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 90 })
    .map((id) => id.replaceAll(' ', '_')),
  event: fc.constantFrom('subscription.updated', 'mailbox.created', 'domain.expired'),
  rank: fc.constantFrom(0, 1, 2, 3),
  subject: fc.option(fc.constantFrom('domain:a', 'domain:b', 'order:c')),
  batch_key: fc.option(fc.constantFrom('operation:1', 'digest:r:8'), { freq: 5 }),
})

/** Whether more waits than a message holds, or more of the most urgent than people read one by one. */
function isFlood(waiting: readonly Queued[]): boolean {
  const ids = waiting.map(({ event_id }) => event_id)
  const most = Math.min(...waiting.map(({ rank }) => rank))
  const tooLong = Buffer.byteLength(JSON.stringify(metadataOf(newDeliveryId(start), ids))) > 6000
  return tooLong || ids.length > 250 || waiting.filter(({ rank }) => rank === most).length > 5
}

test('whatever waits: each row is told once, in its subject’s order, the urgent alone unless they flood, within the metadata’s size', () => {
  fc.assert(
    fc.property(fc.array(queued, { maxLength: 600 }), fc.nat(12), (drawn, heard) => {
      let waiting = drawn.map((one, id) => row(id, one))
      const orders = new Map<string, number>()
      let now = start
      for (let turn = 0; waiting.length > 0; turn++) {
        if (turn > 2000) throw new Error('it does not end')
        const sorted = byUrgency(waiting)
        const head = sorted.slice(0, 400)
        const subjects = new Set(head.map(({ subject }) => subject))
        const earlier = sorted.slice(400).filter(({ subject }) => subject !== null && subjects.has(subject))
        const next = nextMessage({ head, earlier }, recently(heard), room, { now, paceMs })
        if (next.kind === 'nothing') throw new Error('rows wait, and nothing is to do')
        if (next.kind === 'later') {
          expect(next.at.getTime()).toBeGreaterThan(now.getTime())
          now = next.at
          continue
        }
        const ids = next.rows.map(({ event_id }) => event_id)
        const metadata = JSON.stringify(metadataOf(newDeliveryId(start), ids))
        expect(Buffer.byteLength(metadata)).toBeLessThanOrEqual(6000)
        for (const { id, subject, batch_key } of next.rows) {
          const place = `${batch_key} ${subject}`
          if (subject !== null) expect(id).toBeGreaterThan(orders.get(place) ?? -1)
          orders.set(place, id)
        }
        if (next.rows.length > 1 && next.rows.some(({ rank, batch_key }) => rank < 2 && batch_key === null)) {
          const [one] = next.rows
          const oneSubject = next.rows.every(({ subject }) => subject !== null && subject === one?.subject)
          expect(oneSubject || isFlood(waiting.filter(({ batch_key }) => batch_key === null))).toBe(true)
        }
        const gone = new Set(next.rows)
        expect(gone.size).toBe(next.rows.length)
        expect(next.rows.every((one) => waiting.includes(one))).toBe(true)
        waiting = waiting.filter((one) => !gone.has(one))
      }
    }),
    { numRuns: 60 },
  )
})
