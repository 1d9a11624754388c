import { nameOf } from '../../operations/expected-results.ts'
import { outcomes, type Reconciler } from '../../operations/reconciler.ts'

/** Domains of a pre-warmed order stand among the customer's own when they are delivered. */
export const reconcilePrewarmed: Reconciler = async ({ cmr, sent, waiting }) => {
  const userId = String(sent.query.userId)
  const rows = (await cmr.domains.list({ query: { userId } })).data.rows
  const byName = new Map(rows.map((row) => [nameOf(row.domainName), row]))
  return outcomes(waiting, ({ name }) => (byName.has(name) ? 'done' : undefined))
}
