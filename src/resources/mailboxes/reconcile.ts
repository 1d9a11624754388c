import { nameOf } from '../../operations/expected-results.ts'
import {
  outcomes,
  type ReconcileRequest,
  type Reconciler,
  type Row,
  rowsIn,
  textOf,
} from '../../operations/reconciler.ts'

/** The customer's mailboxes, by id. */
async function mailboxesOf({ cmr, sent }: ReconcileRequest): Promise<Map<string, Row>> {
  const { data } = await cmr.mailboxes.list({ query: { userId: String(sent.query.userId) } })
  return new Map(rowsIn(data).map((row) => [nameOf(textOf(row, 'mailboxId')), row]))
}

/** Every field that was sent has its new value. */
export const reconcileMailboxUpdate: Reconciler = async (asked) => {
  const rows = await mailboxesOf(asked)
  const changes = [asked.sent.body.mailboxData].flat() as Row[]
  return outcomes(asked.waiting, ({ name }) => {
    const row = rows.get(name)
    const { userName, firstName, lastName } = changes.find((one) => nameOf(one.mailboxId) === name) ?? {}
    const same =
      row !== undefined &&
      (userName === undefined || textOf(row, 'email').startsWith(`${String(userName)}@`)) &&
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

/**
 * How an export to a platform stands, as the customer's mailboxes tell it. CMR promises no event for it
 * ("Export Mailboxes"), and that a mailbox lists its exports is inferred: where it does not, a person decides.
 */
export const reconcileExport: Reconciler = async (asked) => {
  const rows = await mailboxesOf(asked)
  return outcomes(asked.waiting, ({ name }) => {
    const exported = [rows.get(name)?.exports ?? []].flat() as Row[]
    const mine = exported.find(
      (one) =>
        one.credentialId === asked.sent.body.credentialId &&
        Date.parse(textOf(one, 'updatedAt')) >= asked.sentAt.getTime(),
    )
    const status = textOf(mine, 'status')
    if (status === 'COMPLETED') return 'done'
    if (status === 'FAILED')
      return { state: 'failed', detail: textOf(mine, 'message') || 'The export failed.' }
    return status ? 'begun' : undefined
  })
}

/** The warm-up of the one mailbox that a request is about; nothing where it has none. */
async function warmupOf({ cmr, sent }: ReconcileRequest): Promise<Row | undefined> {
  const mailboxId = String(sent.query.mailboxId ?? sent.body.mailboxId)
  const { data } = await cmr.mailboxes.get({ query: { mailboxId } })
  const warmup = ((data as Row).warmup ?? undefined) as Row | undefined
  return textOf(warmup, 'status') === 'STOPPED' ? undefined : warmup
}

export const reconcileWarmupStart: Reconciler = async (asked) => {
  const status = textOf(await warmupOf(asked), 'status')
  return outcomes(asked.waiting, () => (status === 'PENDING' ? 'begun' : status ? 'done' : undefined))
}

export const reconcileWarmupEnd: Reconciler = async (asked) => {
  const warmup = await warmupOf(asked)
  return outcomes(asked.waiting, () => (warmup ? undefined : 'done'))
}

/** A status, or settings: what was sent is what is there. */
export const reconcileWarmupChange: Reconciler = async (asked) => {
  const warmup = await warmupOf(asked)
  const same = Object.entries(asked.sent.body).every(([field, value]) => warmup?.[field] === value)
  return outcomes(asked.waiting, () => (same ? 'done' : undefined))
}

/** A report that was begun after the request left, of one of its mailboxes. */
export const reconcilePlacement: Reconciler = async ({ cmr, sent, waiting, sentAt }) => {
  const { data } = await cmr.placement.reports({ query: { userId: String(sent.query.userId) } })
  const wanted = [sent.body.mailboxIds].flat().map(String)
  const there = rowsIn(data).some(
    (row) =>
      wanted.includes(textOf(row, 'mailboxId')) && Date.parse(textOf(row, 'createdAt')) >= sentAt.getTime(),
  )
  return outcomes(waiting, () => (there ? 'done' : undefined))
}
