import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endOf, nextDigest, within } from '../../../src/alerts/routing/hours.ts'
import { providers, type Route } from '../../../src/alerts/routing/route.ts'
import { createEventRouter } from '../../../src/alerts/routing/route-event.ts'
import { createRouteMatcher } from '../../../src/alerts/routing/route-matcher.ts'
import { severities } from '../../../src/cmr/events/event.ts'
import type { StoredEvent } from '../../../src/events/store/events.ts'
import { storedEvent } from '../../../src/events/stored-event.ts'

const kinds = ['subscription.past_due', 'subscription.renewal.failed', 'domain.expired', 'mailbox.created']
const names = ['acme.com', 'mail.acme.com', 'acme-outreach.com', 'other.io']
const people = ['USER1', 'USER2', 'USER3']
const channels = ['C1', 'C2', 'C3', 'C4']
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']

const some = <T>(values: readonly T[]) => fc.subarray([...values])
const filter = fc.record({
  events: some([...kinds, 'subscription.*', 'domain.*', '*']),
  severities: some(severities),
  users: some(people).map((ids) => ids.map((id) => ({ id, name: id }))),
  domains: some([...names, '*.acme.com', 'acme-*', 'ACME.com']),
  provider: fc.option(fc.constantFrom(...providers)),
  operations: fc.constantFrom('foreign', 'own', 'both'),
})
const time = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 59))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
const delivery = fc.record({
  threaded: fc.boolean(),
  mention: fc.option(fc.constantFrom('<@U1>', '<!subteam^S1>')),
  mentionFor: some(severities),
  quiet: fc.option(fc.record({ from: time, to: time })),
  digest: fc.constantFrom('off', 'hourly', 'daily'),
  digestAt: fc.nat(23),
  zone: fc.constantFrom(...zones),
  urgentPasses: fc.boolean(),
  alsoInAlerts: fc.boolean(),
})
const routes = fc
  .array(fc.record({ channel: fc.constantFrom(...channels), filter, delivery, muted: fc.boolean() }), {
    maxLength: 8,
  })
  .map((all) =>
    all.map(
      ({ muted, ...one }, at): Route => ({
        ...(one as Pick<Route, 'channel' | 'filter' | 'delivery'>),
        id: `r${at + 1}`,
        channelName: one.channel,
        createdBy: 'U1',
        mutedUntil: muted ? new Date('2100-01-01') : null,
        mutedBy: null,
      }),
    ),
  )
const events = fc
  .record({
    event: fc.constantFrom(...kinds),
    severity: fc.constantFrom(...severities),
    userId: fc.option(fc.constantFrom(...people)),
    domain: fc.option(fc.constantFrom(...names)),
    workspaceType: fc.option(fc.constantFrom(...providers)),
  })
  .map(({ event, severity, ...told }) => {
    const data = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null))
    return storedEvent({ event, severity, data, eventId: 'e' }, '2026-11-24T12:00:00.000Z')
  })
const instants = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })

/** What a person would say a route means, without the code that decides it. */
function means({ filter }: Route, event: StoredEvent, isOwn: boolean): boolean {
  const data = JSON.parse(event.data) as { userId?: string; domain?: string; workspaceType?: string }
  const fits = (pattern: string, name: string) => {
    const [head = '', tail] = pattern.toLowerCase().split('*')
    return tail === undefined
      ? name === head
      : name.startsWith(head) && name.endsWith(tail) && name.length >= head.length + tail.length
  }
  const any = <T>(wanted: readonly T[], holds: (one: T) => boolean) => !wanted.length || wanted.some(holds)
  return (
    any(filter.events, (pattern) => fits(pattern, event.event)) &&
    any(filter.severities, (one) => one === event.severity) &&
    any(filter.users, ({ id }) => id === data.userId) &&
    any(filter.domains, (pattern) => data.domain !== undefined && fits(pattern, data.domain)) &&
    (filter.provider === null || filter.provider === data.workspaceType) &&
    (filter.operations === 'both' || (filter.operations === 'own') === isOwn)
  )
}

test('an event is told to exactly the channels whose route means it, and in the alerts channel where none takes it away: an urgent one also where all are muted', () => {
  fc.assert(
    fc.property(routes, events, fc.boolean(), instants, (all, event, isOwn, now) => {
      const place = createEventRouter({
        routeMatcher: () => createRouteMatcher(all, []),
        alertsChannel: 'CDEFAULT',
        clock: () => now,
      })
      const own = isOwn ? { id: 'op', actor: 'U1', channel: 'CRECEIPT', receiptTs: '1.0' } : undefined
      const placements = place(event, own)
      const meant = all.filter((route) => means(route, event, isOwn))
      const heard = meant.filter((route) => !route.mutedUntil)
      const expected = new Set(heard.map(({ channel }) => channel))
      if (isOwn) expected.add('CRECEIPT')
      else if (meant.every(({ delivery }) => delivery.alsoInAlerts)) expected.add('CDEFAULT')
      else if (heard.length === 0 && event.severity === 'urgent') expected.add('CDEFAULT')
      expect(placements.map(({ channel }) => channel).toSorted()).toEqual([...expected].toSorted())
    }),
    { numRuns: 1000 },
  )
})

test('a channel with several routes hears an event as soon as the soonest of them would', () => {
  fc.assert(
    fc.property(routes, events, instants, (all, event, now) => {
      const shared = all.map((route) => ({ ...route, channel: 'C1', mutedUntil: null }))
      const placed = (some: Route[]) =>
        createEventRouter({
          routeMatcher: () => createRouteMatcher(some, []),
          alertsChannel: undefined,
          clock: () => now,
        })(event, undefined)
      const each = shared.flatMap((route) => placed([route]))
      const [together, ...more] = placed(shared)
      expect(more).toEqual([])
      const at = (one: (typeof each)[number] | undefined) => Number(one?.holdUntil ?? 0)
      if (each.length) expect(at(together)).toBe(Math.min(...each.map(at)))
      for (const { mention } of each) if (mention) expect(together?.mention).toContain(mention)
    }),
  )
})

/** What a clock on the wall of that zone shows, by the platform's own calendar. */
function onTheWall(zone: string, at: Date): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(at)
}

test('quiet hours are what the clock on the wall says, over midnight and when clocks change', () => {
  const changes = fc
    .tuple(fc.constantFrom('2026-03-29T00:00Z', '2026-10-25T00:00Z', '2026-11-01T05:00Z'), fc.nat(2880))
    .map(([day, minutes]) => new Date(Date.parse(day) + (minutes - 1440) * 60_000))
  fc.assert(
    fc.property(time, time, fc.constantFrom(...zones), fc.oneof(instants, changes), (from, to, zone, at) => {
      const hours = { from, to, zone }
      const wall = onTheWall(zone, at)
      const inside = from <= to ? wall >= from && wall < to : wall >= from || wall < to
      expect(within(hours, at)).toBe(inside)
      if (!inside) return
      const end = endOf(hours, at)
      expect(end.getTime()).toBeGreaterThan(at.getTime())
      expect(end.getTime() - at.getTime()).toBeLessThanOrEqual(25 * 60 * 60_000)
      // On the night on which that time of day does not exist, it ends right after the gap.
      const shown = onTheWall(zone, end)
      expect(shown >= to && shown <= plusHour(to)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

function plusHour(time: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour === 23 ? '23:59' : `${String(hour + 1).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

test('a daily digest comes at its hour in its own zone, on the night the clocks change too', () => {
  const daily = (at: string, zone: string) =>
    nextDigest('daily', { hour: 8, zone }, new Date(at)).toISOString()
  expect(daily('2026-10-24T12:00:00Z', 'Europe/Berlin')).toBe('2026-10-25T07:00:00.000Z')
  expect(daily('2026-10-23T12:00:00Z', 'Europe/Berlin')).toBe('2026-10-24T06:00:00.000Z')
  expect(daily('2026-11-24T08:00:00Z', 'UTC')).toBe('2026-11-25T08:00:00.000Z')
  const hourly = nextDigest('hourly', { hour: 8, zone: 'UTC' }, new Date('2026-11-24T12:34:56Z'))
  expect(hourly.toISOString()).toBe('2026-11-24T13:00:00.000Z')
})
