import { expect, test } from 'vitest'
import { z } from 'zod'
import { check } from '../../src/commands/check.ts'

const input = z.object({
  app: z.enum(['SMARTLEAD', 'INSTANTLY']),
  years: z.number().int().min(1).max(10),
  autoRenew: z.boolean(),
  email: z.email(),
  name: z.string().min(1).max(5),
  own: z.string().regex(/^r\d$/, 'A route, such as r3.'),
})
const right = { app: 'smartlead', years: '2', autoRenew: 'on', email: 'a@b.co', name: 'Jo', own: 'r3' }

test('what is right needs no words', () => {
  expect(check(input, right)).toMatchObject({
    ok: true,
    input: { app: 'SMARTLEAD', years: 2, autoRenew: true },
  })
})

test.each([
  ['app', 'gmail', 'Choose one of SMARTLEAD, INSTANTLY.'],
  ['years', 'two', 'Give a number.'],
  ['years', '1.5', 'Give a whole number.'],
  ['years', '0', 'Give 1 at least.'],
  ['years', '11', 'Give 10 at most.'],
  ['autoRenew', 'perhaps', 'Choose yes or no.'],
  ['email', 'a at b', 'This is not an e-mail address.'],
  ['name', 'Johannes', 'Give 5 characters at most.'],
  ['own', 'x', 'A route, such as r3.'],
])('%s %s: %s', (field, value, sentence) => {
  expect(check(input, { ...right, [field]: value })).toMatchObject({
    ok: false,
    errors: { [field]: sentence },
  })
})

test.each([
  ['us', 'US'],
  ['Germany', 'DE'],
  ['united states', 'US'],
  ['UK', 'GB'],
  ['Atlantis', 'Atlantis'],
])('a country is known by its name too: %s', (said, code) => {
  const place = z.object({ country: z.string().meta({ picker: 'country' }) })
  expect(check(place, { country: said })).toMatchObject({ input: { country: code } })
})
