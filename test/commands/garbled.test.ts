import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText } from '../../src/commands/encoding.ts'
import { garbledIn, ungarbled } from '../../src/commands/garbled.ts'

/** As a program writes it that takes UTF-8 for Windows-1252. */
const garble = (text: string) => new TextDecoder('windows-1252').decode(Buffer.from(text))

test.each(['Michał Wąs', 'José', 'Łódź', 'Müller & Söhne', 'Zoë', 'Иван', '山田', 'O’Neil', 'naïve – café'])(
  '%s is recognized where it was garbled',
  (name) => {
    expect(ungarbled(garble(name))).toBe(name)
  },
)

test.each([
  'Jane Doe',
  'Michał Wąs',
  '„MENÜ“',
  'Café”',
  'ÅÄÖ AB',
  'Ângela',
  'São Paulo',
  '“É”…',
  'été…',
  '£5 – ½',
])('%s is no garbled text', (name) => {
  expect(ungarbled(name)).toBeUndefined()
})

test('any name in letters of Europe comes back to the letter, and is left alone as it is', () => {
  const letters = fc.constantFrom(...'abcdeżźćńłąęśóöüäßéèêçñøåœšžțğİđАБВабвαβγ')
  fc.assert(
    fc.property(fc.array(letters, { minLength: 1, maxLength: 20 }), (list) => {
      // A word that ends with such a letter may also end with a quote or dots: „MENÜ“.
      const name = `Jan ${list.join('')}x`
      expect(ungarbled(name)).toBeUndefined()
      if (/[^\p{ASCII}]/u.test(name)) expect(ungarbled(garble(name))).toBe(name)
    }),
  )
})

test('of what was given each garbled field is named; a password is nobody’s business', () => {
  const [company, password] = [garble('Łódź Sp.'), garble('pąss')]
  expect(garbledIn({ company, password, names: ['Jane', garble('Wąs')], years: 1 })).toEqual({
    values: { company: 'Łódź Sp.', password, names: ['Jane', 'Wąs'], years: 1 },
    fields: {
      company: { given: company, meant: 'Łódź Sp.' },
      names: { given: garble('Wąs'), meant: 'Wąs' },
    },
  })
  expect(garbledIn({ company: 'Łódź', years: 1 })).toBeUndefined()
})

test('a file with garbled letters is read as they were meant, or as they stand', () => {
  const file = Buffer.from(`email,firstName\nm@acme.com,${garble('Michał')}\n`)
  const read = decodeText(file)
  expect(read.text).toContain('Michał')
  expect(read.doubt).toMatchObject({ encoding: 'utf-8-twice', others: [{ encoding: 'utf-8' }] })
  expect(decodeText(file, 'utf-8').text).toContain(garble('Michał'))
  expect(decodeText(Buffer.from('Michał')).doubt).toBeUndefined()
})
