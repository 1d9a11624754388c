import type { User } from '../../cmr/answers/users.ts'
import type { CmrApi } from '../../cmr/client.ts'
import { CmrError } from '../../cmr/errors.ts'
import { nameOf, outcomes, type Reconciler, textOf } from '../../operations/expected-results.ts'

export const reconcileNewUser: Reconciler = async ({ cmr, sent, waiting }) => {
  const email = nameOf(sent.body.email)
  const { data } = await cmr.users.list({ query: { search: email } })
  const there = data.rows.some((row) => nameOf(row.email) === email)
  return outcomes(waiting, () => (there ? 'done' : undefined))
}

/** Every field that was sent is what CMR shows. */
export const reconcileChangedUser: Reconciler = async ({ cmr, sent, waiting }) => {
  const { data } = await cmr.users.get({ query: { userId: String(sent.query.userId) } })
  const same = Object.entries(sent.body).every(([field, value]) => textOf(data, field) === String(value))
  return outcomes(waiting, () => (same ? 'done' : undefined))
}

export const reconcileDeletedUser: Reconciler = async ({ cmr, sent, waiting }) => {
  const user = await userOrNone(cmr, String(sent.query.userId))
  return outcomes(waiting, () => (user ? undefined : 'done'))
}

/** Returns a customer; undefined where CMR does not know it any more. Throws CmrError. */
export async function userOrNone(cmr: CmrApi, userId: string): Promise<User | undefined> {
  try {
    return (await cmr.users.get({ query: { userId } })).data
  } catch (error) {
    if (error instanceof CmrError && error.kind === 'not-found') return undefined
    throw error
  }
}
