import type { Page } from '../cmr/answers/page.ts'
import { type User, userIdOf, userName } from '../cmr/answers/users.ts'
import type { CmrApi } from '../cmr/client.ts'
import { hasNextPage } from '../cmr/pages.ts'
import { withTimeout } from '../process/clock.ts'

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

/** The acknowledgement of a form waits for it. */
const LOOKUP_MS = 1000

/** Returns the customer who has an e-mail address; undefined where CMR does not tell soon. */
export async function customerWith(
  { cmr }: { readonly cmr: CmrApi },
  email: string,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  const asked = findUsers(cmr, { search: email, limit: 10 }).catch(() => undefined)
  const found = await withTimeout(asked, LOOKUP_MS)
  const user = found?.rows.find((one) => one.email?.toLowerCase() === email.toLowerCase())
  return user && { id: userIdOf(user), name: userName(user) }
}
