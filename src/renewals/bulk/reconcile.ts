import type { RequestContent } from '../../operations/expected-results.ts'
import type { OperationTraits, ReconciledResult, Reconciler } from '../../operations/operation-traits.ts'
import { reconcileRenewal } from '../../resources/domains/reconcile.ts'
import { reconcileSubscriptionRenewal } from '../../resources/subscriptions/reconcile.ts'

/** Looks for each renewal as its own command does, a customer at a time. */
const reconcileAll: Reconciler = async (asked) => {
  const requests = (asked.sent.followUps ?? []).map(({ request }) => request as RequestContent)
  const waiting = new Set(asked.waiting.map(({ name }) => name))
  const domains = requests.filter(({ body }) => namesIn(body.domains).some((name) => waiting.has(name)))
  const found: ReconciledResult[] = []
  for (const [userId, own] of Map.groupBy(domains, ({ body }) => body.userId)) {
    const names = own.flatMap(({ body }) => namesIn(body.domains))
    const part = asked.waiting.filter(({ kind, name }) => kind === 'renewal' && names.includes(name))
    const sent = { query: {}, body: { userId, domains: names } }
    found.push(...(await reconcileRenewal({ ...asked, sent, waiting: part })))
  }
  const subscriptions = asked.waiting.filter(({ kind }) => kind === 'subscription')
  if (subscriptions.length === 0) return found
  const ids = requests.flatMap(({ body }) => (body.subscriptionIds as string[] | undefined) ?? [])
  const open = ids.filter((id) => waiting.has(id.toLowerCase()))
  const sent = { query: {}, body: { subscriptionIds: open } }
  return [...found, ...(await reconcileSubscriptionRenewal({ ...asked, sent, waiting: subscriptions }))]
}

const namesIn = (value: unknown) =>
  Array.isArray(value) ? value.map((name) => String(name).toLowerCase()) : []

/** What operations need to know of renewing many things as one. */
export const bulkTraits: OperationTraits = {
  reconcile: reconcileAll,
  // A renewal may wait 26 h for its domain.
  deadlineMinutes: 26 * 60,
}
