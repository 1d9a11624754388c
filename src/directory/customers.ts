import type { Page } from '../cmr/answers/page.ts'
import type { User } from '../cmr/answers/users.ts'
import type { CmrApi } from '../cmr/client.ts'
import { hasNextPage } from '../cmr/pages.ts'

/** "limit 20 by default and 100 at most". */
const DEFAULT_LIMIT = 20

/** Reads one page of customers, and whether another one follows. */
export async function findUsers(
  cmr: CmrApi,
  query: { page?: number | undefined; limit?: number | undefined; search?: string | undefined },
): Promise<Page<User> & { readonly more: boolean }> {
  const { data } = await cmr.users.list({ query })
  const { page = 1, limit = DEFAULT_LIMIT } = query
  return { ...data, more: hasNextPage(data, { page, limit }) }
}
