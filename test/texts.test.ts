import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderTextDocs, textDocsFile } from '../src/texts.ts'

test('docs/texts.md is what npm run docs writes', () => {
  expect(readFileSync(textDocsFile, 'utf8')).toBe(renderTextDocs())
})

/** Whose texts that name settings admins alone read, or whoever runs the bot: notices to admins, health checks, the doctor, hints of errors. */
const readByAdmins = [
  'access/accounts.ts',
  'access/audit/verify.ts',
  'access/commands/people.ts',
  'alerts/delivery/failures.ts',
  'alerts/messages/routes.ts',
  'cmr/answer.ts',
  'cmr/request.ts',
  'config.ts',
  'doctor-checks.ts',
  'events/signatures.ts',
  'health-checks.ts',
  'slack/client.ts',
  'slack/socket-mode.ts',
]

test('settings are named in no text that others than admins read', () => {
  const naming = renderTextDocs()
    .split(/^#+ /m)
    .filter((part) => /\b(?:CMR|SLACK)_[A-Z_]{3,}|\bDATABASE_URL\b/.test(part))
    .map((part) => part.split('\n')[0] ?? '')
  expect(naming.filter((file) => !readByAdmins.includes(file))).toEqual([])
})
