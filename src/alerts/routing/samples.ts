import { randomUUID } from 'node:crypto'
import { exampleOf, webhookEvents } from '../../cmr/events/index.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import { addDays } from '../../process/dates.ts'
import { factsOf, refusal } from './conditions.ts'
import type { RouteFilter } from './route.ts'
import type { CompiledRoute } from './route-matcher.ts'

const TEST = /^test:(r\d+):/

/** What a button of a test alert answers; plain text. */
export const testSentence =
  'This is a test alert, so nothing was done. On a real alert this button does what it says.'

/**
 * Returns a sample event that a route matches, with the user, domain and provider of its filter.
 * @param kind one of CMR's events; by default the first that the route matches
 * @returns the sample, and whether the route would match a real event like it
 */
export function sampleFor(
  { route, conditions }: CompiledRoute,
  kind: string | undefined,
  now: Date,
): { event: StoredEvent; taken: boolean } | undefined {
  const kinds = kind ? [kind] : Object.keys(webhookEvents)
  const samples = kinds.flatMap((name) => {
    const severity = webhookEvents[name]?.severity
    return severity
      ? [testEvent(route.id, { event: name, severity }, sampleData(name, route.filter, now), now)]
      : []
  })
  const takes = (event: StoredEvent) =>
    refusal(conditions, factsOf(event, route.filter.operations === 'own')) === undefined
  const event = samples.find(takes) ?? samples[0]
  return event && { event, taken: takes(event) }
}

/** Returns the data that CMR documents of a kind, with dates in the near future and the values that the filter requires. */
export function sampleData(kind: string, { users, domains, provider }: Partial<RouteFilter>, now: Date) {
  const domain = domains?.[0]?.replaceAll(/[*?]/g, 'sample') ?? 'example.com'
  const [user] = users ?? []
  const nextWeek = addDays(now, 7).toISOString()
  const about = {
    domainName: domain,
    domain,
    email: `jane@${domain}`,
    userEmail: user?.name ?? 'johndoe@company.com',
    workspaceType: 'GOOGLE',
    quantity: 3,
    price: '14.50',
    autoRenew: false,
    periodEnd: nextWeek,
    expiryDate: nextWeek,
  }
  const asked = { domain, ...(user && { userId: user.id }), workspaceType: provider ?? 'GOOGLE' }
  return { ...exampleOf(kind, about, now.toISOString()), ...asked }
}

/**
 * A sample that is told by one route and by nobody else.
 * @param sample an event as CMR documents it
 */
function testEvent(
  routeId: string,
  sample: Pick<StoredEvent, 'event' | 'severity'>,
  data: Readonly<Record<string, unknown>>,
  at: Date,
): StoredEvent {
  return {
    event_id: `test:${routeId}:${randomUUID()}`,
    event: sample.event,
    severity: sample.severity,
    data: JSON.stringify(data),
    received_at: at.toISOString(),
    source: 'test',
    subject: null,
    user_id: null,
    domain: null,
    operation_id: null,
  }
}

/** The route that a test is for; nothing where the event is none. */
export function testedRoute({ source, event_id }: StoredEvent): string | undefined {
  return source === 'test' ? TEST.exec(event_id)?.[1] : undefined
}
