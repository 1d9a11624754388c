import fc from 'fast-check'
import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { check } from '../../src/commands/check.ts'
import { quoted } from '../../src/commands/grammar.ts'
import { dnsImport } from '../../src/imports/kinds/dns.ts'
import { understood } from '../support/spoken.ts'

const registry = declaredCommands()
const add = registry.byId('dns.add')
const update = registry.byId('dns.update')
if (!add || !update) throw new Error('no such command')

const given = { domain: 'acme.com', host: '@' }
/** A record as a form or a file gives it. */
const readBy = (record: Record<string, string>, of = add) => {
  const checked = check(of.input, { ...given, recordId: 'R', ...record })
  return checked.ok ? checked.input : checked.errors
}

test.each([
  ['TXT @ google-site-verification=AbC', { value: 'google-site-verification=AbC' }],
  ['TXT @ MS=ms12345678', { value: 'MS=ms12345678' }],
  ['TXT @ v=spf1 redirect=_spf.acme.com', { value: 'v=spf1 redirect=_spf.acme.com' }],
  [
    'TXT _dmarc v=DMARC1; p=none; rua=<mailto:d@acme.com>',
    { host: '_dmarc', value: 'v=DMARC1; p=none; rua=mailto:d@acme.com' },
  ],
  [
    'TXT _dmarc v=DMARC1; p=none; rua=mailto:<mailto:d@acme.com|d@acme.com>',
    { value: 'v=DMARC1; p=none; rua=mailto:d@acme.com' },
  ],
  ['TXT @ v=spf1  include:<http://a.com|a.com>   ~all', { value: 'v=spf1  include:a.com   ~all' }],
  ['TXT a._domainkey k=rsa; t=s; p=MIIB', { value: 'k=rsa; t=s; p=MIIB' }],
  ['TXT a._domainkey "v=DKIM1; p=AAA" "BBB="', { value: 'v=DKIM1; p=AAABBB=' }],
  ['TXT @ "say \\"hi\\"" "!"', { value: 'say "hi"!' }],
  ['TXT @ he said "hi there" twice', { value: 'he said "hi there" twice' }],
  ['TXT @ “v=spf1 –all”', { value: 'v=spf1 -all' }],
  ['TXT @ v=spf1\u00a0include:a.com\u200b ~all', { value: 'v=spf1 include:a.com ~all' }],
  ['TXT @ fee – paid', { value: 'fee – paid' }],
  ['TXT @ key=value="some words"', { value: 'key=value="some words"' }],
  ['TXT @ R&amp;D &lt;x&gt;', { value: 'R&D <x>' }],
  ['MX @ 10 aspmx.l.google.com', { value: 'aspmx.l.google.com', priority: 10 }],
  ['MX @ aspmx.l.google.com 10', { value: 'aspmx.l.google.com', priority: 10 }],
  ['MX @ aspmx.l.google.com. --priority 10', { value: 'aspmx.l.google.com', priority: 10 }],
  ['MX @ 10 aspmx.l.google.com priority=10', { value: 'aspmx.l.google.com', priority: 10 }],
  ['@ MX 0 <http://MX.Bücher.de|MX.Bücher.de>', { value: 'mx.xn--bcher-kva.de', priority: 0 }],
  ['CNAME WWW. Shop.Example.com.', { host: 'www', value: 'shop.example.com' }],
  ['A @ ２０３．0．113．7', { value: '203.0.113.7' }],
])('dns add acme.com %s', (line, record) => {
  const { checked } = understood(registry, `dns add acme.com ${line}`)
  expect(checked).toMatchObject({ ok: true, input: { domain: 'acme.com', ...record } })
})

test.each([
  [{ recordType: 'MX', value: '10 mx.acme.com', priority: '20' }, /given twice, here and as 20/],
  [{ recordType: 'TXT', value: '"v=spf1 -all" ~all' }, /quote is not closed/],
  [
    { recordType: 'TXT', value: 'v=DMARC1\\; p=none', host: '_dmarc' },
    /Leave out the \\ before the semicolon/,
  ],
  [{ recordType: 'TXT', value: 'v=spf1 include:аcme.com' }, /“а” cannot be in such a record/],
  [{ recordType: 'TXT', value: 'one\ntwo' }, /one line/],
  [{ recordType: 'TXT', value: 'v=DMARC1; p=none; rua=d@acme.com', host: '_dmarc' }, /rua=mailto:d@acme/],
])('what cannot be meant is doubted: %j', (record, reason) => {
  expect(readBy(record as Record<string, string>)).toMatchObject({ value: expect.stringMatching(reason) })
})

test('a change of an MX takes no priority, and says so', () => {
  const record = { recordType: 'MX', value: '10 mx.acme.com' }
  expect(readBy(record, update)).toMatchObject({
    value: expect.stringContaining('CMR cannot change a priority'),
  })
  expect(readBy({ recordType: 'MX', value: 'MX.acme.com.' }, update)).toMatchObject({ value: 'mx.acme.com' })
})

test('a key keeps nothing of how its lines were wrapped', () => {
  const value = 'v=DKIM1; k=rsa;\n p=MIIB\n  IjAN\nAQAB'
  expect(readBy({ recordType: 'TXT', value })).toMatchObject({ value: 'v=DKIM1; k=rsa; p=MIIBIjANAQAB' })
})

/** Line of any visible characters, as nobody would take for the strings of a zone file. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
  .map((one) => one.replace(/[^\P{C}]|[^\S ]|\p{Default_Ignorable_Code_Point}/gu, '').trim())
  .filter((one) => one !== '' && !/^["“”„«]|\\;|^v=|^k=/i.test(one))
/** As Slack sends what somebody types. */
const escaped = (typed: string) =>
  typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const named = [...add.positional, 'priority', 'excludedDMARCtags', 'need', 'type', 'for']

test('whatever a TXT record says arrives to the letter: by command, form and file', () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(readBy({ recordType: 'TXT', value })).toMatchObject({ value })
      const row = check(dnsImport.columns, { ...given, recordType: 'TXT', value })
      expect(row).toMatchObject({ ok: true, input: { value } })
      const line = `dns add acme.com TXT @ value=${quoted(value)}`
      expect(understood(registry, line).checked).toMatchObject({ ok: true, input: { value } })
    }),
  )
})

test('and typed without quotes too, or what is wrong is said', () => {
  const word = fc.oneof(
    fc.tuple(fc.stringMatching(/^[A-Za-z][a-z-]{0,12}$/), text).map(([key, rest]) => `${key}=${rest}`),
    text,
  )
  const values = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('  '))
  fc.assert(
    fc.property(values, (value) => {
      fc.pre(
        !/^["'“”„«‘’]/.test(value) && !named.some((name) => new RegExp(`(^|\\s)${name}s?=`, 'i').test(value)),
      )
      try {
        const { checked } = understood(registry, `dns add acme.com TXT @ ${escaped(value)}`)
        expect(checked).toMatchObject({ ok: true, input: { value } })
      } catch (error) {
        expect(String(error)).toMatch(/never closed|has no `--|can be a part of the record/)
      }
    }),
  )
})
