import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { argumentsOf } from '../../src/commands/arguments.ts'
import type { CommandContext } from '../../src/commands/context.ts'
import { understand } from '../../src/commands/understanding/understand.ts'
import { recordOf, recordsCalled } from '../../src/resources/dns/zone.ts'
import { eventually } from '../support/eventually.ts'
import { understood } from '../support/spoken.ts'
import { startWorld } from '../support/world.ts'

const registry = declaredCommands()
const spf = 'v=spf1 include:_spf.google.com ~all'
const mx = { recordType: 'MX', host: '@', value: 'mail.x.com', priority: 10 }

test.each([
  [`acme.com IN TXT "${spf}"`, { recordType: 'TXT', host: '@', value: spf }],
  [`acme.com TXT "${spf}"`, { recordType: 'TXT', host: '@', value: spf }],
  [`acme.com TXT ${spf}`, { recordType: 'TXT', host: '@', value: spf }],
  [`acme.com ${spf}`, { recordType: 'TXT', host: '@', value: spf }],
  ['acme.com @ 3600 IN MX 10 mail.x.com.', mx],
  ['acme.com. 3600 IN MX 10 mail.x.com.', mx],
  ['acme.com IN 3600 MX 10 mail.x.com', mx],
  ['acme.com MX 10 mail.x.com', mx],
  ['acme.com MX @ mail.x.com 10', mx],
  ['MX acme.com 10 mail.x.com', mx],
  ['acme.com TXT "v=DMARC1; p=none"', { recordType: 'TXT', host: '_dmarc', value: 'v=DMARC1; p=none' }],
  [
    'acme.com TXT _dmarc.acme.com "v=DMARC1; p=none"',
    { recordType: 'TXT', host: '_dmarc', value: 'v=DMARC1; p=none' },
  ],
  [
    '_dmarc.acme.com. 300 IN TXT "v=DMARC1; p=none"',
    { recordType: 'TXT', host: '_dmarc', value: 'v=DMARC1; p=none' },
  ],
  ['acme.com www IN A 203.0.113.9', { recordType: 'A', host: 'www', value: '203.0.113.9' }],
  ['acme.com A @ 203.0.113.9 3600', { recordType: 'A', host: '@', value: '203.0.113.9' }],
  ['www.acme.com. CNAME x.host.com.', { recordType: 'CNAME', host: 'www', value: 'x.host.com' }],
  [
    'acme.com google._domainkey IN TXT ( "v=DKIM1; p=MIGf" "MA0G" )',
    { recordType: 'TXT', host: 'google._domainkey', value: 'v=DKIM1; p=MIGfMA0G' },
  ],
  [
    'acme.com txt @ 3600 a-site-verification=x1',
    { recordType: 'TXT', host: '@', value: 'a-site-verification=x1' },
  ],
  [`acme.com TXT @ ${spf} 3600`, { recordType: 'TXT', host: '@', value: spf }],
  ['acme.com TXT @ page 2', { recordType: 'TXT', host: '@', value: 'page 2' }],
  ['acme.com TXT @ 3600', { recordType: 'TXT', host: '@', value: '3600' }],
  ['acme.com MX @ 10 mail.x.com 3600', mx],
])('“dns add %s” is a record of a zone file', (line, record) => {
  const { checked } = understood(registry, `dns add ${line}`)
  expect(checked).toEqual({ ok: true, input: { domain: 'acme.com', ...record } })
})

test.each([
  ['add acme.com A 12345 1.2.3.4', '12345', ['A 12345 → 1.2.3.4', 'A @ → 1.2.3.4']],
  ['add acme.com 12345 A 1.2.3.4', '12345', ['A 12345 → 1.2.3.4', 'A @ → 1.2.3.4']],
  ['add acme.com 3600 IN A 1.2.3.4', '3600', ['A 3600 → 1.2.3.4', 'A @ → 1.2.3.4']],
  ['add acme.com in A 1.2.3.4', 'in', ['A in → 1.2.3.4', 'A @ → 1.2.3.4']],
  ['add acme.com CNAME auto x.y.com', 'auto', ['CNAME auto → x.y.com', 'CNAME → x.y.com']],
  ['add acme.com TXT 1234 5678', '1234', ['TXT 1234 → 5678', 'TXT @ → 5678', 'TXT @ → 1234 5678']],
  ['add acme.com TXT www 3600 hello', '3600', ['TXT www → 3600 hello', 'TXT www → hello']],
  ['add acme.com CNAME 300 300 x.y.com', '300', ['CNAME 300 → x.y.com', 'CNAME → x.y.com']],
  ['add acme.com TXT @ a=b 12', '12', ['TXT @ → a=b 12', 'TXT @ → a=b']],
  ['change acme.com A 12345 1.2.3.4', '12345', ['A 12345 → 1.2.3.4', 'A @ → 1.2.3.4']],
])('“dns %s” is asked about: the word may be a host, a part of the value or a time', (line, word, ways) => {
  const found = understand(registry, `dns ${line}`)
  const given = found.kind === 'command' && argumentsOf(found.command, found.rest)
  if (!given || given.ok) throw new Error('no doubt')
  const parts = ways.flatMap((way) => {
    const [left = '', value = ''] = way.split(' → ')
    return [
      ...(left.endsWith(` ${word}`) ? ['the host'] : []),
      ...(value.split(' ').includes(word) ? ['a part of the value'] : []),
    ]
  })
  expect(given.sentence).toContain(`\`${word}\` can be ${parts.join(', ')}, or `)
  expect(given.ways.map(({ label }) => label)).toEqual(ways)
  const [first] = given.ways.map(({ rest }) => argumentsOf(found.command, rest))
  expect(first?.ok && [first.raw.recordType, first.raw.host, '→', first.raw.value].join(' ')).toBe(ways[0])
})

test.each([
  ['add acme.com TXT value hello world', 'value', ['TXT @ → hello world', 'TXT value → hello world']],
  ['add acme.com TXT host www value hi', 'host', ['TXT www → hi', 'TXT host → www value hi']],
  ['add acme.com A to 1.2.3.4', 'to', ['A @ → 1.2.3.4', 'A to → 1.2.3.4']],
  ['update acme.com TXT @ to v=spf1 -all', 'to', ['TXT @ → v=spf1 -all', 'TXT @ → to v=spf1 -all']],
])('“dns %s” is asked about: the word may belong to the sentence', (line, word, ways) => {
  const found = understand(registry, `dns ${line}`)
  const given = found.kind === 'command' && argumentsOf(found.command, found.rest)
  if (!given || given.ok) throw new Error('no doubt')
  expect(given.sentence).toContain(`\`${word}\` can be a part of the record, or of your sentence`)
  expect(given.ways.map(({ label }) => label)).toEqual(ways)
})

test.each(['acme.com and acme.io TXT', 'acme.com, acme.io TXT @'])(
  '“dns add %s …” names two domains, of which one is taken at a time',
  (line) => {
    const found = understand(registry, `dns add ${line} v=spf1 -all`)
    const given = found.kind === 'command' && argumentsOf(found.command, found.rest)
    expect(given).toMatchObject({ ok: false, sentence: expect.stringContaining('one domain at a time') })
  },
)

test.each([
  ['update acme.com MX @ 20 mail.x.com', 'value', /CMR cannot change a priority/],
  ['add acme.com A 1.2.3.4 1.2.3.5', 'host', /1\.2\.3\.4 is an address, not a host/],
  ['add acme.com TXT "as v=spf1 -all"', 'value', /v=spf1 begins a record/],
])('“dns %s” is refused at its %s', (line, field, sentence) => {
  const { checked } = understood(registry, `dns ${line}`)
  expect(checked).toMatchObject({ ok: false, errors: { [field]: expect.stringMatching(sentence) } })
})

test.each([
  'add acme.com other.com. IN A 1.2.3.4',
  'add acme.com A www.other.com. 1.2.3.4',
  'add acme.com --host other.com. --recordType A --value 1.2.3.4',
  'update acme.com other.com. IN A 1.2.3.4',
])('“dns %s” names a host of another domain, and is refused', (line) => {
  const { checked } = understood(registry, `dns ${line}`)
  const host = expect.stringMatching(/other\.com\. is neither acme\.com nor a name below it/)
  expect(checked).toMatchObject({ ok: false, errors: { host } })
})

test('a record that is changed is named by its host alone, and its new value is asked for', () => {
  const { raw } = understood(registry, 'dns update acme.com TXT www')
  expect(raw).toEqual({ domain: 'acme.com', recordId: 'TXT www' })
})

test('a customer whose name looks like a part of a zone file keeps it', () => {
  const { raw } = understood(registry, 'dns add In Touch acme.com 365 www A 1.2.3.4')
  expect(raw).toMatchObject({ userId: 'In Touch', domain: 'acme.com', host: 'www' })
})

test('a name with an ending of two words is taken apart behind it, and a customer may stand before', () => {
  const { checked } = understood(registry, 'dns add Acme Inc _dmarc.acme.co.uk. IN TXT "v=DMARC1; p=none"')
  expect(checked).toMatchObject({
    ok: true,
    input: { userId: 'Acme Inc', domain: 'acme.co.uk', host: '_dmarc' },
  })
})

test('a record that is changed or deleted goes by a line of a zone file too', async () => {
  const world = await startWorld()
  const { ana } = world
  const [{ domainName: domain }] = await world.look('domains')
  const shown = (text: RegExp) =>
    eventually(() => expect(JSON.stringify(world.modalOf(ana.id))).toMatch(text))
  await world.say(`/cmr dns change ${domain} @ 3600 IN TXT "v=spf1 -all"`)
  await shown(/Before: TXT `@` → `v=spf1 include.*After: TXT `@` → `v=spf1 -all`/)
  await world.interactions.close(ana.id)
  await world.say(`/cmr dns delete ${domain} ${domain}. 3600 IN MX`)
  await shown(/for good\?.*Before: MX `@`/)
  await world.interactions.close(ana.id)
  await world.say(`/cmr dns add _dmarc.news.${domain}. 3600 IN TXT "v=DMARC1; p=none"`)
  await shown(/After: TXT `_dmarc\.news`/)
})

test.each([
  ['TXT 1234', ['number']],
  ['1234', ['number']],
  ['_dmarc.acme.com. 3600 IN TXT', ['policy']],
  ['TXT 5678', []],
  ['other.com TXT', ['below']],
  ['3600 IN', []],
  ['10 20', []],
  ['other.com. TXT', []],
])('“%s” is no other record than the one it names', (name, ids) => {
  const records = [
    { recordId: 'number', recordType: 'TXT', host: '1234' },
    { recordId: 'policy', recordType: 'TXT', host: '_dmarc' },
    { recordId: 'below', recordType: 'TXT', host: 'other.com' },
  ]
  expect(recordsCalled(records, name, 'acme.com').map(({ recordId }) => recordId)).toEqual(ids)
})

test('a record of which CMR gives no id is not asked for as “undefined”', async () => {
  const records = [
    { host: '_dmarc', recordType: 'TXT', value: 'v=DMARC1; p=none' },
    { recordId: 'R2', host: '@', recordType: 'MX', value: 'mail.x.com' },
  ]
  const list = async () => ({ data: { records, disabledRecords: [] } })
  const context = { cmr: { dns: { list } } } as unknown as CommandContext
  const called = (recordId: string) => recordOf(context, { userId: 'U', domain: 'acme.com', recordId })
  await expect(called('TXT _dmarc')).rejects.toThrow('CMR gives no id')
  expect(await called('MX')).toMatchObject({ recordId: 'R2' })
})
