import type { Login } from '../../cmr/answers/exports.ts'
import type { Cmr } from '../../cmr/client.ts'
import { nameOf } from '../../operations/expected-results.ts'
import { outcomes, type Reconciler } from '../../operations/operation-traits.ts'
import { mailboxesOf } from '../mailboxes/reconcile.ts'

async function loginsOf(cmr: Cmr, userId: unknown): Promise<readonly Login[]> {
  return (await cmr.exports.platforms({ query: { userId: String(userId) } })).data
}

export const reconcileConnection: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await loginsOf(cmr, sent.query.userId)
  // The address is no secret: only the password was left out of what is stored.
  const { email } = (sent.body.credentials ?? {}) as { email?: unknown }
  const there = rows.some((row) => row.platform === sent.body.app && nameOf(row.email) === nameOf(email))
  return outcomes(waiting, () => (there ? 'done' : undefined))
}

export const reconcileDisconnection: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await loginsOf(cmr, sent.query.userId)
  const there = rows.some((row) => row.credentialId === sent.query.credentialId)
  return outcomes(waiting, () => (there ? undefined : 'done'))
}

/**
 * How an export to a platform stands, as the customer's mailboxes tell it. CMR promises no event for it
 * ("Export Mailboxes"), and that a mailbox lists its exports is inferred: where it does not, a person decides.
 */
export const reconcileExport: Reconciler = async (asked) => {
  const rows = await mailboxesOf(asked)
  return outcomes(asked.waiting, ({ name }) => {
    const exported = rows.get(name)?.exports ?? []
    const mine = exported.find(
      (one) =>
        one.credentialId === asked.sent.body.credentialId &&
        Date.parse(one.updatedAt ?? '') >= asked.sentAt.getTime(),
    )
    const status = mine?.status
    if (status === 'COMPLETED') return 'done'
    if (status === 'FAILED') return { state: 'failed', detail: mine?.message || 'The export failed.' }
    return status ? 'begun' : undefined
  })
}
