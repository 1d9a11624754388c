import type { Cmr } from '../cmr/client.ts'
import { type User, userIdOf, userName } from '../messages/users.ts'
import { InputError } from './command.ts'

/** What CMR answers to `users.list`, in either of its forms. */
export interface UserAnswer {
  readonly users: readonly User[]
  readonly total?: number | undefined
}

/** One page of customers; CMR answers a bare list or an object around it. */
export async function findUsers(
  cmr: Cmr,
  query: { page?: number | undefined; limit?: number | undefined; search?: string | undefined },
): Promise<UserAnswer> {
  const { data } = await cmr.users.list({ query })
  if (Array.isArray(data)) return { users: data }
  const total = data.total ?? data.totalUsers ?? data.totalCount
  return {
    users: (data.users as User[] | undefined) ?? [],
    total: typeof total === 'number' ? total : undefined,
  }
}

/**
 * The customer that people mean by a userId, an e-mail address or a part of the company's name.
 * @throws InputError where nobody or more than one is meant; CmrError as CMR answers
 */
export async function userNamed(cmr: Cmr, named: string): Promise<User> {
  // CMR's ids are long, in capitals and digits.
  if (/^[A-Z0-9]{12,}$/.test(named)) return (await cmr.users.get({ query: { userId: named } })).data
  const { users } = await findUsers(cmr, { search: named, limit: 20 })
  const same = (text: unknown) => String(text ?? '').toLowerCase() === named.toLowerCase()
  const exact = users.filter((user) => same(user.email) || same(user.company) || same(userIdOf(user)))
  const meant = exact.length ? exact : users
  const [only] = meant
  if (!only)
    throw new InputError('userId', `No user is called “${named}”. Look with /cmr users list --search.`)
  if (meant.length > 1) {
    const some = meant
      .slice(0, 5)
      .map((user) => `${userName(user)} (${user.email})`)
      .join(', ')
    throw new InputError('userId', `${meant.length} users match “${named}”: ${some}. Name one by its e-mail.`)
  }
  // The list may hold less than the card shows.
  return (await cmr.users.get({ query: { userId: userIdOf(only) } })).data
}
