import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dmarcTags, isDmarcRecord, tagsIn, withAddedTags } from '../../src/cmr/dns-record.ts'

const address = () => 'mailto:a@b.test'

test.each([
  ['TXT', '_dmarc', true],
  ['TXT', '_DMARC.news', true],
  ['TXT', '_dmarcs', false],
  ['TXT', 'x._dmarc', false],
  ['CNAME', '_dmarc', false],
])('whether CMR adds tags to %s at %s: %s', (recordType, host, adds) => {
  expect(isDmarcRecord({ recordType, host })).toBe(adds)
})

test('CMR adds its nine tags, with the values that it documents', () => {
  expect(withAddedTags('v=DMARC1; p=none', [], address)).toBe(
    'v=DMARC1; p=none; rua=mailto:a@b.test; ruf=mailto:a@b.test; fo=0; rf=afrf; ri=604800; pct=100; sp=reject; aspf=r; adkim=r',
  )
})

test('whatever is written and left out, each tag stands there once at most, and what was left out not at all', () => {
  const some = fc.uniqueArray(fc.constantFrom(...dmarcTags))
  fc.assert(
    fc.property(some, some, fc.constantFrom('; ', ';', ' ; '), (own, excluded, between) => {
      const value = ['v=DMARC1', 'p=none', ...own.map((tag) => `${tag}=x`)].join(between)
      const stands = withAddedTags(value, excluded, address)
      const names = stands.split(';').map((tag) => tag.split('=')[0]?.trim() ?? '')
      expect(new Set(names).size).toBe(names.length)
      const expected = dmarcTags.filter((tag) => own.includes(tag) || !excluded.includes(tag))
      expect(tagsIn(stands)).toEqual(expected)
    }),
  )
})
