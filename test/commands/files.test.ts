import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Encoding, wordsInDoubt } from '../../src/commands/encoding.ts'
import { readCsv } from '../../src/commands/given-files.ts'
import { checkSheet } from '../../src/imports/columns.ts'
import { scrubText } from '../../src/process/seen-secrets.ts'
import { csvFile } from '../../src/resources/csv.ts'
import { encodedIn, readBack } from '../support/csv.ts'

const cells = (bytes: Uint8Array, chosen?: Encoding) => {
  const { header, rows } = readCsv(bytes, chosen)
  return [header, ...rows.map((row) => row.cells)]
}
const people = [
  ['Name', 'Town'],
  ['Michał Wąs', 'Łódź'],
]
const withMark = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')

test.each<[what: string, file: Uint8Array]>([
  ['sep= and semicolons', Buffer.from('sep=;\r\nName;Town\r\nMichał Wąs;Łódź\r\n')],
  ['sep= behind a mark', Buffer.from('\uFEFFsep=|\nName|Town\nMichał Wąs|Łódź')],
  ['sep= in quotes', Buffer.from('"sep=,"\nName,Town\nMichał Wąs,Łódź')],
  ['tabs', Buffer.from('Name\tTown\nMichał Wąs\tŁódź')],
  ['pipes', Buffer.from('Name|Town\nMichał Wąs|Łódź')],
  ['empty lines first', Buffer.from('\n\nName;Town\nMichał Wąs;Łódź')],
  ['UTF-16, little end first', withMark('Name\tTown\r\nMichał Wąs\tŁódź')],
  ['UTF-16, big end first', withMark('Name;Town\r\nMichał Wąs;Łódź').swap16()],
  ['UTF-16 without its mark', Buffer.from('Name;Town\r\nMichał Wąs;Łódź', 'utf16le')],
  ['UTF-16 with sep=', withMark('sep=;\r\nName;Town\r\nMichał Wąs;Łódź')],
  ['lines of an old Mac', Buffer.from('Name;Town\rMichał Wąs;Łódź\r')],
])('a file with %s is read as Excel means it, without a doubt', (_, file) => {
  expect(cells(file)).toEqual(people)
  expect(readCsv(file).doubt).toBeUndefined()
})

test('the line that says the separator counts, and cells hold line breaks', () => {
  const { rows } = readCsv(Buffer.from('sep=;\nName;Town\n"a\nb";c\nd;e'))
  expect(rows.map(({ number }) => number)).toEqual([3, 5])
})

test.each<[Encoding, string]>([
  ['windows-1250', 'Michał Wąs'],
  ['windows-1250', 'Tomáš Dvořák'],
  ['windows-1251', 'Ромашка'],
  ['windows-1252', 'Jürgen Groß'],
  ['windows-1252', 'François Lefèvre'],
  ['windows-1253', 'Γιώργος'],
])('%s is found, shown and asked about: %s', (encoding, name) => {
  const { rows, doubt } = readCsv(encodedIn(encoding, `E-mail;Name\na@example.com;${name}\n`))
  expect(rows[0]?.cells).toEqual(['a@example.com', name])
  expect(doubt?.encoding).toBe(encoding)
  expect(wordsInDoubt(doubt?.text ?? '', 5)).toEqual([name])
})

test('what cannot be told is among the other ways, and is read so once somebody says so', () => {
  const file = encodedIn('windows-1251', 'Name\nІ\n')
  const { doubt } = readCsv(file)
  expect([doubt?.encoding, ...(doubt?.others.map((one) => one.encoding) ?? [])]).toContain('windows-1251')
  expect(cells(file, 'windows-1251')).toEqual([['Name'], ['І']])
  expect(cells(file, 'windows-1252')).toEqual([['Name'], ['²']])
})

test.each([
  ['an Excel workbook', Buffer.from('PK\u0003\u0004rest'), /an Excel workbook.*CSV UTF-8/],
  ['a PDF', Buffer.from('%PDF-1.7'), /a PDF, not a CSV/],
  [
    'a file whose letters were lost',
    Buffer.from('Name\nMicha\uFFFD'),
    /letters were lost on line 2.*“.*Micha/,
  ],
])('%s is called what it is', (_, file, sentence) => {
  expect(() => readCsv(file)).toThrow(sentence)
})

/** Takes a file apart at whatever a spreadsheet may take for the end of a cell. */
const everyCell = (content: string) =>
  content
    .replace('\uFEFF', '')
    .split(/[,;|\t\r\n]/)
    .map((cell) => cell.replace(/^[\s"“”]+/u, ''))
const isNumber = (cell: string) => /^[+-]?\d[\d\s().]*"*\s*$/.test(cell)

const risky = fc
  .array(
    fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '＝',
      '\t',
      '\n',
      '\r',
      ' ',
      '"',
      "'",
      ';',
      ',',
      '|',
      'a',
      '1',
      '(',
      '“',
    ),
  )
  .map((parts) => parts.join(''))

test('no cell of an export starts a formula, wherever in it and however the file is taken apart', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ name: risky, more: fc.oneof(risky, fc.string()) }), { minLength: 1 }),
      (rows) => {
        const { content } = csvFile('x.csv', rows)
        const starting = everyCell(content).filter(
          (cell) => /^[=+\-@＝＋－＠]/u.test(cell) && !isNumber(cell),
        )
        expect(starting).toEqual([])
      },
    ),
    { numRuns: 500 },
  )
})

test('numbers of every kind stay numbers', () => {
  const row = { balance: '-12.50', phone: '+49 30 1234', note: 'call +49 30 1234; -5 today', list: 'a, -5' }
  expect(readBack(csvFile('x.csv', [row]).content)).toEqual([{ ...row, note: "call +49 30 1234; '-5 today" }])
})

const columns = z.object({ name: z.string(), more: z.string().optional() })

test('what the bot writes it reads back to the letter, in the encoding that Excel opens in columns', () => {
  const value = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .map((text) => text.replace(/[\p{C}\s\p{Default_Ignorable_Code_Point}]/gu, ''))
    .filter((text) => text !== '' && !/[,;|"'“”\uFFFD]/.test(text))
    // Another test of this process may have given the bot that very text as a secret.
    .filter((text) => scrubText(text) === text)
  fc.assert(
    fc.property(value, (name) => {
      const { content, encoding } = csvFile('x.csv', [{ name, more: 'x' }])
      const bytes = Buffer.from(content, encoding)
      expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe])
      expect(checkSheet(columns, readCsv(bytes)).good).toMatchObject([{ values: { name } }])
    }),
  )
})
