import fc from 'fast-check'
import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { argumentsOf } from '../../src/commands/arguments.ts'
import { check } from '../../src/commands/field.ts'
import { parseSpoken } from '../../src/commands/grammar.ts'

test.each<[string, string[], Record<string, string>]>([
  [
    'dns add acme.com TXT mail._domainkey v=DKIM1; k=rsa; p=MIIB',
    ['dns', 'add', 'acme.com', 'TXT', 'mail._domainkey', 'v=DKIM1;', 'k=rsa;', 'p=MIIB'],
    {},
  ],
  ['dns add --value v=DKIM1;p=MIIB', ['dns', 'add'], { value: 'v=DKIM1;p=MIIB' }],
  ['users get jane@acme.com', ['users', 'get', 'jane@acme.com'], {}],
  ['users get <mailto:jane@acme.com|jane@acme.com>', ['users', 'get', 'jane@acme.com'], {}],
  ['domains get <http://acme.com|acme.com>', ['domains', 'get', 'acme.com'], {}],
  ['access <@U012|ana> <#C34|ops>', ['access', 'U012', 'C34'], {}],
  [
    'users create --first-name Jane —last-name “van Dyk”',
    ['users', 'create'],
    { firstName: 'Jane', lastName: 'van Dyk' },
  ],
  [
    "users create company='Ember &amp; Oak' city=Boston",
    ['users', 'create'],
    { company: 'Ember & Oak', city: 'Boston' },
  ],
  [
    'users list --search "O\'Brien & Sons" --page=2',
    ['users', 'list'],
    { search: "O'Brien & Sons", page: '2' },
  ],
  ["users list O'Brien", ['users', 'list', "O'Brien"], {}],
  ['domains auto-renew acme.com --auto-renew', ['domains', 'auto-renew', 'acme.com'], { autoRenew: 'true' }],
  ['users list --search „Zürich“', ['users', 'list'], { search: 'Zürich' }],
  ['users list "--page"', ['users', 'list', '--page'], {}],
  ['  ', [], {}],
])('%s', (text, words, flags) => {
  const spoken = parseSpoken(text)
  expect(spoken.ok && { words: spoken.words, flags: spoken.flags }).toEqual({ words, flags })
})

test.each([
  ['users list "never closed', /never closed/],
  ['users list --page 1 --page 2', /given twice/],
])('%s is a clear fault', (text, fault) => {
  expect(parseSpoken(text)).toMatchObject({ ok: false, fault: expect.stringMatching(fault) })
})

test('whatever is quoted comes back as it was said', () => {
  const value = fc.string().filter((text) => !/["“”<>&]/.test(text) && text.trim() === text)
  fc.assert(
    fc.property(value, (text) => {
      expect(parseSpoken(`users list --search "${text}"`)).toMatchObject({
        ok: true,
        flags: { search: text },
      })
    }),
  )
})

test('nothing that can be typed makes it fall over', () => {
  const registry = declaredCommands()
  const commands = [...registry.nouns.values()].flat()
  const line = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .tuple(fc.constantFrom(...commands), fc.string({ unit: 'grapheme' }))
      .map(([one, rest]) => `${one.noun} ${one.verb} ${rest}`),
    fc
      .array(fc.constantFrom('users', 'list', '--page', '—', '"', '=', '<', '>', '|', 'a=b', '--x='))
      .map((parts) => parts.join(' ')),
  )
  fc.assert(
    fc.property(line, (text) => {
      const spoken = parseSpoken(text)
      if (!spoken.ok) return void expect(spoken.fault).toBeTruthy()
      const found = registry.find(spoken.words)
      if (!found.ok) return void expect(found.sentence).not.toMatch(/<!|undefined/)
      const given = argumentsOf(found.command, found.rest, spoken.flags)
      if (given.ok) check(found.command.input, given.raw)
      else expect(given.sentence).toBeTruthy()
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['user lst', /users list/],
  ['usrs', /users/],
  ['wallet', undefined],
  ['user', undefined],
  ['geo contries', /geo countries.*help geo/s],
  ['geo', undefined],
])('%s finds its command or the nearest word', (text, sentence) => {
  const found = declaredCommands().find(text.split(' '))
  if (sentence) expect(found).toMatchObject({ ok: false, sentence: expect.stringMatching(sentence) })
  else expect(found.ok).toBe(true)
})

test('a flag that does not exist gets the nearest one', () => {
  const found = declaredCommands().find(['users', 'list'])
  if (!found.ok) throw new Error('not found')
  expect(argumentsOf(found.command, [], { serch: 'x' })).toMatchObject({
    ok: false,
    sentence: expect.stringContaining('--search'),
  })
})

const registry = declaredCommands()

function understood(line: string) {
  const spoken = parseSpoken(line)
  if (!spoken.ok) throw new Error(spoken.fault)
  const found = registry.find(spoken.words)
  if (!found.ok) throw new Error(found.sentence)
  const given = argumentsOf(found.command, found.rest, spoken.flags)
  if (!given.ok) throw new Error(given.sentence)
  return { said: `${found.command.noun} ${found.command.verb}`, raw: given.raw }
}

test.each<[string, Record<string, string>]>([
  ['domains auto-renew acme.com acme.io off', { domains: 'acme.com acme.io', autoRenew: 'off' }],
  ['domains workspace acme.com acme.io google', { domains: 'acme.com acme.io', serviceProvider: 'google' }],
  ['warmup status PAUSED jane@acme.com', { mailboxId: 'jane@acme.com', status: 'PAUSED' }],
  [
    'dns add acme.com @ TXT v=spf1 include:_spf.google.com ~all',
    { domain: 'acme.com', host: '@', recordType: 'TXT', value: 'v=spf1 include:_spf.google.com ~all' },
  ],
  ['dns add acme.com TXT @ A', { domain: 'acme.com', host: '@', recordType: 'TXT', value: 'A' }],
  ['subscriptions list past_due', { status: 'past_due' }],
  [
    'prewarm order jane@acme.org a.com b.com GOOGLE',
    { userId: 'jane@acme.org', domains: 'a.com b.com', serviceProvider: 'GOOGLE' },
  ],
])('what can be meant for one place only may stand anywhere: %s', (line, raw) => {
  expect(understood(line).raw).toEqual(raw)
})

test.each([
  ['domain acme.com', 'domains get'],
  ['mailbox jane@acme.com', 'mailboxes get'],
  ['dns acme.com', 'dns list'],
  ['subscription acme.com', 'subscriptions list'],
  ['user jane@acme.com', 'users get'],
  ['export jane@acme.com', 'exports platforms'],
  ['operations 1a2b3c4d', 'operations list'],
  ['pre-warm', 'prewarm list'],
])('a thing that is named without a verb is shown: %s', (line, said) => {
  expect(understood(line).said).toBe(said)
})

test.each([
  ['subs', /Did you mean `\/cmr subscriptions`/],
  ['mialboxes', /Did you mean `\/cmr mailboxes`/],
  ['foo', /^I don't know \*foo\*\. `\/cmr help`/],
  [
    'warmup pause jane@acme.com',
    /^I don't know \*warmup pause\*\.\n.*`\/cmr warmup status` {2}Pause or resume/s,
  ],
  ['users creat', /Did you mean `\/cmr users create`/],
])('what nobody can say gets the right word, where one is near: %s', (line, sentence) => {
  expect(registry.find(line.split(' '))).toMatchObject({
    ok: false,
    sentence: expect.stringMatching(sentence),
  })
})

test('a list that was pasted with repeats holds each name once', () => {
  const prewarm = registry.byId('prewarm.order')
  if (!prewarm) throw new Error('no such command')
  const raw = {
    userId: 'U',
    domains: 'acme.com, Acme.com\nacme.io acme.com',
    serviceProvider: 'google',
    clientId: 'c',
  }
  expect(check(prewarm.input, raw)).toMatchObject({ ok: true, input: { domains: ['acme.com', 'acme.io'] } })
})
