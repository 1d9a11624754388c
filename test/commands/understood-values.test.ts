import fc from 'fast-check'
import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { argumentsOf } from '../../src/commands/arguments.ts'
import { parseSpoken, spokenOf } from '../../src/commands/grammar.ts'
import { readingLabel } from '../../src/commands/understanding/sentences.ts'
import { understand } from '../../src/commands/understanding/understand.ts'
import { anyText } from '../support/any-text.ts'

const registry = declaredCommands()

/** The values that a line gives to its command's fields. */
function valuesOf(line: string) {
  const found = understand(registry, line)
  const given = found.kind === 'command' ? argumentsOf(found.command, found.rest) : undefined
  return given?.ok ? given.raw : given?.sentence
}

test.each([
  ['list domains of Acme', { userId: 'Acme' }],
  ['domains list user:jane@acme.com', { userId: 'jane@acme.com' }],
  ['mailboxes list Bank of America', { userId: 'Bank of America' }],
  ['mailboxes list of Bank of America on acme.com', { userId: 'Bank of America', domain: 'acme.com' }],
  ['list domains of "On Point"', { userId: 'On Point' }],
  ['domains renew acme.com and acme.io', { domains: 'acme.com acme.io' }],
  ['domains get acme.com and acme.io', '*domains get* takes one domain at a time. Which one?'],
  ['dns check acme.com acme.io', '*dns check* takes one domain at a time. Which one?'],
  ['diagnose acme.com,acme.io', '*diagnose* takes one domain at a time. Which one?'],
  ['dns list acme.com,acme.io', '*dns list* takes one domain at a time. Which one?'],
  ['alerts mute acme.com,acme.io', '*alerts mute* takes one domain at a time. Which one?'],
  ['mailboxes get a@acme.com,b@acme.com', '*mailboxes get* takes one name at a time. Which one?'],
  ['domains renew acme.com,acme.io', { domains: 'acme.com,acme.io' }],
  ['mailboxes list acme.com acme.io', '*mailboxes list* takes one domain at a time. Which one?'],
  ['mailboxes list acme.com --userId acme.io', { domain: 'acme.com', userId: 'acme.io' }],
  // Values keep every word that a name would lose.
  [
    'dns add acme.com MX @ 10 20 mx.x.com',
    { domain: 'acme.com', recordType: 'MX', host: '@', value: '20 mx.x.com', priority: '10' },
  ],
  ['dns add acme.com TXT for on of', { domain: 'acme.com', recordType: 'TXT', host: 'for', value: 'on of' }],
  ['dns add acme.com TXT @ user:x', { domain: 'acme.com', recordType: 'TXT', host: '@', value: 'user:x' }],
])('“%s” names its things', (line, values) => {
  expect(valuesOf(line)).toEqual(values)
})

test('each of the names between commas can be taken, with what was said besides', () => {
  const found = understand(registry, 'dns list acme.com,acme.io --page 2')
  const given = found.kind === 'command' && argumentsOf(found.command, found.rest)
  if (!given || given.ok) throw new Error('no doubt')
  const values = given.ways.map(({ rest }) => argumentsOf(found.command, rest))
  expect(values).toEqual([
    { ok: true, raw: { domain: 'acme.com', page: '2' } },
    { ok: true, raw: { domain: 'acme.io', page: '2' } },
  ])
})

test('a text that is too long is not cut: its bound is said', () => {
  expect(understand(registry, `acme ${'x'.repeat(13_000)}`)).toMatchObject({
    kind: 'which',
    sentence: expect.stringMatching(/13,005 characters; 12,000 are the most/),
  })
})

test('whatever is written, it means something at once, and a button carries on with what was said', () => {
  const words = fc.constantFrom(
    ...registry.nouns.keys(),
    ...[...registry.nouns.values()].flat().map(({ verb }) => verb),
    ...['renew', 'acme.com', 'jane@acme.com', '5', '"', '“x y”', 'a=b', '--page'],
  )
  const said = fc.oneof(
    anyText({ maxLength: 300 }),
    fc
      .array(fc.oneof(words, fc.string({ maxLength: 12 }), fc.domain()), { maxLength: 8 })
      .map((list) => list.join(' ')),
  )
  fc.assert(
    fc.property(said, (text) => {
      const found = understand(registry, text)
      if (found.kind === 'search') expect(found.texts.every((one) => one.length > 0)).toBe(true)
      if (found.kind !== 'which') return
      for (const reading of found.readings) {
        expect(readingLabel(reading)).not.toMatch(/undefined/)
        const given = argumentsOf(reading.command, reading.rest)
        if (!given.ok) continue
        const again = parseSpoken(spokenOf(given.raw))
        expect(again.ok && argumentsOf(reading.command, again.words)).toEqual(given)
      }
    }),
  )
  const started = performance.now()
  for (const text of ['a.', '<', '*_', 'x@', 'A1']) understand(registry, text.repeat(6_000 / text.length))
  expect(performance.now() - started).toBeLessThan(1000)
})

test('what may stand behind a list is read once, however often it stands there', () => {
  understand(registry, 'acme.com')
  const started = performance.now()
  for (const text of ['csv ', 'page 1 ', 'csv page 1 '])
    understand(registry, `acme corp ${text.repeat(980 / text.length)}`)
  expect(performance.now() - started).toBeLessThan(250)
})
