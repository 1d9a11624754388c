import { expect, test } from 'vitest'
import { after, openedBy } from '../../../src/alerts/delivery/threads.ts'
import { declarationOf } from '../../../src/cmr/events/index.ts'

const now = new Date('2027-01-04T09:00:00.000Z')

/** What happens to one domain, minute by minute. */
function told(...events: string[]) {
  const rows = events.map((event, at) => ({
    event_id: event,
    event,
    severity: declarationOf(event)?.severity ?? ('info' as const),
    received_at: new Date(now.getTime() + at * 60_000).toISOString(),
    domain: 'acme.com',
  }))
  const [first, ...later] = rows
  if (!first) throw new Error('nothing is told')
  const { thread } = openedBy({ ...first, channel: 'C1', subject: 'domain:acme.com' }, '1.1', now)
  return later.reduce(
    (so, row) =>
      after(
        so,
        [row],
        rows.find(({ event_id }) => event_id === so.trouble_event_id),
      ).thread,
    thread,
  )
}

test('of several troubles the most severe is the open one, whichever came last', () => {
  const thread = told('domain.expired', 'domain.renewal.failed')
  expect(thread).toMatchObject({ trouble_event_id: 'domain.expired', last_event_id: 'domain.renewal.failed' })
  expect(told('domain.renewal.failed', 'domain.expired').trouble_event_id).toBe('domain.expired')
  expect(told('domain.grace_period', 'domain.expired').trouble_event_id).toBe('domain.expired')
})

test('what ends a greater trouble takes its place although it matters less; what renews ends both', () => {
  const cancelled = told('subscription.past_due', 'subscription.cancelled')
  expect(cancelled).toMatchObject({ trouble_event_id: 'subscription.cancelled', resolved_at: null })
  expect(told('domain.expired', 'domain.renewal.failed', 'domain.renewal.success').resolved_at).not.toBeNull()
  const again = told('domain.grace_period', 'domain.renewal.success', 'domain.renewal.failed')
  expect(again).toMatchObject({ trouble_event_id: 'domain.renewal.failed', resolved_at: null })
})
