import { exampleOf, webhookEvents } from '../../cmr/events/index.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import { addDays } from '../../process/dates.ts'
import { testEvent } from '../own-events.ts'
import type { RouteFilter } from './route.ts'
import { type CompiledRoute, factsOf, refusal } from './route-matcher.ts'

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
