import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { check } from '../../src/commands/check.ts'
import { command } from '../../src/commands/command.ts'
import { fieldsOf } from '../../src/commands/field.ts'
import { confirmView, formView, inputBlock } from '../../src/commands/forms/form.ts'
import { optionsWithin, typeMore } from '../../src/commands/search.ts'
import { listed, option, paragraphs } from '../../src/slack/blocks.ts'
import { limitsBroken } from '../support/limits.ts'

const input = z.object({
  domains: z.array(z.string()).optional().meta({ label: 'Domains', picker: 'domain' }),
  login: z.string().optional().meta({ label: 'Login', offered: true }),
  state: z.string().optional().meta({ label: 'State', picker: 'state' }),
})
const remove = command({
  noun: 'domains',
  verb: 'remove',
  summary: 'Remove domains',
  effect: 'destroy',
  input,
  positional: [],
  run: async () => ({ message: { text: '', blocks: [] } }),
})
const field = (name: string) => {
  const found = fieldsOf(input).find((one) => one.name === name)
  if (!found) throw new Error(name)
  return found
}
const many = (count: number) => Array.from({ length: count }, (_, at) => `domain-${at}.example.com`)

test('a picker with more than Slack lists says so last, and whoever chooses that is told what to do', () => {
  const options = many(300).map((name) => option(name, name))
  const shown = optionsWithin(options, 'domain')
  expect(shown).toHaveLength(100)
  expect(shown.at(-1)?.text.text).toBe('There are more: type more of the name')
  expect(optionsWithin(options.slice(0, 100), '')).toHaveLength(100)
  expect(check(input, { state: typeMore })).toMatchObject({
    errors: { state: 'Pick a name from the list. Type more of it to find it.' },
  })
  expect(check(input, { domains: ['a.com', typeMore] }).ok).toBe(false)
})

test('a value is never cut to what Slack takes: that would be another one', () => {
  const long = `${'x'.repeat(160)}.com`
  expect(option('long', long).value).toBe(long)
  expect(optionsWithin([option('long', long)], long)[0]).toMatchObject({
    value: typeMore,
    text: { text: expect.stringContaining('150 characters') },
  })
  const block = inputBlock(field('state'), { values: { state: long } })
  expect(block).toMatchObject({
    hint: { text: expect.stringMatching(/list holds 100 of at most 150 characters/) },
    element: { type: 'plain_text_input', initial_value: long },
  })
})

test('more than a list of Slack’s holds becomes text, and what is not listed is named', () => {
  const values = { domains: many(120) }
  expect(inputBlock(field('domains'), { values })).toMatchObject({
    hint: { text: expect.stringContaining('holds 100') },
    element: { type: 'plain_text_input', multiline: true, initial_value: many(120).join('\n') },
  })
  const logins = many(240).map((name) => option(name, name))
  const block = inputBlock(field('login'), { options: { login: logins } })
  expect(block.hint?.text).toBe(
    'The first 100 of 240 are listed. For another one, run this as a command with --login.',
  )
  expect(limitsBroken('view', formView(remove, {}, { values, options: { login: logins } }))).toEqual([])
})

test('a confirmation shows its whole text, however long', () => {
  const text = `*Remove 500 domains?*\n${many(500).join('\n')}`
  const view = confirmView(remove, {}, { text })
  const shown = JSON.stringify(view.blocks)
  for (const name of many(500)) expect(shown).toContain(name)
  expect(limitsBroken('view', view)).toEqual([])
})

test('names that do not fit are counted', () => {
  expect(listed(['a', 'b', 'c'], 100)).toBe('a, b, c')
  const row = listed(many(500), 300)
  expect(row.length).toBeLessThanOrEqual(300)
  const [, left] = /and (\d+) more$/.exec(row) ?? []
  expect(row.split(', ').length + Number(left)).toBe(500)
})

test('no letter of a long text is lost, and no paragraph is longer than Slack takes', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', '&amp;', '😀', 'ł'), maxLength: 9000 })
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
      const blocks = paragraphs(lines.join('\n'))
      for (const { text } of blocks) expect(text?.text.length).toBeLessThanOrEqual(3000)
      const letters = (text: string) => text.replace(/\s/g, '')
      expect(letters(blocks.map(({ text }) => text?.text).join(''))).toBe(letters(lines.join('')))
    }),
    { numRuns: 50 },
  )
})
