import { hasNextPage, type Page, readPages } from '../../cmr/answers/page.ts'
import { type User, userIdOf, userName } from '../../cmr/answers/users.ts'
import type { CmrApi } from '../../cmr/client.ts'
import { CmrError } from '../../cmr/errors.ts'
import type { Priority } from '../../cmr/limiter.ts'
import { withTimeout } from '../../process/clock.ts'
import type { Store } from '../../store/store.ts'
import { userNames } from '../store/rows.ts'

/** "100 at most". */
const LIMIT = 100

/**
 * Returns the names of customers by their ids. Those that the directory does not know yet are looked for in CMR's list of
 * users; whom that does not show, or where CMR does not answer, is missing.
 * @param how.pages of that list that are read at most
 */
export async function customerNames(
  { store, cmr }: { readonly store: Pick<Store, 'db'>; readonly cmr: CmrApi },
  ids: readonly (string | undefined)[],
  { pages = 2, priority }: { readonly pages?: number; readonly priority?: Priority } = {},
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== undefined && id !== ''))] as string[]
  const names = new Map(await userNames(store, wanted))
  const missing = new Set(wanted.filter((id) => !names.has(id)))
  if (missing.size === 0) return names
  const read = async (page: number) =>
    (await cmr.users.list({ query: { page, limit: LIMIT } }, priority && { priority })).data
  try {
    for await (const users of readPages(read, pages)) {
      for (const user of users.filter((one) => missing.delete(userIdOf(one))))
        names.set(userIdOf(user), userName(user))
      if (missing.size === 0) break
    }
  } catch (error) {
    if (!(error instanceof CmrError)) throw error
  }
  return names
}

/**
 * Returns what a customer is called who was named: those words, or the name where that was CMR's id alone.
 * @param spoken what a person said, as the directory knows it
 */
export async function customerCalled(
  context: Parameters<typeof customerNames>[0],
  userId: string,
  spoken: string,
): Promise<string> {
  return spoken === userId ? ((await customerNames(context, [userId])).get(userId) ?? spoken) : spoken
}

/** "limit 20 by default and 100 at most". */
const DEFAULT_LIMIT = 20

/** Reads one page of customers, without those that CMR gives no id of, and whether another one follows. */
export async function findUsers(
  cmr: CmrApi,
  query: { page?: number | undefined; limit?: number | undefined; search?: string | undefined },
): Promise<Page<User> & { readonly more: boolean }> {
  const { data } = await cmr.users.list({ query })
  const { page = 1, limit = DEFAULT_LIMIT } = query
  return { ...data, rows: data.rows.filter(userIdOf), more: hasNextPage(data, { page, limit }) }
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
