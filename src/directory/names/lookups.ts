import type { Mailbox } from '../../cmr/answers/mailboxes.ts'
import { readPages } from '../../cmr/answers/page.ts'
import type { Subscription } from '../../cmr/answers/subscriptions.ts'
import { type User, userIdOf, userName } from '../../cmr/answers/users.ts'
import type { CmrApi } from '../../cmr/client.ts'
import type { CommandContext } from '../../commands/context.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import { kindsNotWhole } from '../store/passes.ts'
import { directoryEntries, type EntryKind, ended } from '../store/rows.ts'
import { searchDirectory } from '../store/search.ts'
import { spelled } from '../store/spelling.ts'
import { findUsers } from './customers.ts'

/** A subscription by CMR's id; nothing where CMR has none. */
export async function subscriptionCalled({ cmr }: { readonly cmr: CmrApi }, subscriptionId: string) {
  const { data } = await cmr.subscriptions.list({ query: { componentSubscriptionId: subscriptionId } })
  return data.rows.find((one) => one.subscriptionId === subscriptionId)
}

/** The subscriptions on exactly this domain: a search for acme.co may answer acme.com's too. */
export async function subscriptionsNamed(cmr: CmrApi, domain: string) {
  const { data } = await cmr.subscriptions.list({ query: { domain } })
  const name = domain.toLowerCase()
  return data.rows.filter((one) => (one.domain ?? name).toLowerCase() === name)
}

/** More are found faster by reading every page. */
const SINGLY = 5
/** Pages of a hundred, where CMR counts none. */
const MOST_PAGES = 100

/** Returns the subscriptions that go by some ids or domains, and others where they are many. Throws CmrError. */
export async function subscriptionsAmong(cmr: CmrApi, names: readonly string[]): Promise<Subscription[]> {
  if (names.length > SINGLY) {
    const read = async (page: number) => (await cmr.subscriptions.list({ query: { page, limit: 100 } })).data
    return (await Array.fromAsync(readPages(read, MOST_PAGES))).flat()
  }
  const rows: Subscription[] = []
  for (const name of names) {
    const query = name.includes('.') ? { domain: name } : { componentSubscriptionId: name }
    rows.push(...(await cmr.subscriptions.list({ query })).data.rows)
  }
  return rows
}

/** The subscription on a domain: of several the one that is not over. */
export async function subscriptionOn({ cmr }: { readonly cmr: CmrApi }, domain: string) {
  const subscriptions = await subscriptionsNamed(cmr, domain)
  return subscriptions.find((one) => !ended(one.subscriptionStatus)) ?? subscriptions[0]
}

/** What it takes to know what people mean. */
export type NamingContext = Pick<CommandContext, 'cmr' | 'store' | 'access' | 'caller'>

/** A thing that somebody named. */
export interface Thing {
  readonly kind: EntryKind
  readonly id: string
  /** As people read it. */
  readonly name: string
  readonly userId?: string | undefined
  readonly domain?: string | undefined
  readonly status?: string | undefined
}

type FoundByName = ReadonlyMap<string, readonly Thing[]>
type NameLookup = (context: NamingContext, names: readonly string[]) => Promise<FoundByName>

/** Pages of mailboxes that are searched for an address: 1,000 of them. */
const PAGES = 10

/** CMR lists no orders: what may be the id of one it will say itself. */
export const wholeOrderId = /^\S{8,}$/

/** What CMR says to names that the mirror does not know. */
export function askCmr(
  context: NamingContext,
  kind: EntryKind,
  names: readonly string[],
): Promise<FoundByName> {
  return questions[kind](context, names)
}

const questions: Record<EntryKind, NameLookup> = {
  user: (context, names) => each(names, (name) => usersCalled(context, name)),
  // CMR names a domain by its name: it will say itself whether it has it.
  domain: (_, names) =>
    each(names, async (name) =>
      isDotted(name) ? [{ kind: 'domain', id: name.toLowerCase(), name, domain: name.toLowerCase() }] : [],
    ),
  subscription: (context, names) =>
    each(names, async (name) => (name.includes('.') ? await subscriptionsOn(context, name) : [])),
  mailbox: mailboxesCalled,
  order: (_, names) =>
    each(names, async (name) => (wholeOrderId.test(name) ? [{ kind: 'order', id: name, name }] : [])),
}

/** Returns whether it is one word with a dot inside it. */
const isDotted = (name: string) => !/\s/.test(name) && name.slice(1, -1).includes('.')

async function each(names: readonly string[], ask: (name: string) => Promise<Thing[]>): Promise<FoundByName> {
  return new Map(await Promise.all(names.map(async (name) => [name, await ask(name)] as const)))
}

/** A number is in many names, addresses and ids by chance: it is somebody's whole name, or picks nobody. */
const isNumber = (name: string) => /^\p{N}+$/u.test(name)

/** Exactly those of that name, else all that hold it, else whoever has a domain or mailbox of that name. */
async function usersCalled(context: NamingContext, name: string): Promise<Thing[]> {
  const { cmr, store } = context
  // What the directory has of exactly that name was looked for before.
  if (!isNumber(name) && !(await kindsNotWhole(store.db)).includes('user')) {
    const customers = await customersOfCaller(context)
    const { rows } = await searchDirectory(store, { text: name, kinds: ['user'], customers, limit: 10 })
    if (rows.length > 0) return rows.map((row) => ({ kind: 'user', id: row.id, name: row.name }))
  }
  const { rows: users } = await findUsers(cmr, { search: name, limit: 20 })
  const same = (said: unknown) => String(said ?? '').toLowerCase() === name.toLowerCase()
  const exact = users.filter((user) => same(user.email) || same(user.company))
  // That CMR searches is inferred: whoever it answers besides is not meant.
  const holding = users.filter((user) =>
    Object.values(user).some((said) => typeof said === 'string' && spelled(said).includes(spelled(name))),
  )
  const found = exact.length || isNumber(name) ? exact : holding
  return found.length || !name.includes('.') ? found.map(thingOf) : ownersOn(context, name)
}

function thingOf(user: User): Thing {
  return { kind: 'user', id: userIdOf(user), name: `${userName(user)} (${user.email})` }
}

/** @param name a domain, or an address on it */
async function ownersOn(context: NamingContext, name: string): Promise<Thing[]> {
  const domain = name.toLowerCase().split('@').at(-1) ?? ''
  const userId = await ownerOf(context, { kind: 'domain', id: domain, name: domain })
  if (!userId) return []
  return [thingOf((await context.cmr.users.get({ query: { userId } })).data)]
}

async function subscriptionsOn({ cmr }: NamingContext, domain: string): Promise<Thing[]> {
  return (await subscriptionsNamed(cmr, domain)).map((one) => ({
    kind: 'subscription',
    id: one.subscriptionId,
    name: one.domain ?? domain,
    userId: one.userId,
    domain: one.domain,
    status: one.subscriptionStatus,
  }))
}

/** An address belongs to a domain, a domain to a user, whose mailboxes are one answer; else all are gone through. */
async function mailboxesCalled(context: NamingContext, names: readonly string[]): Promise<FoundByName> {
  const wanted = new Set(names.filter((name) => name.includes('@')).map((name) => name.toLowerCase()))
  const found = new Map<string, Thing>()
  const take = (rows: readonly Mailbox[], userId?: string) => {
    for (const row of rows) {
      const address = row.email?.toLowerCase() ?? ''
      const { mailboxId: id, email: name = address, status } = row
      if (id && wanted.has(address)) {
        found.set(address, { kind: 'mailbox', id, name, userId: row.userId ?? userId, status })
      }
    }
  }
  const domains = [...new Set([...wanted].flatMap((address) => address.split('@')[1] ?? []))]
  const rows = await directoryEntries(
    context.store,
    domains.map((id) => ({ kind: 'domain', id })),
  )
  for (const userId of new Set(rows.flatMap((row) => row.user_id ?? []))) {
    const { data } = await context.cmr.mailboxes.list({ query: { userId } })
    take(data.rows, userId)
  }
  if (found.size < wanted.size) {
    for await (const all of readPages(async (page) => {
      return (await context.cmr.mailboxes.all({ query: { page, limit: 100 } })).data
    }, PAGES)) {
      take(all)
      if (found.size >= wanted.size) break
    }
  }
  return new Map(
    names.map((name) => {
      const thing = found.get(name.toLowerCase())
      return [name, thing ? [thing] : []]
    }),
  )
}

/** Whose a thing is: as the mirror has it, else as CMR tells. */
export async function ownerOf({ cmr, store }: NamingContext, thing: Thing): Promise<string | undefined> {
  const [known] = await directoryEntries(store, [thing])
  if (known?.user_id) return known.user_id
  if (thing.kind === 'mailbox') {
    const { data } = await cmr.mailboxes.get({ query: { mailboxId: thing.id } })
    if (data.userId) return data.userId
  }
  if (thing.kind === 'order' || thing.kind === 'user') return undefined
  if (thing.kind === 'subscription') return (await subscriptionCalled({ cmr }, thing.id))?.userId
  const [one] = await subscriptionsNamed(cmr, thing.domain ?? thing.name.split('@').at(-1) ?? '')
  return one?.userId
}
