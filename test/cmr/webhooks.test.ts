import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { referencesIn } from '../../src/cmr/events/references.ts'
import {
  parseWebhook,
  type SignatureVariant,
  signatureVariants,
  signWebhook,
  verifyWebhook,
} from '../../src/cmr/webhooks.ts'

const now = new Date('2026-11-24T12:00:00Z')
const seconds = String(now.getTime() / 1000)
const rawBody = Buffer.from('{"event":"domain.expired"}')
const hmac = (...parts: (string | Buffer)[]) => {
  const made = createHmac('sha256', 'key')
  for (const part of parts) made.update(part)
  return made
}
const check = (signature: string, timestamp = seconds) =>
  verifyWebhook({
    rawBody,
    secrets: ['key'],
    now,
    headers: { 'cmr-x-signature': signature, 'cmr-x-timestamp': timestamp },
  })

test.each([
  ['hex', hmac(rawBody).digest('hex'), seconds],
  ['HEX', hmac(rawBody).digest('hex').toUpperCase(), seconds],
  ['sha256=', `sha256=${hmac(rawBody).digest('hex')}`, seconds],
  ['base64', hmac(rawBody).digest('base64'), seconds],
  ['timestamp.body', hmac(`${seconds}.`, rawBody).digest('hex'), seconds],
  ['milliseconds', hmac(rawBody).digest('hex'), String(now.getTime())],
])('a signature as %s is taken', (_, signature, timestamp) => {
  expect(check(signature, timestamp)).toMatchObject({ ok: true })
})

test.each([
  ['another key', createHmac('sha256', 'other').update(rawBody).digest('hex'), seconds],
  ['no signature', '', seconds],
  ['no timestamp', hmac(rawBody).digest('hex'), ''],
  ['a timestamp that is none', hmac(rawBody).digest('hex'), 'yesterday'],
  ['six minutes ago', hmac(rawBody).digest('hex'), String(now.getTime() / 1000 - 360)],
  ['six minutes ahead', hmac(rawBody).digest('hex'), String(now.getTime() / 1000 + 360)],
])('%s is refused', (_, signature, timestamp) => {
  expect(check(signature, timestamp)).toMatchObject({ ok: false })
})

test('while the key is rotated, webhooks signed with either are taken', () => {
  const signed = (secret: string) =>
    verifyWebhook({
      ...{ rawBody, now, secrets: ['old', 'new'] },
      headers: signWebhook({ body: rawBody, secret, now }),
    })
  expect(['old', 'new', 'other'].map((secret) => signed(secret).ok)).toEqual([true, true, false])
})

test('a refusal says whether it is the key, the clock, or nothing of CMR’s at all', () => {
  const kind = (headers: Record<string, string>) => {
    const verified = verifyWebhook({ rawBody, secrets: ['key'], now, headers })
    return verified.ok ? 'ok' : verified.kind
  }
  const old = new Date(now.getTime() - 6 * 60_000)
  expect(kind({})).toBe('unsigned')
  expect(kind({ 'cmr-x-signature': 'x' })).toBe('signature')
  expect(kind(signWebhook({ body: rawBody, secret: 'other', now }))).toBe('signature')
  expect(kind(signWebhook({ body: rawBody, secret: 'other', now: old }))).toBe('signature')
  expect(kind(signWebhook({ body: rawBody, secret: 'key', now: old }))).toBe('clock')
})

test('where one way of signing is pinned, no other is taken', () => {
  const signed = (only: SignatureVariant) => ({
    ...{ rawBody, secrets: ['key'], now, only },
    headers: signWebhook({ body: rawBody, secret: 'key', now }),
  })
  expect(verifyWebhook(signed('hex:body:s'))).toEqual({ ok: true, variant: 'hex:body:s' })
  for (const only of signatureVariants.filter((one) => one !== 'hex:body:s'))
    expect(verifyWebhook(signed(only)).ok, only).toBe(false)
})

test('what we sign we accept, whatever the bytes and the key', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ minLength: 1 }), (bytes, secret) => {
      const body = Buffer.from(bytes)
      expect(
        verifyWebhook({ rawBody: body, secrets: [secret], now, headers: signWebhook({ body, secret, now }) })
          .ok,
      ).toBe(true)
    }),
  )
})

test('any JSON is an event or a clear refusal, and never an exception', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const read = parseWebhook(Buffer.from(text))
      expect(read.ok || read.reason.length > 0).toBe(true)
    }),
  )
})

test('one event about several domains names each, with its operation', () => {
  const read = parseWebhook(
    Buffer.from(
      '{"event":"domain.order.success","data":{"actionId":"ACT_1","domains":[{"domain":"a.com"},{"domain":"b.com"}]}}',
    ),
  )
  if (!read.ok) throw new Error(read.reason)
  expect(read.webhook).toMatchObject({
    severity: 'good',
    eventId: expect.stringMatching(/^digest:/),
  })
  expect(referencesIn(read.webhook.data)).toEqual([
    { actionId: 'ACT_1', domain: 'a.com' },
    { actionId: 'ACT_1', domain: 'b.com' },
  ])
})

test('eventType names an event too, and its credentials are dropped', () => {
  const read = parseWebhook(
    Buffer.from('{"eventType":"mailbox.created","data":{"email":"a@b.c","password":"x"}}'),
  )
  expect(read).toMatchObject({ ok: true, webhook: { event: 'mailbox.created', data: { email: 'a@b.c' } } })
  expect(JSON.stringify(read)).not.toContain('"x"')
})

test('nesting that would break the stack is left out, and the rest is kept', () => {
  const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const read = parseWebhook(
    Buffer.from(
      `{"event":"domain.expired","data":{"domain":"a.com","deep":${nested},"n":12345678901234567890}}`,
    ),
  )
  if (!read.ok) throw new Error(read.reason)
  expect(read.webhook).toMatchObject({ event: 'domain.expired', data: { domain: 'a.com' } })
})

test('ids above 2^53 that are numbers stay apart', () => {
  const ids = Array.from({ length: 100 }, (_, at) => `${9_007_199_254_740_993n + BigInt(at)}`)
  const read = ids.map((id) =>
    parseWebhook(
      Buffer.from(
        `{"event":"domain.expired","eventId":${id},"data":{"domainId":${id},"n":7,"domains":[{"orderId":${id}}]}}`,
      ),
    ),
  )
  expect(read.map((one) => one.ok && one.webhook.eventId)).toEqual(ids)
  expect(read[99]).toMatchObject({ webhook: { data: { domainId: ids[99], n: 7 } } })
  const [first] = read
  if (!first?.ok) throw new Error('it is not read')
  expect(referencesIn(first.webhook.data)).toEqual([{ domainId: ids[0], orderId: ids[0] }])
})

test('an id that is too long for an index is shortened, and two that begin alike stay two', () => {
  const subject = (end: string) =>
    referencesIn({ subscriptionId: `${'x'.repeat(3000)}${end}`, orderId: 7 })[0]
  expect(subject('a')?.subscriptionId).toHaveLength(252)
  expect(subject('a')?.subscriptionId).toContain('…')
  expect(subject('a')).not.toEqual(subject('b'))
  expect(subject('a')?.orderId).toBe('7')
})

test('a NUL, which PostgreSQL does not store, is replaced', () => {
  const body = String.raw`{"event":"domain.order.failed","data":{"domain":"a\u0000b.com","reason":"C:\\u0000"}}`
  expect(parseWebhook(Buffer.from(body))).toMatchObject({
    ok: true,
    webhook: { data: { domain: 'a\ufffdb.com', reason: 'C:\\u0000' } },
  })
})
