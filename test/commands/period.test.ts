import fc from 'fast-check'
import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { argumentsOf } from '../../src/commands/arguments.ts'
import { check } from '../../src/commands/check.ts'
import { parseSpoken } from '../../src/commands/grammar.ts'
import { pastSpanOf } from '../../src/commands/past-span.ts'
import { inDays, periodOf } from '../../src/commands/period.ts'
import { understood } from '../support/spoken.ts'

// A Friday.
const now = new Date('2026-11-27T15:00:00Z')
const registry = declaredCommands()

test.each([
  ['45', 0, 45, 'in 45 days'],
  ['45d', 0, 45, 'in 45 days'],
  ['45 d', 0, 45, 'in 45 days'],
  ['1 day', 0, 1, 'in 1 day'],
  ['in 45 days', 0, 45, 'in 45 days'],
  ['the next 30 days', 0, 30, 'in 30 days'],
  ['2 weeks', 0, 14, 'in 14 days'],
  ['2w', 0, 14, 'in 14 days'],
  ['a week', 0, 7, 'in 7 days'],
  ['3 months', 0, 92, 'in 92 days'],
  ['today', 0, 0, 'today'],
  ['Tomorrow', 1, 1, 'tomorrow'],
  ['this week', 0, 2, 'this week'],
  ['next  week', 3, 9, 'next week'],
  ['this month', 0, 3, 'this month'],
  ['next month', 4, 34, 'next month'],
  ['december', 4, 34, 'in December'],
  ['in Dec', 4, 34, 'in December'],
  ['november', 0, 3, 'in November'],
  ['January', 35, 65, 'in January 2027'],
  ['october', 308, 338, 'in October 2027'],
  ['Dec 17', 20, 20, 'on Dec 17'],
  ['2026-12-17', 20, 20, 'on Dec 17'],
  ['Jan 5', 39, 39, 'on Jan 5'],
  ['this quarter', 0, 34, 'this quarter'],
  ['next quarter', 35, 124, 'next quarter'],
  ['this year', 0, 34, 'this year'],
  ['next year', 35, 399, 'next year'],
  ['this weekend', 1, 2, 'this weekend'],
  ['fortnight', 0, 14, 'in 14 days'],
  ['rest of the month', 0, 3, 'until the end of this month'],
  ['until end of year', 0, 34, 'until Dec 31'],
  ['Dec 1 - Dec 15', 4, 18, 'from Dec 1 to Dec 15'],
  ['from Dec 1 to Dec 15', 4, 18, 'from Dec 1 to Dec 15'],
  ['between 2026-12-01 and 2026-12-15', 4, 18, 'from Dec 1 to Dec 15'],
  ['until Dec 17', 0, 20, 'until Dec 17'],
  ['five days', 0, 5, 'in 5 days'],
  ['in seven weeks', 0, 49, 'in 49 days'],
  ['by Friday', 0, 7, 'until Dec 4'],
  ['until monday', 0, 3, 'until Nov 30'],
  ['by Thu', 0, 6, 'until Dec 3'],
  ['on Monday', 3, 3, 'on Nov 30'],
  ['this friday', 7, 7, 'on Dec 4'],
  ['until next month', 0, 3, 'until Nov 30'],
  ['by next week', 0, 2, 'until Nov 29'],
  ['until january', 0, 34, 'until Dec 31'],
  ['through next month', 0, 34, 'until Dec 31'],
  ['until the end of next month', 0, 34, 'until Dec 31'],
  ['until this month', 0, 3, 'until Nov 30'],
  ['until end of january', 0, 65, 'until Jan 31'],
  ['Q1', 35, 124, 'in Q1 2027'],
  ['in Q4 2026', 0, 34, 'in Q4 2026'],
  ['until 25/12/2026', 0, 28, 'until Dec 25'],
  ['12/25/2026', 28, 28, 'on Dec 25'],
  ['25.12.2026', 28, 28, 'on Dec 25'],
  ['1.12.26', 4, 4, 'on Dec 1'],
  ['12/12/2026', 15, 15, 'on Dec 12'],
  ['until 12/25', 0, 28, 'until Dec 25'],
  ['from 12/01/2026 to 12/15/2026', 4, 18, 'from Dec 1 to Dec 15'],
])('“%s” is from day %i to day %i', (said, from, to, when) => {
  expect(periodOf(said, now, 'UTC')).toEqual({ from, to, when })
})

test('February 29 is the next one there is, never March 1', () => {
  const dayOf = (said: string, today: string) => {
    const period = periodOf(said, new Date(today), 'UTC')
    return period && new Date(Date.parse(today) + period.to * 86_400_000).toISOString().slice(0, 10)
  }
  expect(dayOf('Feb 29', '2027-11-01T00:00Z')).toBe('2028-02-29')
  expect(dayOf('Feb 29', '2028-03-01T00:00Z')).toBe('2032-02-29')
  expect(dayOf('29 February', '2028-02-29T00:00Z')).toBe('2028-02-29')
  expect(dayOf('Feb 29, 2027', '2026-11-01T00:00Z')).toBeUndefined()
})

// A company may be called so.
test.each([
  'friday',
  'monday',
  'five',
  'nxt week',
  'soon',
  'decembre',
  '45 cows',
  '2026-13-40',
  'feb 30',
  '2020-01-01',
  '',
  'acme.com',
])('“%s” is no period', (said) => expect(periodOf(said, now, 'UTC')).toBeUndefined())

test('tomorrow is a day of the team’s zone, and every period ends where it begins or later', () => {
  expect(periodOf('this week', new Date('2026-11-29T23:30:00Z'), 'Europe/Berlin')).toMatchObject({ to: 6 })
  const words = [
    'today',
    'tomorrow',
    'this week',
    'next week',
    'this month',
    'next month',
    'february',
    '9 weeks',
  ]
  const zones = ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Africa/Cairo', 'Australia/Lord_Howe']
  const date = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(date, fc.constantFrom(...words), fc.constantFrom(...zones), (at, said, zone) => {
      const { from = -1, to = -2 } = periodOf(said, at, zone) ?? {}
      expect(from).toBeGreaterThanOrEqual(0)
      expect(to).toBeGreaterThanOrEqual(from)
      expect(to).toBeLessThanOrEqual(366)
    }),
  )
})

/** What a line comes to: the command with its values, or the sentence for a wrong one. */
function said(line: string) {
  const spoken = parseSpoken(line)
  const found = registry.find(spoken.ok ? spoken.words : [])
  if (!found.ok) return found.sentence
  const given = argumentsOf(found.command, found.rest)
  if (!given.ok) return given.sentence
  const checked = check(found.command.input, given.raw)
  return checked.ok ? checked.input : JSON.stringify(checked.errors)
}

test.each([
  ['renewals next week', { within: 'next week' }],
  ['renewals 45 d', { within: '45 d' }],
  ['renewals 2 weeks acme.com', { within: '2 weeks', domain: 'acme.com' }],
  ['forecast acme.com this month', { within: 'this month', domain: 'acme.com' }],
  ['upcoming december --user jane@acme.com', { within: 'december', userId: 'jane@acme.com' }],
  ['renewals calendar next month', { within: 'next month' }],
  ['renewals renew --within "2 weeks"', { within: '14d' }],
])('`/cmr %s` is understood', (line, values) => expect(said(line)).toEqual(values))

test.each([
  'renewals nxt week',
  'renewals tommorow',
  'forecast decembr',
  'renewals 45 dayz',
  'renewals nextweek',
])('`/cmr %s` is answered with examples', (line) =>
  expect(said(line)).toMatch(/Give a period such as .*next week/),
)

test('a wrong verb is still called one', () => {
  expect(said('renewals lisst')).toMatch(/Did you mean `\/cmr renewals list`/)
  expect(inDays('all')).toBe('all')
})

test.each(['last month', 'past week', 'yesterday', '3 days ago', 'the previous 30 days', 'last friday'])(
  '“renewals %s” is refused, since it is over',
  (said) => {
    const parsed = parseSpoken(said)
    const list = registry.byId('renewals.list')
    const given = list && parsed.ok ? argumentsOf(list, parsed.words) : undefined
    expect(given).toEqual({ ok: true, raw: { within: said } })
    expect(list && check(list.input, { within: said })).toMatchObject({
      ok: false,
      errors: { within: expect.stringMatching(/Only what is still to renew is shown/) },
    })
  },
)

test.each([
  ['renewals Dec 32', 'within'],
  ['renewals 30 Feb acme.com', 'within'],
  ['renewals until december 40', 'within'],
  ['renewals from Dec 1 to Dec 32', 'within'],
  ['renewals list Feb 30 2027', 'within'],
  ['renewals 2026-02-30', 'within'],
  ['renewals 31/31/2027', 'within'],
  ['access grant U012AB3CD finance until Feb 30', 'until'],
  ['access grant U012AB3CD finance until 2027-02-30', 'until'],
])('“%s” names a day that there is not, which is no part of another value', (line, field) => {
  expect(understood(registry, line).checked).toMatchObject({
    ok: false,
    errors: { [field]: expect.stringMatching(/^“.*” is not a date\. Check the day and the month\.$/) },
  })
})

test.each([
  ['renewals list --customer "Dec 32"', { userId: 'Dec 32' }],
  ['renewals Dec 2026', { within: 'Dec 2026' }],
  ['renewals Dec 3rd', { within: 'Dec 3rd' }],
])('“%s” is taken as it is written', (line, input) => {
  expect(understood(registry, line).checked).toEqual({ ok: true, input })
})

test.each([
  ['today', '2026-11-27', undefined],
  ['yesterday', '2026-11-26', '2026-11-27'],
  ['this week', '2026-11-23', undefined],
  ['this month', '2026-11-01', undefined],
  ['this quarter', '2026-10-01', undefined],
  ['november', '2026-11-01', undefined],
  ['in October', '2026-10-01', '2026-11-01'],
  ['december', '2025-12-01', '2026-01-01'],
  ['last december', '2025-12-01', '2026-01-01'],
  ['last november', '2025-11-01', '2025-12-01'],
  ['last october', '2026-10-01', '2026-11-01'],
  ['Q3', '2026-07-01', '2026-10-01'],
  ['since monday', '2026-11-23', undefined],
  ['since friday', '2026-11-20', undefined],
  ['on friday', '2026-11-27', undefined],
  ['since Nov 1', '2026-11-01', undefined],
  ['Dec 24', '2025-12-24', '2025-12-25'],
  ['25/10/2026', '2026-10-25', '2026-10-26'],
  ['before Nov 12', undefined, '2026-11-12'],
  ['until Nov 12', undefined, '2026-11-13'],
  ['from Nov 1 to Nov 15', '2026-11-01', '2026-11-16'],
  ['Oct 30 - monday', '2026-10-30', '2026-11-24'],
])('“%s” has begun, on a Friday', (said, from, to) => {
  const moment = (day: string | undefined) => day && new Date(`${day}T00:00:00Z`)
  const span = pastSpanOf(said, now, 'UTC')
  expect([span?.from, span?.to]).toEqual([moment(from), moment(to)])
})

test.each(['tomorrow', '2027-01-01', 'november 2027', 'friday', 'acme', 'since Nov 31'])(
  '“%s” is no time that has begun',
  (said) => expect(pastSpanOf(said, now, 'UTC')).toBeUndefined(),
)
