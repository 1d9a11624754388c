import type { CmrApi } from '../cmr/client.ts'
import { hasNextPage } from '../cmr/pages.ts'
import type { User } from '../cmr/users.ts'

/** What CMR answers to `users.list`, in either of its forms. */
export interface UserAnswer {
  readonly users: readonly User[]
  readonly total?: number | undefined
  /** Whether another page follows. */
  readonly more: boolean
}

/** "limit 20 by default and 100 at most". */
const DEFAULT_LIMIT = 20

/** One page of customers; CMR answers a bare list or an object around it. */
export async function findUsers(
  cmr: CmrApi,
  query: { page?: number | undefined; limit?: number | undefined; search?: string | undefined },
): Promise<UserAnswer> {
  const { data } = await cmr.users.list({ query })
  const { page = 1, limit = DEFAULT_LIMIT } = query
  if (Array.isArray(data)) return { users: data, more: data.length >= limit }
  const total = data.total ?? data.totalUsers ?? data.totalCount
  const users = (data.users as User[] | undefined) ?? []
  return {
    users,
    more: hasNextPage(data, { page, rows: users.length, limit }),
    total: typeof total === 'number' ? total : undefined,
  }
}
