import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reader } from '../../../src/alerts/messages/alert-event.ts'
import { batchMessage } from '../../../src/alerts/messages/batch.ts'
import { eventMessage } from '../../../src/alerts/messages/event-message.ts'
import { effectOf, webhookEvents } from '../../../src/cmr/events/index.ts'
import { parseWebhook } from '../../../src/cmr/webhooks.ts'
import { limitsBroken } from '../../support/limits.ts'

const names = Object.keys(webhookEvents)
const severity = 'bad'
const ping = /<(?!!date\^\d)/

const full = {
  userId: 'PWM7Y25RYZ450YNM8K8FX9GK5AHX',
  userEmail: 'jane@acme.com',
  orderId: 'NQ682GAVFTMYC2H6C87PPKPG5WXV',
  subscriptionId: 'YC2H6C87PPKPG5WXVNQ682GAVFTM',
  domainName: 'acme.com',
  domain: 'acme.com',
  email: 'jane@acme.com',
  expiryDate: '2026-12-01T00:00:00Z',
  periodEnd: '2026-12-01T00:00:00Z',
  price: '14.50',
  quantity: 3,
  reason: 'Insufficient balance',
}

test.each(names)('%s says what happened to whom', (event) => {
  const { text, blocks } = eventMessage({ event, eventId: 'e', severity, data: full })
  // What a phone's notification shows; it draws an emoji as one character.
  const notification = text
    .replace(/:[a-z_]+:/g, '.')
    .replaceAll('*', '')
    .slice(0, 80)
  expect(notification).toMatch(/acme\.com/)
  expect(text).not.toMatch(/does not know|undefined|null|\[object/)
  expect(limitsBroken('message', { text, blocks })).toEqual([])
})

test.each(names)('%s says something true with nothing given', (event) => {
  const { text } = eventMessage({ event, eventId: 'e', severity, data: {} })
  expect(text.length).toBeGreaterThan(15)
  expect(text).not.toMatch(/undefined|null|NaN|\[object/)
})

test.each(names)('%s says nothing of a day that holds only once it is over', (event) => {
  const { text } = eventMessage({ event, eventId: 'e', severity, data: full })
  expect(text).not.toMatch(/(ended|expired) <!date/i)
})

const said = (event: string, data: Record<string, unknown>, domain?: string) =>
  eventMessage({ event, eventId: 'e', severity, data, domain }).text

test('a notification is made of sentences', () => {
  const text = said('domain.order.failed', { domainName: 'acme.com', reason: 'Insufficient balance' })
  expect(text).toMatch(/acme\.com\* could not be registered\. CMR says: Insufficient balance\. Its mailboxes/)
})

test('a subscription whose domain CMR leaves out goes by what the bot knows of it, else by its id', () => {
  const data = { subscriptionId: 'YC2H6C87' }
  expect(said('subscription.past_due', data)).toContain('Subscription *YC2H6C87* is past due')
  expect(said('subscription.past_due', data, 'acme.com')).toContain('Subscription on *acme.com* is past due')
})

test('what CMR lists is named, however it lists it', () => {
  expect(said('mailbox.updated', { email: 'a@b.com', updatedFields: ['firstName', 'lastName'] })).toContain(
    'New: firstName, lastName',
  )
  const record = { recordType: 'TXT', host: '_dmarc', value: 'v=DMARC1; p=none', ttl: 3600 }
  expect(said('dns-record.updated', { domain: 'b.com', record })).toContain('TXT _dmarc: v=DMARC1; p=none')
  const domains = Array.from({ length: 50 }, (_, at) => ({ domain: `d${at}.com` }))
  expect(said('domain.order.success', { domains })).toMatch(/d39\.com and 10 more\* are registered/)
})

test('a success that lists a domain as failed says so of that one, and completes only the others', () => {
  const domains = [
    { domain: 'good.com', status: 'ACTIVE' },
    { domain: 'bad.com', status: 'FAILED' },
  ]
  expect(said('domain.order.success', { domains })).toContain(
    ':warning: *good.com* is registered. CMR reports *bad.com* as FAILED.',
  )
  expect(said('domain.order.success', { domains: [domains[1]] })).toContain(
    '*bad.com* is not registered yet. CMR reports *bad.com* as FAILED.',
  )
  expect(said('domain.order.success', { domains: [domains[0]] })).not.toContain('CMR reports')
  const effect = effectOf('domain.order.success', { domains })
  expect(effect).toEqual({ effect: 'done', parts: [{ kind: 'domain', name: 'good.com' }] })
})

test('a failed order that lists a domain as active says so of that one, and fails only the others', () => {
  const domains = [
    { domain: 'good.com', status: 'ACTIVE' },
    { domain: 'bad.com', status: 'FAILED' },
  ]
  for (const event of ['domain.order.failed', 'prewarmup.order.failed']) {
    expect(said(event, { domains })).toMatch(
      /\*bad\.com\* could not be .*CMR reports \*good\.com\* as ACTIVE\./,
    )
    expect(effectOf(event, { domains })?.parts.map(({ name }) => name)).toEqual(['bad.com'])
  }
  expect(effectOf('domain.order.failed', { domains })?.without).toEqual(['bad.com'])
  expect(effectOf('domain.renewal.failed', { domains })?.parts).toHaveLength(2)
})

test('the mailboxes of each domain that failed will not come', () => {
  const domains = [{ domain: 'One.com' }, { domain: 'two.com' }]
  for (const event of ['domain.order.failed', 'mailbox.order.failed'])
    expect(effectOf(event, { domains }).without).toEqual(['one.com', 'two.com'])
})

test('no list price stands in an alert: whoever has negotiated another would read a wrong one', () => {
  expect(said('subscription.updated', full)).not.toContain('$')
  expect(said('subscription.updated', { ...full, pricePerMailbox: '4.20' })).toContain('$4.20 a month')
})

test('whatever CMR sends is told within Slack’s limits and pings nobody', () => {
  const hostile = fc.constantFrom('<!channel>', '<@U1>', '& <!here|x>', '`<!everyone>`', 'x'.repeat(4000))
  const value = fc.oneof(hostile, fc.jsonValue({ maxDepth: 2 }))
  const data = fc.dictionary(
    fc.oneof(fc.constantFrom(...Object.keys(full), 'domains', 'record'), fc.string()),
    value,
  )
  const event = fc.oneof(
    fc.constantFrom(...names),
    fc.constant('<!channel>.new'),
    fc.string({ minLength: 1 }),
  )
  fc.assert(
    fc.property(event, fc.array(data, { minLength: 1, maxLength: 60 }), (name, many) => {
      const events = many.map((one) => ({ event: name, eventId: 'e', severity, data: one }) as const)
      const [first] = events
      for (const message of [batchMessage(events), ...(first ? [eventMessage(first)] : [])]) {
        expect(limitsBroken('message', message)).toEqual([])
        for (const said of mrkdwn(message.blocks)) expect(said).not.toMatch(ping)
        expect(message.text).not.toMatch(ping)
      }
    }),
  )
})

function mrkdwn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwn)
  if (typeof value !== 'object' || value === null) return []
  const { type, text } = value as { type?: unknown; text?: unknown }
  return type === 'mrkdwn' ? [String(text)] : Object.values(value).flatMap(mrkdwn)
}

test('domains that a list was too long for are counted, wherever CMR lists them', () => {
  for (const list of ['domains', 'mailboxDetails']) {
    const rows = Array.from({ length: 2500 }, (_, at) => ({ domain: `a${at}.com` }))
    const read = parseWebhook(
      Buffer.from(JSON.stringify({ event: 'prewarmup.order.success', eventId: 'E', data: { [list]: rows } })),
    )
    if (!read.ok) throw new Error(read.reason)
    expect(reader({ data: read.webhook.data, domain: null }).domain).toMatch(/ and 2460 more$/)
  }
})

test('the alert of an unknown event says how much of it was left out', () => {
  const textOf = (data: unknown) => {
    const read = parseWebhook(Buffer.from(JSON.stringify({ event: 'mailbox.rotated', eventId: 'E', data })))
    if (!read.ok) throw new Error(read.reason)
    return eventMessage({ ...read.webhook, source: 'webhook' }).text
  }
  const one = textOf({ domain: 'acme.com', password: 'Canary-9Q-1' })
  expect(one).toContain('acme.com')
  expect(one).toMatch(/1 value was left out, because they may hold a password.*Settings → Webhooks/)
  expect(one).not.toMatch(/Canary|leftOut/)
  expect(textOf({ domain: 'acme.com', deep: [{ note: 'some free text', pin: 1234, port: 25 }] })).toMatch(
    /2 values were left out/,
  )
  expect(textOf('a mere text')).toMatch(/1 value was left out/)
  expect(textOf({ domain: 'acme.com', count: 3, when: '2026-11-24' })).not.toContain('left out')
  expect(textOf(undefined)).not.toContain('left out')
})

test.each([
  [false, 10_000, 'Renew them: the wallet covers all of it ($24.00).', 'Renew all 2 for $24.00'],
  [true, 10_000, 'Renew them: the wallet covers all of it (about $24.00).', 'Renew all 2 for about $24.00'],
  [true, 1000, 'about $14.00 is missing to renew all of it', 'Renew all 2 for about $24.00'],
])(
  'an estimate is one in every sentence of a message of many: %s, %s cents',
  (isEstimate, walletCents, todo, button) => {
    const events = ['acme.com', 'acme.io'].map((domain) => ({
      event: 'subscription.past_due',
      eventId: domain,
      data: { domain, subscriptionId: `SUB-${domain}` },
      severity: 'urgent' as const,
      details: { renewal: { cents: 1200, atMostCents: 1200, isEstimate }, autoRenew: true, walletCents },
    }))
    const shown = JSON.stringify(batchMessage(events, { deliveryId: 'D1' }))
    expect(shown).toContain(todo)
    expect(shown).toContain(`"${button}"`)
  },
)
