import { nameOf } from '../../operations/expected-results.ts'
import { outcomes, type Reconciler, type Row, rowsIn, textOf } from '../../operations/reconciler.ts'
import { mailboxesOf } from '../mailboxes/reconcile.ts'

/** The logins on a platform that CMR knows of. */
async function credentialsOf(
  cmr: Parameters<Reconciler>[0]['cmr'],
  userId: unknown,
): Promise<readonly Row[]> {
  const { data } = await cmr.exports.platforms({ query: { userId: String(userId) } })
  return Object.entries(data as Row).flatMap(([app, platform]) =>
    rowsIn(platform).map((row) => ({ ...row, app })),
  )
}

export const reconcileConnection: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await credentialsOf(cmr, sent.query.userId)
  // The address is no secret: only the password was left out of what is stored.
  const { email } = (sent.body.credentials ?? {}) as { email?: unknown }
  const there = rows.some((row) => row.app === sent.body.app && nameOf(row.email) === nameOf(email))
  return outcomes(waiting, () => (there ? 'done' : undefined))
}

export const reconcileDisconnection: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await credentialsOf(cmr, sent.query.userId)
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
