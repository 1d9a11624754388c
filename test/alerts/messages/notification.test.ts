import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AlertDetails, AlertEvent } from '../../../src/alerts/messages/alert-event.ts'
import { eventMessage } from '../../../src/alerts/messages/event-message.ts'

const due: AlertDetails = {
  customer: 'Acme Inc.',
  renewal: { cents: 1500, atMostCents: 1500, isEstimate: false },
  walletCents: 25_000,
}

function alert(event: string, data: object, details: AlertDetails = due): AlertEvent {
  const severity = /past_due|grace/.test(event) ? 'urgent' : 'bad'
  return { event, eventId: 'e', severity, data: { ...data }, domain: 'acme.com', details }
}

const shown = (event: AlertEvent) => eventMessage(event).text
const pastDue = (data: object, details?: AlertDetails) =>
  shown(alert('subscription.past_due', { subscriptionId: 'S', domain: 'acme.com', ...data }, details))

test('the first 80 characters of a notification name the domain, the company and the amount, however long they are', () => {
  const word = fc.string({
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
    minLength: 1,
    maxLength: 40,
  })
  const kinds = fc.constantFrom(
    'subscription.past_due',
    'subscription.renewal.failed',
    'domain.renewal.failed',
    'domain.grace_period',
  )
  fc.assert(
    fc.property(kinds, word, word, fc.nat(500_000), (event, name, company, cents) => {
      const domain = `${name}.com`
      const details = {
        customer: `${company} Ltd.`,
        renewal: { cents, atMostCents: cents, isEstimate: true },
      }
      const data = { subscriptionId: 'S', domain, domainName: domain }
      const first = shown(alert(event, data, details)).slice(0, 80)
      expect(first).toContain(domain.slice(0, 31))
      expect(first).toContain(company.slice(0, 7))
      expect(first).toMatch(/about \$[\d,]+\.\d\d/)
    }),
  )
})

test('a payment that failed names its cause, and what renewing it costs', () => {
  expect(pastDue({ autoRenew: false })).toMatch(
    /past due: auto-renew is off; the wallet is fine.*To do:\* Renew it for \$15\.00\./,
  )
  expect(pastDue({ autoRenew: false }, { ...due, walletCents: 1000 })).toMatch(
    /auto-renew is off, and the wallet is \$5\.00 short.*Add funds.*Then renew it for \$15\.00/,
  )
  expect(pastDue({ autoRenew: true }, { ...due, walletCents: 1000 })).toMatch(
    /past due: the wallet is \$5\.00 short.*CMR tries again by itself/,
  )
  expect(pastDue({ autoRenew: true })).toMatch(/the payment failed, and the wallet covers it now/)
  // CMR leaves it out: the directory has seen it.
  expect(pastDue({}, { ...due, autoRenew: false })).toContain('auto-renew is off; the wallet is fine')
  expect(pastDue({ autoRenew: true }, {})).toMatch(/past due: the payment failed\./)
  const grace = alert('domain.grace_period', { domainName: 'acme.com' }, { ...due, autoRenew: false })
  expect(shown(grace)).toMatch(
    /Cause: auto-renew is off; the wallet is fine\..*Renew the domain now for \$15\.00/,
  )
})

test('what has changed is told as it was and as it is, a price before all else', () => {
  const updated = (data: object) =>
    shown(alert('subscription.updated', { subscriptionId: 'S', domain: 'acme.com', ...data }))
  const before = { pricePerMailbox: '3.00', quantity: 9, autoRenew: true, periodEnd: '2026-12-01T00:00:00Z' }
  expect(updated({ before, pricePerMailbox: 5, quantity: 9 })).toMatch(
    /costs more: \$3\.00 → \$5\.00 a mailbox .*together: \$27\.00 → \$45\.00 a month/,
  )
  expect(updated({ before, pricePerMailbox: '2.50' })).toContain('costs less: $3.00 → $2.50 a mailbox')
  const changed = updated({ before, pricePerMailbox: '3.00', quantity: 12, autoRenew: false })
  expect(changed).toMatch(/has changed.*Mailboxes: 9 → 12\. Auto-renew: on → off/)
  expect(changed).not.toMatch(/costs|Paid until/)
})

test('a dead end has a way on', () => {
  const buttons = (event: string) =>
    JSON.stringify(eventMessage(alert(event, { userId: 'U', domain: 'acme.com' })).blocks)
  for (const event of [
    'domain.order.failed',
    'mailbox.order.failed',
    'subscription.expired',
    'subscription.cancelled',
  ])
    expect(buttons(event), event).toContain('"Order again"')
  for (const event of ['domain.expired', 'subscription.cancelled'])
    expect(buttons(event), event).toContain('"Write to CMR’s support"')
})
