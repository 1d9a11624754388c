import { expect, test } from 'vitest'
import { isKnownFrom, stagesIn } from '../../src/cmr/events/index.ts'

const stage = (event: string, data: object) => {
  const [first] = stagesIn(event, data as Record<string, unknown>)
  if (!first) throw new Error(`${event} tells of no life`)
  return first
}
const subscription = (event: string, periodEnd?: string, subscriptionId = 'S1') =>
  stage(`subscription.${event}`, { subscriptionId, periodEnd })
const domain = (event: string, expiryDate?: string) =>
  stage(`domain.${event}`, { domainName: 'Acme.com', expiryDate })

test('whoever was told of a point in a life knows what came before it, and nothing that came after', () => {
  const [past, renewed] = [
    subscription('past_due', '2026-12-01'),
    subscription('renewal.success', '2027-01-01'),
  ]
  expect(isKnownFrom(past, subscription('past_due', '2026-12-01T10:00:00Z'))).toBe(true)
  expect(isKnownFrom(past, subscription('renewing', '2026-12-01'))).toBe(true)
  expect(isKnownFrom(past, subscription('expired', '2026-12-01'))).toBe(false)
  expect(isKnownFrom(renewed, past)).toBe(true)
  expect(isKnownFrom(past, renewed)).toBe(false)
  expect(isKnownFrom(renewed, subscription('past_due', '2027-01-01'))).toBe(false)
  expect(isKnownFrom(past, subscription('past_due', '2026-12-01', 'S2'))).toBe(false)
  expect(isKnownFrom(domain('grace_period', '2026-12-01'), domain('renewal.failed', '2026-12-01'))).toBe(true)
  // CMR's domain.expired names no term.
  expect(isKnownFrom(domain('expired'), domain('grace_period', '2026-12-01'))).toBe(true)
  expect(isKnownFrom(domain('grace_period', '2026-12-01'), domain('expired'))).toBe(false)
  expect(isKnownFrom(domain('renewal.success', '2027-12-01'), domain('grace_period', '2026-12-01'))).toBe(
    true,
  )
  const warmup = (event: string) => stage(`mailbox.warmup.${event}`, { mailboxId: 'M1' })
  expect(isKnownFrom(warmup('removed'), warmup('started'))).toBe(false)
})

test('a pre-warmed order tells of each domain, subscription and mailbox in it', () => {
  const mailboxDetails = ['a.com', 'b.com'].map((name) => ({
    domain: name,
    subscriptionId: `S-${name}`,
    preWarmedUpMailboxes: [{ mailboxId: `M-${name}` }],
  }))
  const told = stagesIn('prewarmup.order.success', { orderId: 'O1', mailboxDetails })
  expect(told.map(({ of, id }) => `${of} ${id}`)).toEqual([
    'domain a.com',
    'domain b.com',
    'subscription S-a.com',
    'subscription S-b.com',
    'mailbox M-a.com',
    'mailbox M-b.com',
  ])
})
