import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mailFindings, neededRecord } from '../../src/resources/dns/mail.ts'
import { newRecordFaults } from '../../src/resources/dns/records.ts'
import { choose, confirm, initialOf, press } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

interface Row {
  domainName: string
  userId: string
  serviceProvider: string
  nameservers: string[]
  records: { recordId: string; host: string; value: string; recordType: string; priority?: number }[]
}

/** A world and one of its domains: by how many records it has. */
async function withDomain(records: number, provider = 'GOOGLE') {
  const world = await startWorld()
  const all: Row[] = await world.look('domains')
  const found = all.find((one) => one.records.length === records && one.serviceProvider === provider)
  if (!found) throw new Error('no such domain')
  const { domainName: domain, userId } = found
  const now = async (): Promise<Row> =>
    (await world.look('domains')).find((one: Row) => one.domainName === domain)
  return { world, domain, userId, found, now }
}

test('I see the records of a domain as a table, and go on from there', async () => {
  const { world, domain, userId } = await withDomain(2)
  await world.say(`/cmr dns list ${domain}`)
  await world.sees(`${domain}: 2 DNS records`)
  const [message] = world.messages(world.ops.id)
  const table = message?.blocks.find((block) => block.type === 'table') as
    | { rows: { text: string }[][] }
    | undefined
  expect(table?.rows.map((row) => row.map((cell) => cell.text))).toEqual([
    ['Record', 'Value'],
    ['MX @', 'smtp.google.com, priority 1'],
    ['TXT @', 'v=spf1 include:_spf.google.com ~all'],
  ])
  await press(world, 'Add')
  const form = await world.opened()
  expect(initialOf(form)).toMatchObject({ domain, userId })
})

test('what mail lacks is told, and DMARC is one click away', async () => {
  const { world, domain, userId, now } = await withDomain(2)
  await world.say(`/cmr dns check ${domain}`)
  await world.sees(`${domain}: DKIM, DMARC to fix`)
  expect(world.read()).toMatch(/Admin console → Apps → Google Workspace → Gmail/)
  await press(world, 'Add DMARC')
  const form = await world.opened()
  expect(initialOf(form)).toMatchObject({
    domain,
    host: '_dmarc',
    recordType: 'TXT',
    value: 'v=DMARC1; p=none',
  })
  await world.submit({ userId })
  const asked = await confirm(world)
  expect(JSON.stringify(asked)).toMatch(/After: TXT `_dmarc` → `v=DMARC1; p=none; .*receipt is posted in <#/s)
  await world.sees(/DNS record added/)
  expect((await now()).records).toContainEqual(
    expect.objectContaining({
      host: '_dmarc',
      recordType: 'TXT',
      value: expect.stringMatching(/^v=DMARC1; p=none; rua=.*; sp=reject; aspf=r; adkim=r$/),
    }),
  )
  await world.say(`/cmr dns check ${domain}`)
  await world.sees(`${domain}: DKIM to fix`)
})

test('DKIM is never invented: its form has the host, and no value', async () => {
  const { world, domain } = await withDomain(1, 'MICROSOFT')
  await world.say(`/cmr dns check ${domain}`)
  await press(world, 'Add DKIM')
  const form = await world.opened()
  expect(initialOf(form)).toMatchObject({
    host: 'selector1._domainkey',
    recordType: 'CNAME',
    value: undefined,
  })
  expect(JSON.stringify(form)).toMatch(/onmicrosoft\.com.*Microsoft Defender portal/)
  expect(JSON.stringify(form)).not.toMatch(/_spf\.google|tags to leave out/)
})

test('a second SPF record is warned of before it is added', async () => {
  const { world, domain, userId } = await withDomain(2)
  await world.say('/cmr dns add')
  await world.opened()
  await world.submit({ userId, domain, host: '@', recordType: 'TXT', value: 'v=spf1 include:other.com ~all' })
  const view = await world.opened(world.ana.id, (one) =>
    JSON.stringify(one).includes('receivers use neither'),
  )
  expect(JSON.stringify(view)).toContain('SPF already exists')
  await confirm(world)
  await world.sees(/DNS record added/)
  await world.say(`/cmr dns check ${domain}`)
  await world.sees(/There are 2 SPF records, so receivers use none of them/)
})

test('I pick a record, see its values, change one, and read before and after', async () => {
  const { world, domain, userId, found, now } = await withDomain(2)
  const spf = found.records[1]
  await world.say('/cmr dns update')
  const empty = await world.opened()
  expect(Object.keys(initialOf(empty))).toEqual(['domain', 'userId'])
  await choose(world, 'domain', { userId, domain })
  const picking = await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('smtp.google.com'))
  const select = picking.blocks.find((block) => block.block_id === 'recordId')?.element as
    | { options: { text: { text: string } }[] }
    | undefined
  expect(select?.options.map((one) => one.text.text)).toEqual([
    'MX @ → smtp.google.com',
    'TXT @ → v=spf1 include:_spf.google.com ~all',
  ])
  await choose(world, 'recordId', { userId, domain, recordId: String(spf?.recordId) })
  const filled = await world.opened(world.ana.id, (view) => 'value' in initialOf(view))
  expect(initialOf(filled)).toMatchObject({ recordType: 'TXT', host: '@', value: spf?.value })
  await world.submit({ recordId: String(spf?.recordId), value: 'v=spf1 include:_spf.google.com -all' })
  const asked = await confirm(world)
  const lines = /Before: TXT `@` → `[^`]+ ~all`\\nAfter: TXT `@` → `[^`]+ -all`/
  expect(JSON.stringify(asked)).toMatch(lines)
  await world.sees(/DNS record changed/)
  expect(world.read()).toMatch(lines)
  expect((await now()).records[1]?.value).toBe('v=spf1 include:_spf.google.com -all')
})

test('deleting shows what goes, warns of mail, and asks for the name', async () => {
  const { world, domain, found, now } = await withDomain(2)
  const mx = String(found.records[0]?.recordId)
  await world.say(`/cmr dns delete ${domain} ${mx}`)
  const view = await world.opened()
  expect(JSON.stringify(view)).toMatch(/MX `@` → `smtp.google.com`, priority 1.*mail may no longer arrive/s)
  expect((await world.submit({ confirmName: 'yes' })).errors?.confirmName).toMatch(
    `Type ${domain}, or cancel`,
  )
  await world.submit({ confirmName: domain })
  await world.sees(/DNS record deleted/)
  expect((await now()).records).toHaveLength(1)
})

test('a record that is gone meanwhile is said to be gone', async () => {
  const { world, domain } = await withDomain(2)
  await world.say(`/cmr dns delete ${domain} GONE`)
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/or no longer/))
  expect(await world.requests('dns.delete')).toEqual([])
})

test('nameservers are replaced only after I have seen the old ones and typed the name', async () => {
  const { world, domain, now } = await withDomain(2)
  await world.say(`/cmr dns nameservers ${domain}`)
  const form = await world.opened()
  expect(initialOf(form).nameservers).toBe('ns1.cmr-dns.test\nns2.cmr-dns.test')
  expect((await world.submit({ nameservers: 'ns1.acme.com' })).errors?.nameservers).toMatch(/at least two/)
  expect((await world.submit({ nameservers: 'ns1.acme.com\n10.0.0.1' })).errors?.nameservers).toMatch(
    /10\.0\.0\.1: a nameserver is the name of a host/,
  )
  await world.submit({ nameservers: 'ns1.acme.com\nns2.acme.com' })
  const asked = await confirm(world)
  expect(JSON.stringify(asked)).toMatch(
    /Before: `ns1.cmr-dns.test`, `ns2.cmr-dns.test`\\nAfter: `ns1.acme.com`, `ns2.acme.com`.*48 hours/s,
  )
  await world.sees(/Nameservers of .* replaced/)
  expect((await now()).nameservers).toEqual(['ns1.acme.com', 'ns2.acme.com'])
})

const wrong: [record: Record<string, string>, field: string, sentence: RegExp][] = [
  [{ recordType: 'MX', host: '@', value: 'mx.acme.com' }, 'priority', /MX record needs a priority/],
  [{ recordType: 'A', host: 'www', value: 'acme.com' }, 'value', /IPv4 address/],
  [{ recordType: 'CNAME', host: '@', value: 'acme.com' }, 'host', /cannot be at @/],
  [{ recordType: 'CNAME', host: 'www', value: '10.0.0.1' }, 'value', /name of a host/],
  [{ recordType: 'TXT', host: '@', value: 'x'.repeat(2041) }, 'value', /2040 characters; this has 2041/],
  [{ recordType: 'TXT', host: '@', value: 'x', priority: '1' }, 'priority', /Only an MX/],
  [
    { recordType: 'TXT', host: '@', value: 'x', excludedDMARCtags: 'rua' },
    'excludedDMARCtags',
    /DMARC record only/,
  ],
]
test('a wrong record is refused at its field, and CMR never hears of it', async () => {
  const { world, domain, userId } = await withDomain(2)
  await world.say('/cmr dns add')
  await world.opened()
  for (const [record, field, sentence] of wrong) {
    const { errors } = await world.submit({ userId, domain, ...record })
    expect(errors?.[field], JSON.stringify(record)).toMatch(sentence)
  }
  expect(await world.requests('dns.add')).toEqual([])
  // The whole name of a host is one below the domain.
  await world.submit({ userId, domain, recordType: 'TXT', host: `_dmarc.${domain}`, value: 'x' })
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/After: TXT `_dmarc`/))
})

test('what a check finds missing is a record that the rules accept, and that the next check is happy with', () => {
  const provider = fc.constantFrom('GOOGLE' as const, 'MICROSOFT' as const)
  const standing = fc.constantFrom(undefined, 'v=spf1 +all', 'v=spf1 include:x.com -all', 'v=spf1 a mx all')
  fc.assert(
    fc.property(provider, fc.domain(), standing, (of, domain, policy) => {
      for (const need of ['MX', 'SPF', 'DMARC'] as const) {
        const record = neededRecord(need, { domain, provider: of, standing: { value: policy } })
        expect(newRecordFaults({ domain, ...record })).toEqual({})
        const spf = {
          host: '@',
          recordType: 'TXT',
          value: neededRecord('SPF', { domain, provider: of }).value,
        }
        const records = need === 'SPF' ? [record] : [record, spf]
        expect(mailFindings(records, of).find((one) => one.need === need)?.state).toBe('good')
      }
    }),
  )
})

test('a policy that a zone keeps in quotes keeps what it allows when one more sender is added', () => {
  const standing = { value: '"v=spf1 include:_spf.mailgun.org " "ip4:203.0.113.7 -all"' }
  expect(neededRecord('SPF', { domain: 'a.com', provider: 'GOOGLE', standing }).value).toBe(
    'v=spf1 include:_spf.google.com include:_spf.mailgun.org ip4:203.0.113.7 -all',
  )
})

const dmarc = { host: '_dmarc', recordType: 'TXT', value: 'v=DMARC1; p=none' }
const spf = { host: '@', recordType: 'TXT', value: 'v=spf1 include:_spf.google.com ~all' }
const verdicts: [title: string, records: object[], need: string, state: string][] = [
  ['DMARC without SPF and DKIM', [dmarc], 'DMARC', 'wrong'],
  ['two policies', [dmarc, dmarc, spf], 'DMARC', 'wrong'],
  ['no p=', [{ ...dmarc, value: 'v=DMARC1; rua=mailto:a@b.co' }, spf], 'DMARC', 'wrong'],
  [
    'the other provider’s SPF',
    [{ ...spf, value: 'v=spf1 include:spf.protection.outlook.com ~all' }],
    'SPF',
    'wrong',
  ],
  ['+all', [{ ...spf, value: 'v=spf1 include:_spf.google.com +all' }], 'SPF', 'wrong'],
  [
    'too many lookups',
    [{ ...spf, value: `${'v=spf1 include:_spf.google.com'}${' include:a.com'.repeat(10)} ~all` }],
    'SPF',
    'wrong',
  ],
  ['mail to somebody else', [{ host: '@', recordType: 'MX', value: 'mx.zoho.com' }], 'MX', 'wrong'],
  ['quoted text', [{ ...spf, value: `"${spf.value}"` }], 'SPF', 'good'],
  [
    'a key as CNAME',
    [{ host: 'selector1._domainkey', recordType: 'CNAME', value: 'x.onmicrosoft.com' }],
    'DKIM',
    'good',
  ],
]
test.each(verdicts)('%s', (_, records, need, state) => {
  expect(mailFindings(records, 'GOOGLE').find((one) => one.need === need)?.state).toBe(state)
})

test('a DMARC record is shown as it will stand, and the tags that I leave out stay out', async () => {
  const { world, domain, userId, now } = await withDomain(2)
  await world.say('/cmr dns add')
  await world.opened()
  const record = { host: '_dmarc', recordType: 'TXT', value: 'v=DMARC1; p=none; aspf=s;' }
  await world.submit({ userId, domain, ...record, excludedDMARCtags: 'sp rua ruf' })
  const asked = await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('After:'))
  const stands = 'v=DMARC1; p=none; aspf=s; fo=0; rf=afrf; ri=604800; pct=100; adkim=r'
  expect(JSON.stringify(asked)).toContain(`After: TXT \`_dmarc\` → \`${stands}\``)
  expect(JSON.stringify(asked)).not.toContain('sp=reject')
  await confirm(world)
  await world.sees(/DNS record added/)
  // The tag that I wrote myself is left out of what CMR adds, too: it is not doubled.
  const [sent] = await world.requests('dns.add')
  expect(sent?.body).toMatchObject({ records: [{ excludedDMARCtags: ['rua', 'ruf', 'sp', 'aspf'] }] })
  expect((await now()).records.at(-1)).toMatchObject({ value: stands, priority: '' })
  // A priority of "" is none.
  await world.say(`/cmr dns list ${domain}`)
  await world.sees(`${domain}: 3 DNS records`)
  expect(world.read()).not.toMatch(/priority (""|0|NaN)/)
})

test('on the line I read what CMR adds, sp=reject by name, and how to leave it out; a change says what is known', async () => {
  const { world, domain } = await withDomain(2)
  await world.say(`/cmr dns add ${domain} TXT _dmarc.news "v=DMARC1; p=none" --excludedDMARCtags "fo ri"`)
  const asked = JSON.stringify(
    await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('After:')),
  )
  expect(asked).toMatch(/rua=\(CMR’s address\); ruf=\(CMR’s address\); rf=afrf; pct=100; sp=reject/)
  expect(asked).toMatch(/`sp=reject` makes receivers refuse mail from subdomains.*Leave `sp` out/)
  expect(asked).toContain('--excludedDMARCtags')
  await confirm(world)
  await world.sees(/DNS record added/)
  await world.say(
    `/cmr dns update ${domain} _dmarc.news --value "v=DMARC1; p=reject" --recordType TXT --host _dmarc.news`,
  )
  const changed = await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('Before:'))
  expect(JSON.stringify(changed)).toMatch(/CMR does not document whether it does so when one is changed/)
})
