import fc from 'fast-check'
import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { idOf } from '../../src/commands/command.ts'
import { parseSpoken } from '../../src/commands/grammar.ts'
import { readingLabel, spokenRest, understandWords } from '../../src/commands/phrases.ts'
import { spoken } from '../support/spoken.ts'

const registry = declaredCommands()
const meant = (line: string) => {
  const found = understandWords(registry, spoken(line))
  return found.ok ? `${idOf(found.command)} ${found.rest.map(({ text }) => text).join(' ')}`.trim() : found
}

test.each([
  ['customers', 'users.list'],
  ['clients list', 'users.list'],
  ['balance', 'wallet.get'],
  ['show me the wallet', 'wallet.get'],
  ['list customers', 'users.list'],
  ['list all domains of jane@acme.com', 'domains.list jane@acme.com'],
  ['add 5 mailboxes to acme.com', 'orders.mailboxes acme.com'],
  ['order 3 domains for jane@acme.com', 'orders.create jane@acme.com'],
  ['renew mailboxes of acme.com', 'subscriptions.renew acme.com'],
  ['renew the domain acme.com', 'domains.renew acme.com'],
  ['cancel harbor', 'subscriptions.cancel harbor'],
  ['create customer', 'users.create'],
  ['warmup pause jane@acme.com', 'warmup.status jane@acme.com'],
  ['resume warmup of jane@acme.com', 'warmup.status jane@acme.com'],
  ['why is acme.com not sending', 'diagnose.show acme.com'],
  ['acme.com', 'find.show acme.com'],
  ['jane@acme.com', 'find.show jane@acme.com'],
  ['Harbor Lane', 'find.show Harbor Lane'],
  ['QH6HFXPQ9E17JRX36FTQ', 'find.show QH6HFXPQ9E17JRX36FTQ'],
  ['show acme.com', 'find.show acme.com'],
  ['users list', 'users.list'],
  ['dns add acme.com TXT @ list=all', 'dns.add acme.com TXT @ list=all'],
])('/cmr %s is acted upon', (line, command) => {
  expect(meant(line)).toBe(command)
})

test.each([
  ['renew acme.com', ['domains.renew', 'subscriptions.renew']],
  ['remove jane@acme.com', ['users.delete', 'mailboxes.remove', 'warmup.remove']],
  ['list', ['users.list', 'domains.list', 'wallet.get']],
  ['usrs', ['users.list', 'find.show']],
])('/cmr %s is a row of buttons that carry on', (line, commands) => {
  const asked = meant(line)
  if (typeof asked === 'string') throw new Error(asked)
  const ids = asked.readings.map(({ command }) => idOf(command))
  for (const id of commands) if (id !== 'wallet.get') expect(ids).toContain(id)
  for (const reading of asked.readings) expect(readingLabel(reading)).not.toMatch(/undefined/)
})

test('to pause an import is not to resume it', () => {
  for (const line of ['pause import 00d9feff', 'imports pause 00d9feff'])
    expect(JSON.stringify(meant(line))).not.toMatch(/^"imports\.resume/)
})

test('whatever is said, what a button carries on with is what was said', () => {
  const word = fc.oneof(
    fc.constantFrom('renew', 'acme.com', 'list', 'jane@acme.com', '5', '"', '“x y”', 'a=b'),
    fc.string({ maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const parsed = parseSpoken(words.join(' '))
      if (!parsed.ok || parsed.words.length === 0) return
      const found = understandWords(registry, parsed.words)
      if (found.ok) return
      for (const { rest } of found.readings) {
        const again = parseSpoken(spokenRest(rest))
        expect(again.ok && again.words.map(({ text }) => text)).toEqual(rest.map(({ text }) => text))
      }
    }),
    { numRuns: 300 },
  )
})
