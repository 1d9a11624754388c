import { expect, test } from 'vitest'
import { z } from 'zod'
import { bounds, check } from '../../src/commands/check.ts'
import { parseSpoken } from '../../src/commands/grammar.ts'

test('a text, a list and the names in it have bounds that the refusal names', () => {
  const input = z.object({
    text: z.string().optional(),
    listed: z.array(z.string()).optional(),
    names: z.array(z.string()).optional().meta({ picker: 'domain' }),
  })
  expect(check(input, { text: 'x'.repeat(bounds.text) }).ok).toBe(true)
  expect(check(input, { text: 'x'.repeat(bounds.text + 1) })).toMatchObject({
    errors: { text: expect.stringContaining('12,000 are the most') },
  })
  const words = (count: number) => Array.from({ length: count }, (_, at) => `w${at}`).join(' ')
  expect(check(input, { listed: words(1000), names: words(200) }).ok).toBe(true)
  expect(check(input, { listed: words(1001), names: words(201) })).toMatchObject({
    errors: {
      listed: expect.stringContaining('These are 1,001; 1,000 go at once'),
      names: expect.stringContaining('These are 201; 200 go at once'),
    },
  })
  expect(parseSpoken('x'.repeat(bounds.text + 1))).toMatchObject({
    ok: false,
    fault: expect.stringContaining('12,000 are the most'),
  })
})
