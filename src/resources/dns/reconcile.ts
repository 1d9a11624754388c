import { isDmarcRecord, recordNames, tagList } from '../../cmr/dns-record.ts'
import type { JsonObject } from '../../cmr/json.ts'
import { nameOf } from '../../operations/expected-results.ts'
import {
  outcomes,
  type ReconcileRequest,
  type Reconciler,
  textOf,
} from '../../operations/operation-traits.ts'

async function recordsOf({ cmr, sent }: ReconcileRequest): Promise<readonly JsonObject[]> {
  const domain = String(sent.body.domain ?? sent.query.domain)
  const { data } = await cmr.dns.list({ query: { userId: String(sent.query.userId), domain } })
  return data.records
}

function sameRecord(row: JsonObject, wanted: JsonObject): boolean {
  const place = { host: textOf(wanted, 'host'), recordType: textOf(wanted, 'recordType') }
  if (textOf(row, 'host') !== place.host || textOf(row, 'recordType') !== place.recordType) return false
  const [there, value] = [textOf(row, 'value'), textOf(wanted, 'value')]
  // CMR adds tags of its own.
  return (
    there === value || (isDmarcRecord(place) && tagList(value).every((tag) => tagList(there).includes(tag)))
  )
}

/** Looks for each record that was sent; one that is waited for by its domain alone is all of them. */
export const reconcileAddedRecords: Reconciler = async (asked) => {
  const rows = await recordsOf(asked)
  const wanted = (asked.sent.body.records ?? []) as JsonObject[]
  const names = recordNames(String(asked.sent.body.domain), wanted)
  return outcomes(asked.waiting, (part) => {
    const mine = wanted.filter((_, at) => names[at] === part.name)
    const isThere = mine.length > 0 && mine.every((one) => rows.some((row) => sameRecord(row, one)))
    return isThere ? 'done' : undefined
  })
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
