import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bounded, leftOut, parseJson, shortened } from '../../src/cmr/json.ts'

const everything = { depth: 24, text: 1000, items: 1000, fields: 100, values: 1000 }

test('JSON is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      fc.pre(!/\d{16}|e\+?\d{3}/i.test(text))
      expect(parseJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

test('a whole number of any size keeps its digits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (number) => {
      expect(String(parseJson(`[${number}]`))).toBe(String(number))
    }),
  )
})

test('ids stay apart however deep the rest is nested', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const idIn = (id: string) =>
    (parseJson(`{"deep":${deep},"text":"9007199254740993 \\" 1e400","id":${id}}`) as { id: unknown }).id
  expect(idIn('9007199254740993')).toBe('9007199254740993')
  expect(idIn('9007199254740992')).toBe('9007199254740992')
})

test('a text that is not JSON is refused in linear time', () => {
  const before = process.cpuUsage()
  expect(() => parseJson(`"1234567890123456${'\\"'.repeat(500_000)}`)).toThrow(SyntaxError)
  expect(() => parseJson('{12345678901234567890:1}')).toThrow(SyntaxError)
  expect(() => parseJson('[012345678901234567890]')).toThrow(SyntaxError)
  expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
})

test('what no double holds is kept as it is written, and what one holds stays a number', () => {
  expect(parseJson('[1e400,0.1234567890123456,14.50,9007199254740991,9007199254740992]')).toEqual([
    '1e400',
    0.1234567890123456,
    14.5,
    9007199254740991,
    '9007199254740992',
  ])
})

test('whatever is bounded can be stored, and is marked where something is left out', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.constantFrom('a\0b', '\ud83d', 'x\udc00y', '\u{1F9E8}', 'half \ud83d\ud83d', '\uFEFF'),
      (text, odd) => {
        const within = JSON.stringify(bounded({ [odd]: JSON.parse(text), odd }, everything))
        expect(within.isWellFormed()).toBe(true)
        expect(within).not.toMatch(/\\u0000|\\ud[89a-f]/i)
      },
    ),
  )
  const bounds = { depth: 2, text: 5, items: 4, fields: 2, values: 6 }
  expect(bounded({ a: { b: { c: 1 } }, d: 'abcdefg', e: 1 }, bounds)).toEqual({
    a: { b: '…left out: nested too deeply' },
    d: 'abcde…',
    leftOut: 1,
  })
  expect(bounded([1, 2, 3, 4, 5, 6, 7], bounds)).toEqual([1, 2, 3, 4, { leftOut: 3 }])
  expect(leftOut([1, { leftOut: 3 }])).toBe(3)
  expect(leftOut([1, { leftOut: 'x' }]) + leftOut([]) + leftOut([null])).toBe(0)
})

test('a long text is cut between words, where it has any', () => {
  expect(shortened('one two three', 9)).toBe('one two…')
  expect(shortened(`${'x '.repeat(2000)}secret`, 4002)).toBe(`${'x '.repeat(1999)}x…`)
  expect(shortened('x'.repeat(3000), 2000)).toBe(`${'x'.repeat(2000)}…`)
})

test('a field of any name is a field and nothing else', () => {
  const parsed = parseJson('{"__proto__":{"polluted":1},"n":12345678901234567890}')
  const within = bounded(parsed, everything) as Record<string, unknown>
  expect(Object.keys(within)).toEqual(['__proto__', 'n'])
  expect(within.polluted).toBeUndefined()
})
