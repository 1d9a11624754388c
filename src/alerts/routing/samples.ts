import { addDays } from 'date-fns/addDays'
import { webhookEvents } from '../../cmr/webhook-events.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import { testEvent } from '../tests-and-reminders.ts'
import { refusal } from './conditions.ts'
import { factsOf } from './facts.ts'
import type { RouteFilter } from './route.ts'
import type { CompiledRoute } from './route-matcher.ts'

/**
 * A sample that a route takes, with the user, domain and provider that it asks for.
 * @param kind one of CMR's events; without it the first that the route takes
 * @returns the sample, and whether the route would take a real one like it
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
      ? [testEvent(route.id, { event: name, severity }, dataOf(name, route.filter, now), now)]
      : []
  })
  const takes = (event: StoredEvent) =>
    refusal(conditions, factsOf(event, route.filter.operations === 'own')) === undefined
  const event = samples.find(takes) ?? samples[0]
  return event && { event, taken: takes(event) }
}

/** As CMR documents it ("Webhooks"), with dates near the reader. */
function dataOf(kind: string, { users, domains, provider }: RouteFilter, now: Date) {
  const domain = domains[0]?.replaceAll(/[*?]/g, 'sample') ?? 'example.com'
  const inDays = (days: number) => addDays(now, days).toISOString()
  return {
    ...(!/^(mailbox|prewarmup)\./.test(kind) && { domainName: domain }),
    domain,
    email: `jane@${domain}`,
    userEmail: users[0]?.name ?? 'johndoe@company.com',
    ...(users[0] && { userId: users[0].id }),
    workspaceType: provider ?? 'GOOGLE',
    quantity: 3,
    price: '14.50',
    autoRenew: false,
    periodEnd: inDays(7),
    expiryDate: inDays(7),
    ...(kind.endsWith('.failed') && { reason: 'Insufficient balance' }),
  }
}
