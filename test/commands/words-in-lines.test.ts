import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { argumentsOf } from '../../src/commands/arguments.ts'
import { check } from '../../src/commands/check.ts'
import { readingLabel } from '../../src/commands/understanding/sentences.ts'
import { understand } from '../../src/commands/understanding/understand.ts'
import { understood } from '../support/spoken.ts'

const registry = declaredCommands()

test.each([
  ['domains renew\n• acme.com\n• acme.io', { domains: ['acme.com', 'acme.io'] }],
  ['domains renew\n1. acme.com\n2. acme.io', { domains: ['acme.com', 'acme.io'] }],
  ['domains renew\n- acme.com\n* acme.io', { domains: ['acme.com', 'acme.io'] }],
  ['domains renew acme.com for 2 years', { domains: ['acme.com'], years: 2 }],
  ['domains renew acme.com acme.io 1 year', { domains: ['acme.com', 'acme.io'], years: 1 }],
  ['domains renew acme.com --years 3', { domains: ['acme.com'], years: 3 }],
  ['audit U012AB3CD yesterday', { who: 'U012AB3CD', days: 1 }],
  ['audit last 2 weeks', { days: 14 }],
  ['audit acme.com last month', { text: 'acme.com', days: 31 }],
  ['audit last friday', { days: 7 }],
  ['audit last weekend', { days: 8 }],
  ['audit past 24 hours', { days: 1 }],
  ['audit two months ago', { days: 62 }],
  ['audit --days ３０', { days: 30 }],
  ['audit 2 weeks', { days: 14 }],
  ['audit 7d', { days: 7 }],
  ['audit today', { when: 'today' }],
  ['audit acme.com this month', { text: 'acme.com', when: 'this month' }],
  ['audit since monday', { when: 'since monday' }],
  ['audit last december', { when: 'last december' }],
  ['audit until yesterday', { when: 'until yesterday' }],
  ['audit november', { when: 'november' }],
  ['audit U012AB3CD from Nov 1 to Nov 15', { who: 'U012AB3CD', when: 'from Nov 1 to Nov 15' }],
  ['audit monday media', { text: 'monday media' }],
  ['events this month', { since: 'this month' }],
  ['audit --days 7 acme.com', { text: 'acme.com', days: 7 }],
  ['renewals list --customer "24/7 Media"', { userId: '24/7 Media' }],
  ['subscriptions list Acme Inc ACTIVE', { userId: 'Acme Inc', status: 'ACTIVE' }],
  [
    'access grant U012AB3CD finance for acme until friday',
    { who: 'U012AB3CD', role: 'finance', customers: ['acme'], until: 'friday' },
  ],
  ['alerts mute acme.com 2h', { what: 'acme.com', until: '2h' }],
])('“%s” is taken apart as it is written', (line, input) => {
  expect(understood(registry, line).checked).toEqual({ ok: true, input })
})

test.each(['last few days', 'past dozen weeks'])(
  '“audit %s” is refused: nobody can tell how many days those are',
  (said) => {
    expect(understood(registry, `audit ${said}`).checked).toMatchObject({
      ok: false,
      errors: { days: 'Give a number.' },
    })
  },
)

test('a day that there is not is no time of the audit', () => {
  expect(understood(registry, 'audit Nov 31').checked).toMatchObject({
    ok: false,
    errors: { when: expect.stringMatching(/“Nov 31” is not a date/) },
  })
})

test('how long a mute lasts is not what is muted', () => {
  expect(understood(registry, 'alerts mute 2h').raw).toEqual({ until: '2h' })
})

const withoutLimits = { who: 'U012AB3CD', operation: 'none', day: 'none', month: 'none' }
const toOps = (events: string) => ({ channel: 'C012AB3CD', events })

test.each([
  ['acme.com is down', 'diagnose show', { thing: 'acme.com' }],
  ['emails from acme.com go to spam', 'diagnose show', { thing: 'acme.com' }],
  ['is dkim ok for acme.com', 'dns check', { domain: 'acme.com' }],
  ['alerts acme.com', 'events list', { about: 'acme.com' }],
  ['who approved the order of acme.com', 'audit list', { text: 'acme.com' }],
  ['past due subscriptions of Acme', 'subscriptions list', { status: 'PAST_DUE', userId: 'Acme' }],
  ['active subscriptions of Acme', 'subscriptions list', { status: 'ACTIVE', userId: 'Acme' }],
  ['canceled subscriptions for Acme', 'subscriptions list', { status: 'CANCELLED', userId: 'Acme' }],
  ['subscriptions cancelled Acme', 'subscriptions list', { status: 'cancelled', userId: 'Acme' }],
  ['orders pending Acme', 'orders list', { userId: 'Acme' }],
  ['domains of Acme expiring soon', 'renewals list', { userId: 'Acme' }],
  ['what renews on friday', 'renewals list', { within: 'on friday' }],
  ['how much will we spend in December', 'renewals list', { within: 'December' }],
  ['how much did we spend this month', 'wallet get', {}],
  ['approve request 1a2b3c4d', 'approvals approve', { request: '1a2b3c4d' }],
  ['buy acme.com for 2 years', 'orders create', { domains: 'acme.com', years: '2' }],
  ['approvals pending', 'approvals list', {}],
  ['renewals excel next month', 'renewals list', { within: 'next month', csv: 'yes' }],
  ['warmup status of jane@acme.com', 'mailboxes get', { mailboxId: 'jane@acme.com' }],
  ['remove <@U012AB3CD|ana>', 'access revoke', { who: 'U012AB3CD' }],
  ['set limit for <@U012AB3CD|ana> to 500', 'access limit', { who: 'U012AB3CD', operation: '500' }],
  ['stop all spending', 'freeze show', {}],
  ['freeze on', 'freeze show', {}],
  ['freeze off', 'unfreeze show', {}],
  ['end the freeze', 'unfreeze show', {}],
  ['remove <@U012AB3CD|ana> from the admins', 'access revoke', { who: 'U012AB3CD', role: 'admin' }],
  ['take the finance role from <@U012AB3CD>', 'access revoke', { who: 'U012AB3CD', role: 'finance' }],
  ['delete the role of <@U012AB3CD>', 'access revoke', { who: 'U012AB3CD' }],
  ['remove the limit of <@U012AB3CD>', 'access limit', withoutLimits],
  ['delete <@U012AB3CD>’s spending limits', 'access limit', withoutLimits],
  ['send all alerts but urgent to <#C012AB3CD|ops>', 'alerts add', toOps('all alerts but urgent')],
  ['send all alerts to <#C012AB3CD|ops> except good', 'alerts add', toOps('all alerts except good')],
  ['alert <#C012AB3CD|ops> about failed payments', 'alerts add', toOps('failed payments')],
  ['reexport jane@acme.com', 'mailboxes reexport', { mailboxId: 'jane@acme.com' }],
])('“%s” is %s, with all that was said', (line, command, raw) => {
  const meant = understand(registry, line)
  if (meant.kind !== 'command') throw new Error(meant.kind)
  const given = argumentsOf(meant.command, meant.rest)
  expect([`${meant.command.noun} ${meant.command.verb}`, given.ok && given.raw]).toEqual([command, raw])
})

test.each([
  'remove <@U012AB3CD> from billing',
  'remove the daily limit of <@U012AB3CD>',
  'demote <@U012AB3CD>',
])('“%s” asks what to take from the person, who is no customer', (line) => {
  const meant = understand(registry, line)
  const readings = meant.kind === 'which' ? meant.readings : []
  expect(readings.map(({ command: { noun, verb } }) => `${noun} ${verb}`)).toEqual([
    'access revoke',
    'access limit',
    'access list',
  ])
})

test.each([
  ['until friday', /does not end by itself/, {}],
  ['for 2 hours', /does not end by itself/, {}],
  ['2h', /does not end by itself/, {}],
  ['audit until 5pm', /does not end by itself/, { why: 'audit' }],
  ['tomorrow', /does not end by itself/, {}],
  ['for a week', /does not end by itself/, {}],
  ['all but Acme', /stops all charging, for every customer/, {}],
  ['except renewals', /stops all charging, for every customer/, {}],
  ['acme.com', /stops all charging, for every customer/, {}],
  ['acme.com for 2 hours', /does not end by itself/, {}],
])('“freeze %s” is refused, and goes on without what is refused', (said, sentence, raw) => {
  const meant = understand(registry, `freeze ${said}`)
  if (meant.kind !== 'command') throw new Error(meant.kind)
  const { command, rest } = meant
  const given = argumentsOf(command, rest)
  if (given.ok) throw new Error('not refused')
  expect(given.sentence).toMatch(sentence)
  expect(given.ways.map((way) => argumentsOf(command, way.rest))).toEqual([{ ok: true, raw }])
  expect(check(command.input, { why: said })).toMatchObject({
    ok: false,
    errors: { why: expect.stringMatching(sentence) },
  })
})

test('“freeze until the wallet is checked” has a reason', () => {
  expect(understood(registry, 'freeze until the wallet is checked').checked.ok).toBe(true)
})

test.each([
  ['access limit U012AB3CD 1.000', 'operation', '“1.000” can be $1,000.00 or $1.00. Write one of the two.'],
  [
    'access limit operator $10.000 a month',
    'month',
    '“$10.000” can be $10,000.00 or $10.00. Write one of the two.',
  ],
  ['access budget 250.000', 'month', '“250.000” can be $250,000.00 or $250.00. Write one of the two.'],
])('“%s” may be two amounts, and is refused', (line, field, sentence) => {
  expect(understood(registry, line).checked).toEqual({
    ok: false,
    errors: { [field]: sentence },
    missing: [],
  })
})

test('a role cannot be taken away until a day', () => {
  expect(() => understood(registry, 'access revoke U012AB3CD until friday')).toThrow(
    /“until friday” cannot be/,
  )
})

test('of a slip, both buttons take what stands behind it', () => {
  const meant = understand(registry, 'diagnoze northwind')
  const labels = meant.kind === 'which' ? meant.readings.map(readingLabel) : []
  expect(labels).toEqual(['Why is it not sending? northwind', 'Find anything: northwind'])
})
