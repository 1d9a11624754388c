import { expect, test } from 'vitest'
import { walletTodo } from '../../src/alerts/messages/event-parts.ts'
import { CmrError } from '../../src/cmr/errors.ts'
import { addFunds, webhookSilence } from '../../src/commands/dashboard.ts'
import { failureText } from '../../src/commands/failure.ts'

const now = new Date('2026-11-28T12:00:00Z')
const hoursBefore = (hours: number) => new Date(now.getTime() - hours * 3_600_000)

test.each([
  ['none at all', undefined, /^No webhook has come yet\./],
  ['one three days ago', hoursBefore(72), /^No webhook has come for 3 days\./],
])('of %s it is said where destinations and events are switched off', (_, last, begins) => {
  const told = webhookSilence(last, now)
  expect(told).toMatch(begins)
  expect(told).toMatch(/Settings → Webhooks.*turned off.*not selected/)
})

test.each([
  [
    'nobody reads CMR',
    undefined,
    /^No webhook has come for 3 days\. If anything has changed at CMR since, check/,
  ],
  ['reading CMR found nothing', 0, /^$/],
  [
    'reading CMR found what a webhook would have told',
    2,
    /for 3 days, and reading CMR has found 2 changes since\./,
  ],
])('a silence of days is told by what is known: %s', (_, found, tells) => {
  expect(webhookSilence(hoursBefore(72), now, found) ?? '').toMatch(tells)
})

test('after a webhook of today nothing is said', () => {
  expect(webhookSilence(hoursBefore(23), now)).toBeUndefined()
})

test('a 402 says where the wallet page is, and that auto top-up is there', () => {
  const refused = { kind: 'wallet', endpoint: 'orders.create', mayHaveBeenAccepted: false } as const
  expect(
    failureText(new CmrError('Insufficient wallet balance', refused), 'orders create', { isAdmin: false }),
  ).toContain(addFunds())
  expect(addFunds()).toMatch(/Wallet page of the CMR dashboard \(https:\/\/[^)]+\).*auto top-up/)
})

test.each([
  ['Insufficient wallet balance', true, false],
  ['The name is taken.', false, true],
  [undefined, true, true],
])('of a failure for the reason %s, funds are told of: %s, the other way out: %s', (reason, funds, other) => {
  const told = walletTodo(reason, 'order again', 'Pick another name.')
  expect(told.includes(addFunds())).toBe(funds)
  expect(told.includes('Pick another name.')).toBe(other)
})
