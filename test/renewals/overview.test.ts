import { expect, test } from 'vitest'
import { digestMessage, saysSomething } from '../../src/renewals/digest/report.ts'
import type { ForecastInput } from '../../src/renewals/forecast/model.ts'
import { dueSentence, fundsLine, walletSentence } from '../../src/renewals/overview/outlook.ts'
import { renewalRows } from '../../src/renewals/upcoming/formats.ts'
import { fundsMessage, headline, upcomingMessage } from '../../src/renewals/upcoming/message.ts'
import { limitsBroken } from '../support/limits.ts'
import { day, home, now, outlook, partner, report, zone } from '../support/renewing-partner.ts'

test('Home begins with what is at risk and why, then tells how long the wallet lasts, then what is due', () => {
  const view = home()
  expect(limitsBroken('view', view)).toEqual([])
  const text = JSON.stringify(view.blocks)
  const order = [
    'At risk',
    'ends.com',
    'unpaid.com',
    'Wallet',
    'Due soon',
    'Nothing is under way',
    'would you like',
  ]
  expect(order.map((part) => text.indexOf(part))).toEqual(
    order.map((part) => text.indexOf(part)).toSorted((a, b) => a - b),
  )
  expect(text).toContain(
    'it ends on *Nov 30*, because auto-renew is off; until Dec 7 it can still be renewed',
  )
  expect(text).toContain('it renews on *Dec 7*, and the wallet lacks *$9.99*')
  expect(text).toContain('its domain lapses before it renews on *Dec 11*, and CMR refuses it after that')
  expect(text).toMatch(
    /\*\$20\.00 in the wallet\*: it covers what renews by itself until Dec 7; add \$1[2-6]\.\d\d to reach Jan 11/,
  )
  expect(text).toContain('"items=domain:ends.com"')
  expect(text).toContain('Acme &amp; Sons')
  expect(text).not.toContain('<!channel>')
})

test('a part that cannot be read does not take the others with it, and what is empty takes one line', () => {
  const text = JSON.stringify(home({ outlook: undefined, mine: undefined }).blocks)
  expect(text).toMatch(
    /What renews cannot be read at the moment.*Open operations cannot be read at the moment/,
  )
  expect(text).toContain('No open alerts')
  const empty = outlook(partner({ domains: [], subscriptions: [], walletCents: undefined }))
  expect(JSON.stringify(home({ outlook: empty }).blocks)).toMatch(
    /CMR has not reported the wallet’s balance yet.*Nothing is at risk in 45 days · Nothing renews in the next 7 days · Nothing is under way/,
  )
})

test('however much is at risk, Home and digest stay within Slack’s limits and count the rest', () => {
  const many = Array.from({ length: 500 }, (_, at) => ({
    name: `${'long-'.repeat(40)}${at}.com`,
    userId: 'U1',
    status: 'ACTIVE',
    expiresAt: day(1 + (at % 6)),
    autoRenew: at % 2 === 0,
    renewalCents: 1250,
  }))
  const ahead = outlook(partner({ domains: many }))
  const view = home({ outlook: ahead })
  expect(limitsBroken('view', view)).toEqual([])
  expect(JSON.stringify(view.blocks)).toMatch(/and 4\d\d more renewals/)
  const message = digestMessage(report({ outlook: ahead }), zone)
  expect(limitsBroken('message', message)).toEqual([])
})

test('a digest tells in its text, for phones and for being read out, what its blocks show', () => {
  const { text, blocks } = digestMessage(report(), zone)
  expect(text).toMatch(
    /^\*CMR on Friday, November 27\*\. .*3 renewals at risk.*ends\.com.*auto-renew is off.*\$20\.00.*until Dec 7.*Nothing renews today\. \*1 renewal\* in the next 7 days for \*\$15\.00\*.*paid\.com/,
  )
  expect(JSON.stringify(blocks)).toContain('paid.com')
  expect(saysSomething(report())).toBe(true)
  const empty = report({ outlook: outlook(partner({ domains: [], subscriptions: [] })) })
  expect(saysSomething(empty)).toBe(false)
  expect(digestMessage(empty, zone).text).toMatch(/Nothing needs attention.*\$20\.00/)
})

/** Three domains that renew by themselves in the next days, of which two have no price yet. */
const unpriced = (
  walletCents: number | undefined,
  prices: (number | undefined)[] = [1250, undefined, undefined],
) =>
  partner({
    domains: prices.map((renewalCents, at) => ({
      name: `due-${at}.com`,
      status: 'ACTIVE',
      expiresAt: day(2 + at),
      autoRenew: true,
      renewalCents,
    })),
    subscriptions: [],
    walletCents,
  })

const upcoming = (input: ForecastInput, missing?: ['domain']) => {
  const { forecast } = outlook(input, missing)
  const period = { from: 0, to: 45, when: 'in 45 days' }
  return {
    forecast,
    period,
    isUnanswered: false,
    narrowing: {},
    renewals: forecast.renewals,
    customers: new Map(),
    zone,
  }
}

test('an empty or unknown wallet never reads as covered, and with nothing due that is said', () => {
  const sentence = (input: ForecastInput) => walletSentence(outlook(input))
  const none = [undefined, undefined]
  expect(sentence(unpriced(0, none))).toBe('*$0.00 in the wallet*: it is empty and covers nothing of that.')
  expect(headline(upcoming(unpriced(0, none)))).toBe(
    '2 renewals in 45 days, none with a price yet; the wallet is empty and covers nothing of that',
  )
  expect(fundsLine(outlook(unpriced(0, none)))).toContain('Add funds')
  expect(sentence(unpriced(0))).toContain('until Nov 29; add at least $12.50 to reach')
  expect(sentence(unpriced(undefined))).toBe('CMR has not reported the wallet’s balance yet.')
  expect(headline(upcoming(unpriced(undefined)))).toContain('; CMR has not reported the wallet’s balance')
  expect(sentence(unpriced(0, []))).toBe('*$0.00 in the wallet*: nothing renews by itself until Jan 11.')
  for (const walletCents of [0, -100, undefined])
    for (const prices of [none, [1250], [undefined, 1250]])
      expect(sentence(unpriced(walletCents, prices))).not.toMatch(/covers (what|it|every|all)[^;]*(left|$)/)
})

test('a wallet in debt covers nothing, and the last day is paid or not', () => {
  expect(headline(upcoming(unpriced(-500, [1250])))).toBe(
    '$12.50 renews in 45 days; the wallet holds -$5.00 and covers nothing of that; add $17.50 to reach Jan 11',
  )
  const last = partner({
    domains: [{ name: 'due.com', status: 'ACTIVE', expiresAt: day(45), autoRenew: true, renewalCents: 1250 }],
    subscriptions: [],
    walletCents: 400,
  })
  expect(headline(upcoming(last))).toMatch(/covers it until Jan 11; add \$8\.50 to pay Jan 11 too$/)
})

test('until when something can be renewed is a day of the team, everywhere the same', () => {
  const ending = partner({
    domains: [{ name: 'due.com', status: 'GRACE_PERIOD', expiresAt: day(-2), autoRenew: false }],
    subscriptions: [],
  })
  const { forecast, ...rest } = upcoming(ending)
  const [one] = forecast.renewals
  // The grace period ends at midnight UTC, which is in the evening of the day before in New York.
  const lastDay = (timeZone: string) => renewalRows({ forecast, ...rest, zone: timeZone })[0]?.covered
  const utc = new Date((one?.lostAt?.getTime() ?? 0) - 1).toISOString().slice(0, 10)
  expect(lastDay('UTC')).toBe(`ends, can be renewed until ${utc}`)
  expect(lastDay('America/New_York')).toBe(`ends, can be renewed until ${utc}`)
  expect(lastDay('Pacific/Kiritimati')).toBe(`ends, can be renewed until ${utc}`)
})

test('a partner of whom nothing renews gets no line of a wallet that nothing moves', () => {
  const { blocks } = upcomingMessage(upcoming(unpriced(5000, [])), {}, now)
  expect(blocks.map(({ type }) => type)).not.toContain('data_visualization')
})

test('how much to add is not told as nothing where the wallet is empty or unknown', () => {
  const title = (input: ForecastInput) => fundsMessage(upcoming(input)).text
  expect(title(unpriced(0, [undefined]))).toBe('The wallet is empty, and 1 renewal has no price yet')
  expect(title(unpriced(0))).toBe('Add at least $12.50 and the wallet lasts 7 days')
  expect(title(unpriced(undefined, [1250]))).toMatch(
    /^CMR has not reported the wallet’s balance; \$12\.50 renews/,
  )
  expect(title(unpriced(0, []))).toBe('Nothing renews by itself in the next 90 days')
})

test('where a price is not known yet a sum says “at least”, and how many have none', () => {
  expect(headline(upcoming(unpriced(5000)))).toBe(
    'At least $12.50 renews in 45 days, and 2 renewals have no price yet; the wallet covers what has a price so far, with $37.50 left on Jan 11',
  )
  expect(dueSentence(outlook(unpriced(5000)).week, 'in the next 7 days')).toBe(
    '*3 renewals* in the next 7 days for *at least $12.50*, and 2 renewals have no price yet.',
  )
  expect(dueSentence(outlook(unpriced(5000, [undefined])).week, 'today')).toBe(
    '*1 renewal* today, none with a price yet.',
  )
})

test('before CMR has been read whole, the first sentence says so and promises nothing of the wallet', () => {
  const reading = 'the bot is still reading what CMR has'
  expect(headline(upcoming(unpriced(5000, [1250]), ['domain']))).toBe(
    `So far $12.50 renews in 45 days; it is not known whether the wallet covers it: ${reading}`,
  )
  expect(headline(upcoming(unpriced(5000, []), ['domain']))).toBe(
    `So far nothing renews in 45 days: ${reading}`,
  )
  expect(headline(upcoming(unpriced(1000, [1250]), ['domain']))).toBe(
    `So far $12.50 renews in 45 days; the wallet does not cover all of that; add at least $2.50: ${reading}`,
  )
  expect(fundsMessage(upcoming(unpriced(5000, [1250]), ['domain'])).text).toBe(
    `So far it is not known whether the wallet lasts 90 days: ${reading}`,
  )
  const ahead = outlook(unpriced(5000, [1250]), ['domain'])
  const told = [
    `*$50.00 in the wallet*. So far it is not known whether it covers what renews by itself: ${reading}.`,
    `So far *1 renewal* in the next 7 days for *$12.50*: ${reading}.`,
  ]
  const shown = [
    JSON.stringify(home({ outlook: ahead }).blocks),
    digestMessage(report({ outlook: ahead }), zone).text,
  ]
  for (const sentence of told) for (const text of shown) expect(text).toContain(sentence)
  const empty = outlook(unpriced(5000, []), ['domain'])
  expect(JSON.stringify(home({ outlook: empty }).blocks)).toContain(
    `So far nothing renews in the next 7 days: ${reading}`,
  )
  expect(digestMessage(report({ outlook: empty }), zone).text).not.toContain('Nothing needs attention')
})

test('a renewal that is under way is no risk, is marked, and is not offered again', () => {
  const [subscription] = partner().subscriptions
  const ahead = outlook(
    partner({
      domains: [],
      subscriptions: [{ ...subscription, status: 'RENEWING', autoRenew: false }] as never,
    }),
  )
  expect([ahead.atRisk.total, ahead.renewable.length]).toEqual([0, 0])
  expect(JSON.stringify(home({ outlook: ahead }).blocks)).toContain('renewal under way')
})

test('mailboxes that have just been renewed for a month are no risk before the second half of it', () => {
  const ending = (days: number) =>
    outlook(
      partner({
        domains: [],
        subscriptions: partner().subscriptions.map((one) => ({
          ...one,
          autoRenew: false,
          periodEnd: day(days),
        })),
      }),
    ).renewable.length
  expect([30, 16, 13].map(ending)).toEqual([0, 0, 1])
})

test('the button that renews says how many of what ends it renews, and why the others are left out', () => {
  const [one] = partner().subscriptions
  const ending = (days: number) => ({ ...one, id: `SUB${days}`, autoRenew: false, periodEnd: day(days) })
  const subscriptions = [3, 20, 25].map(ending) as ForecastInput['subscriptions']
  const shown = upcomingMessage(upcoming(partner({ domains: [], subscriptions })), {}, now)
  expect(JSON.stringify(shown.blocks)).toMatch(
    /3 things end unless.*too early to renew 2 of them: mailboxes are offered from 14 days.*Renew the 1 due soon/s,
  )
  const [due] = subscriptions
  const all = upcomingMessage(upcoming(partner({ domains: [], subscriptions: due ? [due] : [] })), {}, now)
  expect(JSON.stringify(all.blocks)).toMatch(/^(?!.*too early).*Renew these/s)
})

test('a channel is shown the first rows only, with a button for all of them', () => {
  const many = upcoming(
    unpriced(
      5000,
      Array.from({ length: 40 }, () => 1250),
    ),
  )
  const rowsOf = (given: object) => {
    const { blocks } = upcomingMessage(many, { ...given }, now)
    const found = blocks.find(({ type }) => type === 'data_table') as unknown as { rows: unknown[] }
    return { rows: found.rows.length - 1, text: JSON.stringify(blocks) }
  }
  const short = rowsOf({ within: 'next week' })
  expect(short.rows).toBe(12)
  expect(short.text).toMatch(/The first 12 of 40 rows; the CSV has all.*Show all.*next week\\" all=/)
  expect(rowsOf({ all: true })).toMatchObject({ rows: 40, text: expect.not.stringContaining('Show all') })
})

test('where CMR does not answer, what is shown says so and how old it is', () => {
  const { blocks } = upcomingMessage({ ...upcoming(unpriced(5000)), isUnanswered: true }, {}, now)
  expect(JSON.stringify(blocks)).toMatch(/As CMR reported it: wallet .*CMR did not answer just now/)
  const silent = { ...outlook(), silentSince: now }
  expect(JSON.stringify(home({ outlook: silent }).blocks)).toContain('CMR has not answered since')
  expect(JSON.stringify(digestMessage(report({ outlook: silent }), zone).blocks)).toContain(
    'has not answered',
  )
})
