import type { Store } from '../../store/store.ts'
import { directoryEntries, type EntryKind } from '../store/rows.ts'
import { isId } from './called.ts'

/** The kinds of things that CMR takes by an id which nobody reads. */
const kinds: readonly EntryKind[] = ['subscription', 'mailbox', 'user', 'order']

/**
 * Returns what people call the things that ids stand for, by the id: of a subscription or an order its domain, of others
 * their name. Ids that the directory does not know are missing.
 */
export async function spokenIds(
  store: Pick<Store, 'db' | 'dialect'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids.filter(isId))]
  const keys = wanted.flatMap((id) => kinds.map((kind) => ({ kind, id })))
  const rows = await directoryEntries(store, keys)
  return new Map(
    rows.map(({ kind, id, name, domain }) => [
      id,
      kind === 'subscription' || kind === 'order' ? (domain ?? name) : name,
    ]),
  )
}
