import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  code,
  context,
  escapeSentence,
  escapeText,
  fields,
  option,
  plain,
  section,
} from '../../src/slack/blocks.ts'

const plainly = (text: string) =>
  text.replaceAll('\u2060', '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

test.each([
  ['ip6:2001:db8:100::/48', /:100:|:db8:/],
  [':fire: & Sons', /:fire:/],
  [':thumbsup::skin-tone-2:', /:thumbsup:|:skin-tone-2:/],
  ['<!channel> <@U1> <https://evil.com|x>', /[<>]/],
  ['*Acme*', /(^|\s)\*Acme\*/],
  ['the _best_ ~firm~', /(^|\s)[_~](best|firm)[_~]/],
  ['run `rm`', /`/],
  ['`_`_', /`|_'_/],
  ['_`_`', /`|_'_/],
  ['`*`a*', /`|\*'a\*/],
  ['*a _b*_', /[^\u2060][_*]|[_*][^\u2060]/],
  ['*_a_*', /[^\u2060][_*]|[_*][^\u2060]/],
  ['+*a*', /\*a\*/],
  ['> a quotation', /^\s*&gt;/],
])('%s is shown as it is', (text, meaning) => {
  expect(escapeText(text)).not.toMatch(meaning)
  expect(plainly(escapeText(text)).replaceAll("'", '`')).toBe(text)
})

test('a name turns nothing around that stands behind it', () => {
  const name = '\u202Ecte\u202C \u2066Acme\u2069'
  for (const shown of [
    escapeText(name),
    escapeSentence(name),
    code(name).replaceAll('`', ''),
    plain(name).text,
    option(name, 'x').text.text,
  ])
    expect(shown).toBe('cte Acme')
})

test('addresses and names are left as they are, to be copied', () => {
  for (const text of ['jane_doe_x@acme.com', '_dmarc.acme.com', '10:30', 'a * b', 'v=spf1 ~all', "O'Brien"])
    expect(escapeText(text)).toBe(text)
})

test('whatever comes from outside is neither emoji, mention, link nor formatting', () => {
  const piece = fc.constantFrom(
    ':',
    'fire',
    '+1',
    '100',
    '*',
    '_',
    '~',
    '`',
    '<',
    '>',
    '!',
    '@',
    '|',
    ' ',
    "'",
    '+',
    'a',
    '\n',
    '&',
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 20 }).map((parts) => parts.join('')),
      (text) => {
        const shown = escapeText(text)
        expect(shown).not.toMatch(/:[\w+'-]+:|[<>]|^\s*&gt;/m)
        expect(shown).not.toMatch(
          /(?<![\p{L}\p{N}])([*_~`])(?![\s\u2060])[^\n]*?[^\s\u2060]\1(?![\p{L}\p{N}])/u,
        )
        expect(plainly(shown)).toBe(text.replaceAll('`', "'"))
        // To copy a value to the letter there is the code span, in which Slack reads nothing.
        expect(plainly(code(text)).slice(1, -1)).toBe(text.replaceAll('`', "'"))
      },
    ),
    { numRuns: 500 },
  )
})

test('plain text has no emoji, and nothing in mrkdwn links itself', () => {
  expect(plain(':fire:')).toMatchObject({ text: ':fire:', emoji: false })
  expect(option(':fire: & Sons', 'x').text).toMatchObject({ text: ':fire: & Sons', emoji: false })
  expect(section('a')).toMatchObject({ text: { verbatim: true } })
  expect(context('a')).toMatchObject({ elements: [{ verbatim: true }] })
  expect(fields({ a: 'b' })).toMatchObject([{ fields: [{ verbatim: true }] }])
})
