import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSignedBySlack, parseSlackBody } from '../../src/slack/http-receiver.ts'

const secret = '8f742231b10e8888abcd99yyyzzz85a5'
const now = Date.parse('2026-11-28T12:00:00Z')
const seconds = now / 1000

function sign(body: Buffer, timestamp: number | string = seconds, key = secret) {
  const signature = createHmac('sha256', key).update(`v0:${timestamp}:`).update(body).digest('hex')
  return { 'x-slack-request-timestamp': String(timestamp), 'x-slack-signature': `v0=${signature}` }
}

test('what Slack has signed over these bytes is taken, in whatever encoding they are', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const body = Buffer.from(bytes)
      expect(isSignedBySlack(body, sign(body), secret, now)).toBe(true)
      expect(isSignedBySlack(Buffer.concat([body, Buffer.from('x')]), sign(body), secret, now)).toBe(false)
    }),
  )
})

test.each([
  ['five minutes old', sign(Buffer.from('a'), seconds - 300), true],
  ['older', sign(Buffer.from('a'), seconds - 301), false],
  ['from the future', sign(Buffer.from('a'), seconds + 301), false],
  ['with a timestamp that is no number', sign(Buffer.from('a'), 'NaN'), false],
  ['signed with another secret', sign(Buffer.from('a'), seconds, 'other'), false],
  ['without a signature', { 'x-slack-request-timestamp': String(seconds) }, false],
  ['with a short signature', { ...sign(Buffer.from('a')), 'x-slack-signature': 'v0=' }, false],
  ['without anything', {}, false],
])('a request %s', (_, headers, taken) => {
  expect(isSignedBySlack(Buffer.from('a'), headers, secret, now)).toBe(taken)
})

test.each([
  ['command=%2Fcmr&text=domains+list', undefined, { command: '/cmr', text: 'domains list' }],
  ['payload=%7B%22type%22%3A%22shortcut%22%7D', 'application/x-www-form-urlencoded', { type: 'shortcut' }],
  ['{"type":"event_callback"}', 'application/json; charset=utf-8', { type: 'event_callback' }],
  ['null', 'application/json', undefined],
  ['[1]', 'application/json', undefined],
  ['payload=null', undefined, undefined],
  ['{', 'application/json', undefined],
])('the body %s', (text, contentType, body) => {
  expect(parseSlackBody(Buffer.from(text), contentType)).toEqual(body)
})
