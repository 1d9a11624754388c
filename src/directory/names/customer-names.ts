import { userIdOf, userName } from '../../cmr/answers/users.ts'
import type { CmrApi } from '../../cmr/client.ts'
import { CmrError } from '../../cmr/errors.ts'
import type { Priority } from '../../cmr/limiter.ts'
import { readPages } from '../../cmr/pages.ts'
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
  { store, cmr }: { readonly store: Pick<Store, 'db' | 'dialect'>; readonly cmr: CmrApi },
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
