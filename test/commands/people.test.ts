import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressesOf, patternFault } from '../../src/resources/orders/addresses.ts'
import { lineOf, parseDomainNames, parsePeople } from '../../src/resources/orders/pasted.ts'

const read: [line: string, username: string | undefined, firstName: string, lastName: string][] = [
  ['jane Jane Doe', 'jane', 'Jane', 'Doe'],
  ['john John van Dyk', 'john', 'John', 'van Dyk'],
  ['Jane Doe', undefined, 'Jane', 'Doe'],
  ['Jan van Dyk', undefined, 'Jan', 'van Dyk'],
  ['Jane Doe <jd>', 'jd', 'Jane', 'Doe'],
  ['Jane Doe <jane.d@old.com>', 'jane.d', 'Jane', 'Doe'],
  ['jane, Jane, Doe', 'jane', 'Jane', 'Doe'],
  ['Mary Ann, Doe', undefined, 'Mary Ann', 'Doe'],
  ['j.doe@acme.com;Jane;Doe', 'j.doe', 'Jane', 'Doe'],
]
test.each(read)('“%s” is understood', (line, username, firstName, lastName) => {
  expect(parsePeople(line)).toEqual({ people: [{ username, firstName, lastName, line: 1 }], faults: [] })
})

test.each([
  'Jane Doe, bob Robert Roe, Ann van Dyk',
  'Jane Doe; bob Robert Roe; Ann van Dyk;',
  'Jane Doe <jane.doe@old.com>, Robert Roe <bob>, Ann van Dyk',
])('“%s” on one line are three people', (line) => {
  expect(addressesOf({ ...parsePeople(line), domains: ['a.com'] }).byDomain['a.com']).toMatchObject([
    { username: 'jane.doe', firstName: 'Jane', lastName: 'Doe' },
    { username: 'bob', firstName: 'Robert', lastName: 'Roe' },
    { username: 'ann.vandyk', firstName: 'Ann', lastName: 'van Dyk' },
  ])
})

test('the bullets and numbers of a pasted list are nobody’s name, and no domain', () => {
  const { people, faults } = parsePeople('1. Jane Doe\n 2) bob Robert Roe\n• Ann van Dyk\n- Bo Lee')
  expect(people.map(({ firstName, lastName }) => `${firstName} ${lastName}`)).toEqual([
    'Jane Doe',
    'Robert Roe',
    'Ann van Dyk',
    'Bo Lee',
  ])
  expect(faults).toEqual([])
  const pasted = '1. acme.com\n(2) acme.io\n* acme.net\n- 3.acme.co'
  expect(parseDomainNames(pasted)).toMatchObject({
    names: ['acme.com', 'acme.io', 'acme.net', '3.acme.co'],
    wrong: [],
  })
})

test('a table with a header is read by its columns, whatever their order', () => {
  const { people, faults } = parsePeople('\n"Last name";First name;E-mail\nDoe;Jane;jd@x.com\n;Ann;\nLee;Bo;')
  expect(people).toMatchObject([
    { username: 'jd', firstName: 'Jane', lastName: 'Doe', line: 3 },
    { username: undefined, firstName: 'Bo', lastName: 'Lee' },
  ])
  expect(faults).toMatchObject([{ line: 4, why: expect.stringContaining('first and a last name') }])
})

test('a line without two names, and a name that CMR does not take, are named with their lines', () => {
  expect(parsePeople('Jane Doe\n\nMadonna\nTom_ Ellison').faults).toEqual([
    { line: 3, why: expect.stringContaining('first and a last name') },
    { line: 4, why: expect.stringContaining('“_”') },
  ])
})

test('names are put through the pattern, in plain letters, and it is said which were rewritten', () => {
  const { people } = parsePeople('José García\nBjörn Łukasiewicz\nSeán O’Neil\nJane Doe')
  const { byDomain, rewritten, faults } = addressesOf({ people, domains: ['a.com'], pattern: '{f}.{last}' })
  expect(byDomain['a.com']?.map(({ username }) => username)).toEqual([
    'j.garcia',
    'b.lukasiewicz',
    's.oneil',
    'j.doe',
  ])
  expect(rewritten).toHaveLength(3)
  expect(faults).toEqual([])
})

test('what comes twice, is too long or cannot be an address is a fault of its line', () => {
  const long = 'x'.repeat(65)
  const { people } = parsePeople(
    `jane Jane Doe\njane Jane Roe\n${long} Jane Doe\njane!doe Jane Doe\n李 小龙\n.jane Jane Doe`,
  )
  const { byDomain, faults } = addressesOf({ people, domains: ['a.com', 'b.com'] })
  expect(Object.values(byDomain).map((list) => list.length)).toEqual([1, 1])
  expect(faults.map(({ line }) => line)).toEqual(people.slice(1).map(({ line }) => line))
  expect(faults.map(({ why }) => why).join()).toMatch(/twice.*65 characters.*“!”.*begins or ends/s)
})

test('spread over the domains, everybody gets one address, and domains differ by one at most', () => {
  const person = fc.record({
    firstName: fc.stringMatching(/^[A-Z][a-z]{1,9}$/),
    lastName: fc.stringMatching(/^[A-Z][a-z]{1,9}$/),
  })
  const list = fc.uniqueArray(person, {
    selector: (one) => `${one.firstName} ${one.lastName}`.toLowerCase(),
    minLength: 1,
    maxLength: 40,
  })
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{3,8}\.com$/), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(list, names, (people, domains) => {
      const numbered = people.map((one, at) => ({ ...one, line: at + 1 }))
      const spread = addressesOf({ people: numbered, domains, spread: true })
      const counts = domains.map((domain) => spread.byDomain[domain]?.length ?? 0)
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(people.length)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      const every = addressesOf({ people: numbered, domains })
      expect(Object.values(every.byDomain).flat()).toHaveLength(people.length * domains.length)
    }),
  )
})

test('whatever is pasted, each part of it is a person or a fault at most, and no address is invalid or comes twice', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 90 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.stringMatching(/^[a-z]{1,6} [A-Z][a-z]{1,6} [A-Z][a-z]{1,6}$/),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const text = lines.map((one) => one.replaceAll(/[\r\n]/g, ' ')).join('\n')
      const { people, faults } = parsePeople(text)
      const filled = text.split(/[\n,;]/).filter((one) => one.trim()).length
      expect(people.length + faults.length).toBeLessThanOrEqual(filled)
      const { byDomain } = addressesOf({ people, domains: ['a.com'] })
      const usernames = (byDomain['a.com'] ?? []).map(({ username }) => username)
      expect(new Set(usernames).size).toBe(usernames.length)
      for (const username of usernames) expect(username).toMatch(/^[a-z0-9_][a-z0-9._-]{0,63}$/)
    }),
  )
})

test('a person written as a line is read back the same', () => {
  const name = fc.stringMatching(/^[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8})?$/)
  const username = fc.option(fc.stringMatching(/^[a-z][a-z0-9.]{0,8}$/), { nil: undefined })
  fc.assert(
    fc.property(name, name, username, (firstName, lastName, given) => {
      const person = { username: given, firstName, lastName }
      expect(parsePeople(lineOf(person)).people).toEqual([{ ...person, line: 1 }])
    }),
  )
})

test('a pattern without names, or with what no address may hold, is refused in a sentence', () => {
  expect(patternFault('{first}.{last}')).toBeUndefined()
  expect(patternFault('{f}{last}-sales')).toBeUndefined()
  expect(patternFault('jane')).toMatch(/needs {first}/)
  expect(patternFault('{first}@{last}')).toMatch(/“@”/)
})

test('domains are found in whatever is pasted: URLs, commas, capitals, other scripts', () => {
  const { names, repeated, wrong } = parseDomainNames(
    'https://www.Acme.com/about, acme.com\nBÜCHER.de  get-acme.co.uk; foo localhost -bad.com a_b.com 10.0.0.1',
  )
  expect(names).toEqual(['acme.com', 'xn--bcher-kva.de', 'get-acme.co.uk'])
  expect(repeated).toEqual(['acme.com'])
  expect(wrong).toEqual(['foo', 'localhost', '-bad.com', 'a_b.com', '10.0.0.1'])
})

test('whatever is pasted, what is taken for a domain could be one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.domain()), (text) => {
      const { names } = parseDomainNames(text)
      expect(new Set(names).size).toBe(names.length)
      for (const name of names)
        expect(name).toMatch(
          /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(xn--[a-z0-9-]+|[a-z]{2,})$/,
        )
    }),
  )
})
