import fc from 'fast-check'
import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { argumentsOf } from '../../src/commands/arguments.ts'
import { check } from '../../src/commands/check.ts'
import { parseSpoken, quoted } from '../../src/commands/grammar.ts'
import { understood as readIn, spoken } from '../support/spoken.ts'

const registry = declaredCommands()

test.each<[string, string[]]>([
  ['users get jane@acme.com', ['users', 'get', 'jane@acme.com']],
  ['users get <mailto:jane@acme.com|jane@acme.com>', ['users', 'get', 'jane@acme.com']],
  ['domains get <http://acme.com|acme.com>', ['domains', 'get', 'acme.com']],
  ['dns add rua=<mailto:d@acme.com>', ['dns', 'add', 'rua=mailto:d@acme.com']],
  ['dns add rua=mailto:<mailto:d@acme.com|d@acme.com>', ['dns', 'add', 'rua=mailto:d@acme.com']],
  ['access <@U012|ana> <#C34|ops>', ['access', 'U012', 'C34']],
  ['find &amp;lt; &lt;b&gt;', ['find', '&lt;', '<b>']],
  ["users list O'Brien", ['users', 'list', "O'Brien"]],
  ['users list "--page"', ['users', 'list', '--page']],
  ['  ', []],
])('%s is taken apart', (text, words) => {
  expect(spoken(text).map((word) => word.text)).toEqual(words)
})

test.each<[string, Record<string, string>]>([
  ['dns add --value v=DKIM1;p=MIIB', { value: 'v=DKIM1;p=MIIB' }],
  [
    'users create --first-name Jane —last-name “van Dyk” –city Boston',
    { firstName: 'Jane', lastName: 'van Dyk', city: 'Boston' },
  ],
  ["users create company='Ember &amp; Oak' city=Boston", { company: 'Ember & Oak', city: 'Boston' }],
  ['users list --search "O\'Brien & Sons" --page=2', { search: "O'Brien & Sons", page: '2' }],
  ['users list --search „Zürich“', { search: 'Zürich' }],
  ['--limit 5 users list', { limit: '5' }],
  ['domains list jane@acme.com --csv', { userId: 'jane@acme.com', csv: 'true' }],
  ['domains list --csv jane@acme.com', { userId: 'jane@acme.com', csv: 'true' }],
  ['users list serch=x', { search: 'serch=x' }],
  ['dns add acme.com --type TXT', { domain: 'acme.com', recordType: 'TXT' }],
  [
    'dns add acme.com TXT @ --value v=spf1 include:_spf.google.com ~all',
    { domain: 'acme.com', recordType: 'TXT', host: '@', value: 'v=spf1 include:_spf.google.com ~all' },
  ],
])('%s gives its fields', (text, raw) => {
  expect(readIn(registry, text).raw).toEqual(raw)
})

test.each([
  ['users list "never closed', /never closed/],
  ['users list --page 1 --page 2', /given twice/],
  ['users list page=1 page=2', /given twice/],
])('%s is a clear fault', (text, fault) => {
  expect(() => readIn(registry, text)).toThrow(fault)
})

test('whatever is quoted comes back as it was said', () => {
  const value = fc.string().filter((text) => !/["“”<>&]/.test(text) && text.trim() === text && text !== '')
  fc.assert(
    fc.property(value, (text) => {
      expect(readIn(registry, `users list --search "${text}"`).raw).toEqual({ search: text })
    }),
  )
})

test('whatever a button says again comes back to the letter', () => {
  const value = fc.string({ unit: 'grapheme' }).filter((text) => text !== '')
  fc.assert(
    fc.property(value, (text) => {
      expect(readIn(registry, `users list search=${quoted(text)}`).raw).toEqual({ search: text })
    }),
  )
})

test('nothing that can be typed makes it fall over', () => {
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
      const parsed = parseSpoken(text)
      if (!parsed.ok) return void expect(parsed.fault).toBeTruthy()
      const found = registry.find(parsed.words)
      if (!found.ok) return void expect(found.sentence).not.toMatch(/<!|undefined/)
      const given = argumentsOf(found.command, found.rest)
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
  const found = declaredCommands().find(spoken(text))
  if (sentence) expect(found).toMatchObject({ ok: false, sentence: expect.stringMatching(sentence) })
  else expect(found.ok).toBe(true)
})

test('a flag that does not exist gets the nearest one', () => {
  expect(() => readIn(registry, 'users list --serch x')).toThrow(/--search/)
})

const understood = (line: string) => readIn(registry, line)

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
  ['foo', /^I don’t know \*foo\*\. `\/cmr help`/],
  [
    'warmup pause jane@acme.com',
    /^I don’t know \*warmup pause\*\.\n.*`\/cmr warmup status` {2}Pause or resume/s,
  ],
  ['users creat', /Did you mean `\/cmr users create`/],
])('what nobody can say gets the right word, where one is near: %s', (line, sentence) => {
  expect(registry.find(spoken(line))).toMatchObject({
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
