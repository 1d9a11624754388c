import type { JsonObject } from '../../cmr/json.ts'
import { nameOf } from '../../operations/expected-results.ts'
import { outcomes, type ReconcileRequest, type Reconciler, textOf } from '../../operations/reconciler.ts'

async function recordsOf({ cmr, sent }: ReconcileRequest): Promise<readonly JsonObject[]> {
  const domain = String(sent.body.domain ?? sent.query.domain)
  const { data } = await cmr.dns.list({ query: { userId: String(sent.query.userId), domain } })
  return data.records
}

const sameRecord = (row: JsonObject, wanted: JsonObject) =>
  (['host', 'value', 'recordType'] as const).every((field) => textOf(row, field) === textOf(wanted, field))

/** Every record that was sent is there. */
export const reconcileAddedRecords: Reconciler = async (asked) => {
  const rows = await recordsOf(asked)
  const wanted = (asked.sent.body.records ?? []) as JsonObject[]
  const all = wanted.every((one) => rows.some((row) => sameRecord(row, one)))
  return outcomes(asked.waiting, () => (all ? 'done' : undefined))
}

export const reconcileChangedRecord: Reconciler = async (asked) => {
  const { body } = asked.sent
  const rows = await recordsOf(asked)
  const there = rows.some((row) => row.recordId === body.recordId && sameRecord(row, body))
  return outcomes(asked.waiting, () => (there ? 'done' : undefined))
}

export const reconcileDeletedRecord: Reconciler = async (asked) => {
  const rows = await recordsOf(asked)
  const there = rows.some((row) => row.recordId === asked.sent.query.recordId)
  return outcomes(asked.waiting, () => (there ? undefined : 'done'))
}

export const reconcileNameservers: Reconciler = async ({ cmr, sent, waiting }) => {
  const { userId, domain } = sent.query
  const query = { userId: String(userId), domain: String(domain) }
  const { data } = await cmr.domains.get({ query })
  const list = (value: unknown) => [value ?? []].flat().map(nameOf).sort().join(' ')
  const same = list((data as JsonObject).nameservers) === list(sent.body.nameservers)
  return outcomes(waiting, () => (same ? 'done' : undefined))
}
