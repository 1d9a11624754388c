import type { User } from '../../cmr/answers/users.ts'
import { InputError } from '../../commands/command.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import type { Store } from '../../store/store.ts'
import { emailOf, kindNames } from '../find/labels.ts'
import { directoryEntries, type EntryKind, ended, entriesNamed, entryKinds, keyOf } from '../store/rows.ts'
import { spelled } from '../store/spelling.ts'
import { nothingCalled, severalCalled } from './asking-back.ts'
import { askCmr, type NamingContext, type Thing } from './lookups.ts'

/** CMR's ids are long, in capitals and digits. */
export function isId(text: string): boolean {
  return /^[A-Z0-9]{12,}$/.test(text)
}

/**
 * What each of the names means, in their order: the mirror is asked first, CMR where the mirror does not know.
 * @throws AmbiguousError, CmrError
 */
export async function thingsCalled(
  context: NamingContext,
  kind: EntryKind,
  given: readonly string[],
  field: string,
): Promise<Thing[]> {
  const meant = new Map<string, readonly Thing[]>()
  await refuseOtherKinds(context, kind, given.filter(isId), field)
  for (const [name, things] of await inDirectory(context, kind, given)) meant.set(name, things)
  const unknown = given.filter((name) => !meant.get(name)?.length)
  if (unknown.length > 0) {
    for (const [name, things] of await askCmr(context, kind, unknown)) meant.set(name, things)
  }
  const chosen: Thing[] = []
  for (const name of given) {
    const things = meant.get(name) ?? []
    const live = things.filter(({ status }) => !ended(status))
    const [only, ...others] = live.length === 1 ? live : things
    if (!only) throw await nothingCalled(context, kind, name, given, field)
    const seen = others.length > 0 ? await seenOf(context, things) : [only]
    if (seen.length > 1) throw await severalCalled(context, kind, name, seen, given, field)
    chosen.push(seen[0] ?? only)
  }
  return chosen
}

/**
 * An id is taken as it is, unless it is known to be that of something else: "renew" and a customer's id.
 * @throws InputError
 */
async function refuseOtherKinds(
  { store }: NamingContext,
  kind: EntryKind,
  ids: readonly string[],
  field: string,
): Promise<void> {
  if (ids.length === 0) return
  const keys = ids.flatMap((id) => entryKinds.map((one) => ({ kind: one, id })))
  const known = Map.groupBy(await directoryEntries(store, keys), ({ id }) => id)
  for (const [id, rows] of known) {
    const [other] = rows
    if (!other || rows.some((row) => row.kind === kind)) continue
    const [isOne, wanted] = [kindNames[other.kind][0], kindNames[kind][0]]
    throw new InputError(field, `${id} is the id of ${article(isOne)}, not of ${article(wanted)}.`)
  }
}

const article = (word: string) => `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`

/**
 * Returns those of several things that whoever asks may see: a role for some customers tells nothing of others. Where
 * there are none, one that they will be refused.
 */
async function seenOf(context: NamingContext, things: readonly Thing[]): Promise<readonly Thing[]> {
  const customers = await customersOfCaller(context)
  if (!customers) return things
  const seen = things.filter(({ kind, id, userId }) =>
    customers.includes((kind === 'user' ? id : userId) ?? ''),
  )
  return seen.length > 0 ? seen : things.slice(0, 1)
}

/**
 * The customer that people mean by a userId, an e-mail address or a part of the company's name.
 * @throws AmbiguousError where more than one is meant; InputError where nobody is; CmrError as CMR answers
 */
export async function userNamed(context: NamingContext, name: string, field = 'userId'): Promise<User> {
  const [user] = await thingsCalled(context, 'user', [name], field)
  // The mirror holds less than the card shows.
  const userId = user?.id ?? name
  const { data } = await context.cmr.users.get({ query: { userId } })
  return { ...data, userId: data.userId ?? userId }
}

async function inDirectory({ store }: NamingContext, kind: EntryKind, given: readonly string[]) {
  const idOf = (name: string) => (kind === 'domain' ? name.toLowerCase() : name)
  const rows = await directoryEntries(
    store,
    given.map((name) => ({ kind, id: idOf(name) })),
  )
  const known = new Map(rows.map((row) => [keyOf(row), thingOf(row)]))
  const meant = new Map<string, readonly Thing[]>()
  for (const name of given) {
    const thing = known.get(keyOf({ kind, id: idOf(name) }))
    if (thing) meant.set(name, [thing])
    // An id of CMR's is taken as it is, whether the mirror has it or not.
    else if (isId(name)) meant.set(name, [{ kind, id: name, name }])
  }
  const byName = given.filter((name) => !meant.has(name) && kind !== 'domain')
  const found = await entriesNamed(store, kind, byName)
  for (const name of byName) {
    const exact = found.filter((row) => row.spelled.split('\n').includes(spelled(name)))
    const same = exact.filter((row) => kind === 'user' || row.name.toLowerCase() === name.toLowerCase())
    meant.set(name, same.map(thingOf))
  }
  return meant
}

function thingOf(row: Awaited<ReturnType<typeof directoryEntries>>[number]): Thing {
  const { kind, id, name, user_id, domain, status } = row
  const email = kind === 'user' ? emailOf(row) : undefined
  return {
    kind,
    id,
    name: email && email !== name ? `${name} (${email})` : name,
    userId: user_id ?? undefined,
    domain: domain ?? undefined,
    status: status ?? undefined,
  }
}

/** The kinds of things that CMR takes by an id which nobody reads. */
const kinds: readonly EntryKind[] = ['subscription', 'mailbox', 'user', 'order']

/**
 * Returns what people call the things that ids stand for, by the id: of a subscription or an order its domain, of others
 * their name. Ids that the directory does not know are missing.
 */
export async function spokenIds(
  store: Pick<Store, 'db'>,
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
