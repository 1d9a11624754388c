import type { Mailbox } from '../../cmr/answers/mailboxes.ts'
import type { JsonObject } from '../../cmr/json.ts'
import {
  nameOf,
  outcomes,
  type ReconcileRequest,
  type Reconciler,
} from '../../operations/expected-results.ts'

/** The customer's mailboxes, by id. */
export async function mailboxesOf({ cmr, sent }: ReconcileRequest): Promise<Map<string, Mailbox>> {
  const { data } = await cmr.mailboxes.list({ query: { userId: String(sent.query.userId) } })
  return new Map(data.rows.map((row) => [nameOf(row.mailboxId), row]))
}

/** Every field that was sent has its new value. */
export const reconcileMailboxUpdate: Reconciler = async (asked) => {
  const rows = await mailboxesOf(asked)
  const changes = [asked.sent.body.mailboxData].flat() as JsonObject[]
  return outcomes(asked.waiting, ({ name }) => {
    const row = rows.get(name)
    const { userName, firstName, lastName } = changes.find((one) => nameOf(one.mailboxId) === name) ?? {}
    const same =
      row !== undefined &&
      (userName === undefined || (row.email ?? '').startsWith(`${String(userName)}@`)) &&
      (firstName === undefined || row.firstName === firstName) &&
      (lastName === undefined || row.lastName === lastName)
    const names = [userName, firstName, lastName].some((value) => value !== undefined)
    return same && names ? 'done' : undefined
  })
}

/** Removed is what is no longer listed; each mailbox for itself. */
export const reconcileMailboxRemoval: Reconciler = async (asked) => {
  const rows = await mailboxesOf(asked)
  return outcomes(asked.waiting, ({ name }) => (rows.has(name) ? undefined : 'done'))
}
