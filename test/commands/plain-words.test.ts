import fc from 'fast-check'
import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { idOf } from '../../src/commands/command.ts'
import { type Meaning, meaningOf } from '../../src/commands/plain-words.ts'

const registry = declaredCommands()

const inShort = (meaning: Meaning) => {
  if (meaning.kind === 'search') return `search ${meaning.texts.join(' | ')}`
  if (meaning.kind === 'greeting') return 'greeting'
  const given = meaning.kind === 'read' ? meaning.input : meaning.given
  return `${meaning.kind} ${idOf(meaning.command)} ${JSON.stringify(given)}`
}

test.each([
  // A bare name, and what people write around one.
  ['acme.com', 'search acme.com'],
  ['<http://acme.com|acme.com>', 'search acme.com'],
  ['<mailto:jane@acme.com|jane@acme.com>', 'search jane@acme.com'],
  ['Kestrel Analytics', 'search Kestrel Analytics'],
  ['do you know Kestrel Analytics?', 'search do you know Kestrel Analytics | Kestrel Analytics'],
  ['what about acme.com?', 'search acme.com'],
  ['acme.com and <http://acme.io|acme.io>, please', 'search acme.com | acme.io'],
  ['SUB_4F2A9C', 'search SUB_4F2A9C'],
  ['https://www.acme.com/path', 'search www.acme.com'],
  ['O’Neil & Sons', 'search O’Neil & Sons'],
  ['"Kestrel', 'search "Kestrel'],
  // Commands without their slash.
  ['wallet', 'read wallet.get {}'],
  ['Wallet?', 'read wallet.get {}'],
  ['/cmr wallet', 'read wallet.get {}'],
  ['`/cmr wallet`', 'read wallet.get {}'],
  ['*wallet*', 'read wallet.get {}'],
  ['<@U0CMRPLAY> wallet', 'read wallet.get {}'],
  ['find acme', 'read find.show {"text":"acme"}'],
  ['help', 'read help.show {}'],
  ['help me please', 'read help.show {}'],
  ['status', 'read status.show {}'],
  // Questions.
  ['what is our balance?', 'read wallet.get {}'],
  ['why is <http://acme.com|acme.com> not sending?', /^read diagnose\.show .*acme\.com/],
  ['acme.com is broken', /^read diagnose\.show .*acme\.com/],
  ['what renews this month?', 'read renewals.list {}'],
  ['renewals', 'read renewals.list {}'],
  // What changes something, or does more than read, takes a click.
  ['users create', 'click users.create {}'],
  ['create user jane@acme.com', /^click users\.create .*jane@acme\.com/],
  ['users delete USER_1', /^click users\.delete/],
  ['imports stop 1a2b3c4d', /^click imports\.stop/],
  ['imports resume 1a2b3c4d', /^click imports\.resume/],
  ['find', 'click find.show {}'],
  // Nothing that could be looked up.
  ['', 'greeting'],
  ['  ', 'greeting'],
  ['hi', 'greeting'],
  ['Hello!', 'greeting'],
  ['thanks :tada:', 'greeting'],
  ['👋', /^search|^greeting/],
])('“%s” means %s', (said, meant) => {
  const meaning = inShort(meaningOf(registry, said))
  if (typeof meant === 'string') expect(meaning).toBe(meant)
  else expect(meaning).toMatch(meant)
})

test('whatever is written, it means something at once, and nothing that changes anything', () => {
  const words = fc.constantFrom(
    ...registry.nouns.keys(),
    ...[...registry.nouns.values()].flat().map(({ verb }) => verb),
  )
  const said = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .array(fc.oneof(words, fc.string({ maxLength: 12 }), fc.domain()), { maxLength: 8 })
      .map((list) => list.join(' ')),
  )
  fc.assert(
    fc.property(said, (text) => {
      const meaning = meaningOf(registry, text)
      if (meaning.kind === 'read') {
        expect(meaning.command.effect).toBe('read')
        expect(meaning.command.needs).toBeUndefined()
      }
      if (meaning.kind === 'search') expect(meaning.texts.every((one) => one.length > 0)).toBe(true)
    }),
  )
  const started = performance.now()
  for (const text of [
    'a.'.repeat(20_000),
    '<'.repeat(20_000),
    '*_'.repeat(20_000),
    'x@'.repeat(20_000),
    'A1'.repeat(20_000),
  ])
    meaningOf(registry, text)
  expect(performance.now() - started).toBeLessThan(1000)
})
