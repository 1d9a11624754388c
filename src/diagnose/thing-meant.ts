import { CmrError } from '../cmr/errors.ts'
import { AmbiguousError, InputError } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { kindNames, namesUpTo, thingLabel } from '../directory/find/labels.ts'
import { isId, thingsCalled } from '../directory/names/called.ts'
import { ownerOf, subscriptionCalled } from '../directory/names/lookups.ts'
import { directoryEntries, type EntryKind, ended, entriesNamed, entryKinds } from '../directory/store/rows.ts'
import { type FoundEntry, searchDirectory, searchIds, thingsOf } from '../directory/store/search.ts'
import { operationsNamed } from '../operations/store/operations.ts'
import { nameInSentence } from '../slack/blocks.ts'

/** The field of diagnose that takes each kind of thing. */
export const idFields = {
  user: 'userId',
  domain: 'domain',
  mailbox: 'mailboxId',
  subscription: 'subscriptionId',
  order: 'orderId',
} as const satisfies Record<EntryKind, string>

/** A thing by its kind and CMR's id. */
export interface ThingMeant {
  readonly kind: EntryKind
  readonly id: string
}

/** Kinds of things by how their name is written, the likeliest first. */
function likeliest(name: string): readonly EntryKind[] {
  if (name.includes('@')) return ['mailbox', 'user']
  if (isDomainName(name)) return ['domain', 'subscription', 'order']
  return ['user', 'mailbox', 'subscription', 'order', 'domain']
}

const isDomainName = (name: string) => /^[^\s@]+\.[^\s@]+$/.test(name)

/** Choices that a button, or the search of the form, says again. */
const chosen = new RegExp(`^(${entryKinds.join('|')}):(.+)$`)

/**
 * Finds the thing that goes by a name.
 * @throws AmbiguousError where several do, InputError where none does; CmrError as CMR answers
 */
export async function thingMeant(context: CommandContext, text: string): Promise<ThingMeant> {
  const name = text.trim()
  const [, kind, id] = chosen.exec(name) ?? []
  if (kind && id) return { kind: kind as EntryKind, id }
  if (/^ACT_/i.test(name)) return thingOfAction(context, name)
  return (
    (await inDirectory(context, name)) ?? (await byItsForm(context, name)) ?? (await nearIt(context, name))
  )
}

/** The things that go by exactly that name or id, where the bot knows them. */
async function inDirectory({ store }: CommandContext, name: string): Promise<ThingMeant | undefined> {
  for (const kind of likeliest(name)) {
    const key = { kind, id: kind === 'domain' ? name.toLowerCase() : name }
    const byId = await directoryEntries(store, [key])
    const rows = byId.length > 0 ? byId : await entriesNamed(store, kind, [name])
    const live = rows.filter(({ status }) => !ended(status))
    const meant = live.length > 0 ? live : rows
    if (meant.length > 1 && kind !== 'order')
      throw askWhich(
        `${meant.length} ${kindNames[kind][1]} are called “${name}”`,
        await thingsOf(store, meant),
      )
    const [one] = [...meant].sort((a, b) => b.seen_at.localeCompare(a.seen_at))
    if (one) return { kind, id: one.id }
  }
  return undefined
}

/** What the directory does not know yet: a name says by its form what it may be, an id is looked up. */
async function byItsForm(context: CommandContext, name: string): Promise<ThingMeant | undefined> {
  if (isDomainName(name)) return { kind: 'domain', id: name }
  if (name.includes('@')) return addressMeant(context, name)
  if (!isId(name)) return undefined
  const { cmr } = context
  const asked = await Promise.all([
    subscriptionCalled(context, name).then((found) => found && ('subscription' as const)),
    cmr.mailboxes.get({ query: { mailboxId: name } }).then(() => 'mailbox' as const, notThere),
    cmr.users.get({ query: { userId: name } }).then(() => 'user' as const, notThere),
  ])
  // CMR lists no orders: whatever else it does not know may be one.
  return { kind: asked.find((one) => one !== undefined) ?? 'order', id: name }
}

function notThere(error: unknown): undefined {
  if (error instanceof CmrError && !['not-found', 'invalid'].includes(error.kind)) throw error
  return undefined
}

/** An address is a mailbox where its domain is at CMR; a customer's own is on a domain of another's. */
async function addressMeant(context: CommandContext, address: string): Promise<ThingMeant> {
  const domain = address.split('@')[1]?.toLowerCase() ?? ''
  const [known] = await directoryEntries(context.store, [{ kind: 'domain', id: domain }])
  const owner = known ? known.user_id : await ownerOf(context, { kind: 'domain', id: domain, name: domain })
  if (known || owner) return { kind: 'mailbox', id: address }
  const [user] = await thingsCalled(context, 'user', [address], 'thing')
  return { kind: 'user', id: user?.id ?? address }
}

/** What is called nearly that, or holds it. */
async function nearIt(context: CommandContext, name: string): Promise<ThingMeant> {
  const customers = await customersOfCaller(context)
  const { rows } = await searchDirectory(context.store, { text: name, customers, limit: 10 })
  const found = rows.length > 0 || customers ? rows : await searchIds(context.store, name, 10)
  const customer = found.find(({ kind }) => kind === 'user') ?? (await customerAtCmr(context, name, found))
  // A customer and what belongs to it: all of that is one answer.
  if (customer && found.every(({ id, user_id }) => id === customer.id || user_id === customer.id))
    return { kind: 'user', id: customer.id }
  const [one, ...others] = withoutParts(found)
  if (one && others.length === 0) return one
  if (one) throw askWhich(`Several things match “${name}”`, [one, ...others])
  const [user] = await thingsCalled(context, 'user', [name], 'thing')
  return { kind: 'user', id: user?.id ?? name }
}

/** The customer of that name where the directory has found others only: it may not know all customers yet. */
async function customerAtCmr(
  context: CommandContext,
  name: string,
  found: readonly FoundEntry[],
): Promise<{ readonly id: string } | undefined> {
  if (found.length === 0) return undefined
  try {
    return (await thingsCalled(context, 'user', [name], 'thing'))[0]
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

/** What is found beside the domain that it belongs to is a part of the same answer. */
function withoutParts(found: readonly FoundEntry[]): readonly FoundEntry[] {
  const domains = new Set(found.filter(({ kind }) => kind === 'domain').map(({ id }) => id))
  return found.filter(({ kind, domain }) => kind === 'domain' || !domain || !domains.has(domain))
}

function askWhich(sentence: string, rows: readonly FoundEntry[]): AmbiguousError {
  const choices = rows.map((row) => ({
    label: `${kindNames[row.kind][0]} ${thingLabel(row)}`,
    value: `${row.kind}:${row.id}`,
  }))
  const labels = choices.map(({ label }) => nameInSentence(label))
  return new AmbiguousError('thing', `${sentence}: ${namesUpTo(labels, 5, '; ')}. Which one?`, choices)
}

/** What an operation of ours was about, by CMR's actionId. */
async function thingOfAction({ store }: CommandContext, actionId: string): Promise<ThingMeant> {
  const [found] = await operationsNamed(store.db, { actionIds: [actionId], orderIds: [] })
  if (found?.order_id) return { kind: 'order', id: found.order_id }
  const subject = JSON.parse(found?.subject ?? '{}') as Record<string, string | undefined>
  for (const kind of ['mailbox', 'domain', 'subscription', 'user'] as const) {
    const id = subject[idFields[kind]]
    if (id) return { kind, id }
  }
  throw new InputError('thing', `The bot has no operation ${actionId}. Name the domain that it was about.`)
}
