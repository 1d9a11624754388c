import type { Cmr } from '../cmr/client.ts'
import type { User } from '../messages/users.ts'

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
