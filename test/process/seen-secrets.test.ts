import fc from 'fast-check'
import { expect, test } from 'vitest'
import { REMOVED, rememberSecret, scrubDeep, scrubText } from '../../src/process/seen-secrets.ts'
import { escapeText } from '../../src/slack/blocks.ts'

const secret = 'Tr0ub4dor & <"3">\\'
rememberSecret(secret)

test('a secret is taken out however it is written', () => {
  expect(scrubText(`a ${secret} b`)).toBe(`a ${REMOVED} b`)
  expect(scrubText(JSON.stringify({ a: secret }))).toBe(`{"a":"${REMOVED}"}`)
  expect(scrubText(encodeURIComponent(secret))).toBe(REMOVED)
  expect(scrubText('Tr0ub4dor &amp; &lt;"3"&gt;\\')).toBe(REMOVED)
})

test('base64 does not hide a secret, whatever stands around it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const encoded = Buffer.from(before + secret + after).toString('base64')
      expect(scrubText(encoded)).not.toBe(encoded)
      const bytes = Buffer.from(scrubText(encoded).replace(REMOVED, ''), 'base64').toString()
      expect(bytes).not.toContain(secret)
    }),
  )
})

test('a text without a secret stays as it is', () => {
  fc.assert(fc.property(fc.string(), (text) => text.includes('://') || scrubText(text) === text))
})

test('names and passwords inside URLs are taken out', () => {
  expect(scrubText('see https://jane:hunter2@acme.com/a and postgres://u:p@db/x')).toBe(
    'see https://acme.com/a and postgres://db/x',
  )
})

test('an everyday word is not a secret', () => {
  rememberSecret('changed')
  rememberSecret('CHANGED')
  rememberSecret('12345')
  expect(scrubText('It has changed: CHANGED 12345')).toBe('It has changed: CHANGED 12345')
})

test('the oldest are forgotten, the bot’s own keys never', () => {
  rememberSecret('own-key-1234', { keep: true })
  rememberSecret('oldest-secret-1')
  for (let at = 0; at < 5000; at++) rememberSecret(`later-secret-${at}-x`)
  expect(scrubText('oldest-secret-1 own-key-1234 later-secret-4999-x')).toBe(
    `oldest-secret-1 ${REMOVED} ${REMOVED}`,
  )
})

test('texts inside objects are scrubbed, identifiers and files stay', () => {
  rememberSecret('deep-secret-77')
  const file = Buffer.from('deep-secret-77')
  expect(
    scrubDeep(
      { text: ['a deep-secret-77'], action_id: 'deep-secret-77', file },
      { untouched: new Set(['action_id']) },
    ),
  ).toEqual({ text: [`a ${REMOVED}`], action_id: 'deep-secret-77', file })
})

test('a hundred kilobytes that begin like thousands of secrets are read within seconds', () => {
  const text = 'late'.repeat(25_000)
  const begun = process.cpuUsage()
  scrubText(text)
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(3000)
})

test('a secret is found between the signs that messages put into outside text', () => {
  const secret = ':fire:Pa55*w0rd*'
  rememberSecret(secret)
  expect(scrubText(`CMR says: ${escapeText(`no ${secret} here`)}`)).toBe(`CMR says: no ${REMOVED} here`)
  expect(scrubText(escapeText(':fire: & Sons'))).toBe(escapeText(':fire: & Sons'))
})
