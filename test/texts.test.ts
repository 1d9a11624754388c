import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderTextDocs, textDocsFile } from '../src/texts.ts'

test('docs/texts.md is what npm run docs writes', () => {
  expect(readFileSync(textDocsFile, 'utf8')).toBe(renderTextDocs())
})
