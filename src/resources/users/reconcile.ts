import { CmrError } from '../../cmr/errors.ts'
import { nameOf } from '../../operations/expected-results.ts'
import { outcomes, type Reconciler, type Row, rowsIn, textOf } from '../../operations/reconciler.ts'

export const reconcileNewUser: Reconciler = async ({ cmr, sent, waiting }) => {
  const email = nameOf(sent.body.email)
  const { data } = await cmr.users.list({ query: { search: email } })
  const there = rowsIn(data).some((row) => nameOf(row.email) === email)
  return outcomes(waiting, () => (there ? 'done' : undefined))
}

/** Every field that was sent is what CMR shows. */
export const reconcileChangedUser: Reconciler = async ({ cmr, sent, waiting }) => {
  const { data } = await cmr.users.get({ query: { userId: String(sent.query.userId) } })
  const same = Object.entries(sent.body).every(([field, value]) => textOf(data, field) === String(value))
  return outcomes(waiting, () => (same ? 'done' : undefined))
}

export const reconcileDeletedUser: Reconciler = async ({ cmr, sent, waiting }) => {
  const gone = await isGone(cmr.users.get({ query: { userId: String(sent.query.userId) } }))
  return outcomes(waiting, () => (gone ? 'done' : undefined))
}

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

/** Whether CMR does not know a thing any more. */
async function isGone(question: Promise<unknown>): Promise<boolean> {
  try {
    await question
    return false
  } catch (error) {
    if (error instanceof CmrError && error.kind === 'not-found') return true
    throw error
  }
}
