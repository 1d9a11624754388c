import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePatterns, workFor } from '../../../src/alerts/routing/pattern.ts'
import type { Route } from '../../../src/alerts/routing/route.ts'
import { createRouteMatcher, matchRoutes } from '../../../src/alerts/routing/route-matcher.ts'
import { storedEvent } from '../../../src/events/stored-event.ts'

const meant: [pattern: string, text: string, is: boolean][] = [
  ['acme.com', 'ACME.com', true],
  ['acme.com', 'mail.acme.com', false],
  ['*.acme.com', 'mail.acme.com', true],
  ['*.acme.com', 'acme.com', false],
  ['acme-*', 'acme-outreach.com', true],
  ['*acme*', 'my-acme.io', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['acme?.com', 'acme1.com', true],
  ['acme?.com', 'acme.com', false],
  ['**.com', 'acme.com', true],
  ['*', '', true],
  ['{acme,kestrel}.{com,io}', 'kestrel.io', true],
  ['{acme,kestrel}.{com,io}', 'kestrel.de', false],
  ['acme[0-9x].com', 'acme7.com', true],
  ['acme[0-9x].com', 'acmey.com', false],
  ['acme[.com', 'acme[.com', true],
  ['subscription.*', 'subscription.past_due', true],
  ['*.failed', 'subscription.renewal.failed', true],
  ['.*', 'acme', false],
]

test.each(meant)('%s and %s: %s', (pattern, text, is) => {
  expect(compilePatterns([pattern])(text)).toBe(is)
})

const letters = (...all: string[]) => fc.string({ unit: fc.constantFrom(...all), maxLength: 12 })

test('a pattern of stars and question marks means what the same regular expression does', () => {
  fc.assert(
    fc.property(letters('a', 'b', '.', '*', '?'), letters('a', 'b', '.'), (pattern, text) => {
      const same = pattern.replaceAll('.', '\\.').replaceAll('?', '.').replaceAll('*', '.*')
      expect(compilePatterns([pattern])(text)).toBe(new RegExp(`^${same}$`).test(text))
    }),
    { numRuns: 2000 },
  )
})

test('a match costs no more than its pattern times its text, whatever they are', () => {
  const tricky = fc.string({ unit: fc.constantFrom('a', '*', '?', '[ab]', 'b'), maxLength: 255 })
  const text = fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b'), maxLength: 5000 })
  fc.assert(
    fc.property(tricky, text, (pattern, said) => {
      const budget = { left: 1e12 }
      compilePatterns([pattern])(said, budget)
      expect(1e12 - budget.left).toBeLessThanOrEqual((pattern.length + 1) * (Math.min(said.length, 255) + 1))
    }),
  )
})

const route = (id: string, domains: string[]): Route => ({
  id,
  channel: 'C1',
  channelName: 'one',
  createdBy: 'U1',
  mutedUntil: null,
  mutedBy: null,
  filter: { events: [], severities: [], users: [], domains, provider: null, operations: 'foreign' },
  delivery: {
    threaded: true,
    mention: null,
    mentionFor: [],
    quiet: null,
    digest: 'off',
    digestAt: 8,
    zone: 'UTC',
    urgentPasses: true,
    alsoInAlerts: false,
  },
})

const event = (domains: string[]) =>
  storedEvent(
    {
      eventId: 'E1',
      event: 'domain.order.success',
      timestamp: '2026-01-01T00:00:00.000Z',
      data: { domains: domains.map((domainName) => ({ domainName })) },
    } as never,
    '2026-01-01T00:00:00.000Z',
  )

test('the routes of a workspace take 50 ms of an event at most, and rather one too many than one too few', () => {
  const hostile = Array.from({ length: 50 }, (_, at) => `${'*a'.repeat(100)}*${'?'.repeat(at)}z`)
  const routeMatcher = createRouteMatcher(
    Array.from({ length: 40 }, (_, at) => route(`r${at}`, hostile)),
    [],
  )
  const many = Array.from({ length: 3000 }, (_, at) => `${'a'.repeat(60)}${at}.com`)
  for (const domains of [['a'.repeat(60)], ['a'.repeat(255)], many]) {
    const told = event(domains)
    const { loud } = matchRoutes(routeMatcher, told, false, new Date())
    // The first ones compile the code, and a busy machine slows down any of them.
    let best = Number.POSITIVE_INFINITY
    for (let at = 0; at < 30 && best >= 50; at++) {
      const began = process.cpuUsage()
      matchRoutes(routeMatcher, told, false, new Date())
      best = Math.min(best, process.cpuUsage(began).user / 1000)
    }
    expect(best).toBeLessThan(50)
    if (domains === many) expect(loud.length).toBeGreaterThan(0)
  }
  expect(workFor().left).toBeGreaterThan(0)
})
