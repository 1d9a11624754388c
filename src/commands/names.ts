import { distance } from 'fastest-levenshtein'
import type { z } from 'zod'
import { code, escapeText } from '../messages/blocks.ts'
import { emailOf, kindNames, thingLabel } from '../messages/mirrored.ts'
import { type User, userName } from '../messages/users.ts'
import { keyOf, type MirrorKind, mirrorNamed, mirrorRows } from '../store/mirror/rows.ts'
import { ended, searchMirror } from '../store/mirror/search.ts'
import { spelled } from '../store/mirror/spelling.ts'
import { AmbiguousError, InputError } from './command.ts'
import type { CommandContext } from './context.ts'
import { type Field, fieldsOf } from './field.ts'
import { askCmr, ownerOf, type Thing } from './lookups.ts'

/** What it takes to know what people mean. */
export type NamingContext = Pick<CommandContext, 'cmr' | 'store'>

/** Values in which people named things, understood. */
export interface Named {
  /** The values with CMR's ids. */
  readonly ids: Record<string, unknown>
  /** The values as people read them. */
  readonly spoken: Record<string, unknown>
  /** Whose things they are, as far as that is known without asking CMR for it alone. */
  readonly userId?: string | undefined
  readonly things: readonly Thing[]
}

/**
 * Turns what people call things into the ids that CMR wants: a user by e-mail or company, a domain or subscription
 * by the domain's name, a mailbox by its address. Whose they are follows from the things themselves.
 * @param schema says by its pickers which field names what
 * @throws AmbiguousError where more than one is meant, or none but some are near; InputError where nothing is, or
 * where the things are not all one customer's; CmrError as CMR answers
 */
export async function named(
  context: NamingContext,
  schema: z.ZodObject,
  values: Readonly<Record<string, unknown>>,
): Promise<Named> {
  const ids: Record<string, unknown> = { ...values }
  const spoken: Record<string, unknown> = { ...values }
  const found: Thing[] = []
  const fields = fieldsOf(schema)
  for (const field of fields) {
    const given = values[field.name]
    const kind = mirrored(field)
    if (!kind || given === undefined) continue
    const things = await thingsCalled(context, kind, [given].flat().map(String), field.name)
    const several = field.kind === 'list'
    ids[field.name] = several ? things.map(({ id }) => id) : things[0]?.id
    spoken[field.name] = several ? things.map(({ name }) => name) : things[0]?.name
    if (kind !== 'user') found.push(...things)
  }
  const userField = fields.find(({ picker }) => picker === 'user')?.name
  const given = userField ? (ids[userField] as string | undefined) : undefined
  const userId = oneOwner(found, given, userField ?? '')
  if (!userField || given) return { ids, spoken, userId, things: found }
  if (userId) return { ids: { ...ids, [userField]: userId }, spoken, userId, things: found }
  const [first] = found
  if (!first) return { ids, spoken, things: found }
  const owner = await ownerOf(context, first)
  if (!owner) {
    throw new InputError(userField, `Nobody here knows yet whose ${first.name} is. Name the user as well.`)
  }
  return { ids: { ...ids, [userField]: owner }, spoken, userId: owner, things: found }
}

/** Whose things a confirmation is about; mrkdwn. Nothing where they are nobody's, as a new domain. */
export async function customerLine(
  context: NamingContext,
  { userId, things }: Named,
): Promise<string | undefined> {
  const [first] = things
  const id = userId ?? (first && (await ownerOf(context, first)))
  if (!id) return undefined
  const [row] = await mirrorRows(context.store, [{ kind: 'user', id }])
  if (row) return customer(row.name, emailOf(row), id)
  const { data } = await context.cmr.users.get({ query: { userId: id } })
  return customer(userName(data), data.email, id)
}

function customer(name: string, email: string | undefined, id: string): string {
  const address = email && email !== name ? `${escapeText(email)}, ` : ''
  return `Customer: *${escapeText(name)}* (${address}${code(id)})`
}

/** The kind that a field's picker lets people pick from, where CMR must know the thing already. */
export function mirrored({ picker }: Pick<Field, 'picker'>): MirrorKind | undefined {
  return picker === undefined || picker === 'country' || picker === 'state' ? undefined : picker
}

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
  kind: MirrorKind,
  given: readonly string[],
  field: string,
): Promise<Thing[]> {
  const meant = new Map<string, readonly Thing[]>()
  for (const [name, things] of await inMirror(context, kind, given)) meant.set(name, things)
  const unknown = given.filter((name) => !meant.get(name)?.length)
  if (unknown.length > 0) {
    for (const [name, things] of await askCmr(context, kind, unknown)) meant.set(name, things)
  }
  const chosen: Thing[] = []
  for (const name of given) {
    const things = meant.get(name) ?? []
    const live = things.filter(({ status }) => !ended(status ?? null))
    const [only, ...others] = live.length === 1 ? live : things
    if (!only) throw await nothingCalled(context, kind, name, given, field)
    if (others.length > 0) throw await severalCalled(context, kind, name, things, given, field)
    chosen.push(only)
  }
  return chosen
}

/**
 * The customer that people mean by a userId, an e-mail address or a part of the company's name.
 * @throws AmbiguousError where more than one is meant; InputError where nobody is; CmrError as CMR answers
 */
export async function userNamed(context: NamingContext, name: string, field = 'userId'): Promise<User> {
  const [user] = await thingsCalled(context, 'user', [name], field)
  // The mirror holds less than the card shows.
  return (await context.cmr.users.get({ query: { userId: user?.id ?? name } })).data
}

async function inMirror({ store }: NamingContext, kind: MirrorKind, given: readonly string[]) {
  const byId = given.filter((name) => isId(name) || kind === 'domain')
  const idOf = (name: string) => (kind === 'domain' ? name.toLowerCase() : name)
  const rows = await mirrorRows(
    store,
    byId.map((name) => ({ kind, id: idOf(name) })),
  )
  const known = new Map(rows.map((row) => [keyOf(row), thingOf(row)]))
  const meant = new Map<string, readonly Thing[]>()
  for (const name of byId) {
    const thing = known.get(keyOf({ kind, id: idOf(name) }))
    if (thing) meant.set(name, [thing])
    // An id of CMR's is taken as it is, whether the mirror has it or not.
    else if (isId(name)) meant.set(name, [{ kind, id: name, name }])
  }
  const byName = given.filter((name) => !meant.has(name) && kind !== 'domain')
  const found = await mirrorNamed(store, kind, byName)
  for (const name of byName) {
    const exact = found.filter((row) => row.spelled.split('\n').includes(spelled(name)))
    const same = exact.filter((row) => kind === 'user' || row.name.toLowerCase() === name.toLowerCase())
    meant.set(name, same.map(thingOf))
  }
  return meant
}

function thingOf(row: Awaited<ReturnType<typeof mirrorRows>>[number]): Thing {
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

/** The one customer whose things they are. @throws InputError where there are two */
function oneOwner(things: readonly Thing[], given: string | undefined, field: string): string | undefined {
  const owned = things.filter(({ userId }) => userId !== undefined)
  const [first] = owned
  const other = owned.find(({ userId }) => userId !== (given ?? first?.userId))
  if (!other) return given ?? first?.userId
  if (given) throw new InputError(field, `${other.name} belongs to another user than the one you named.`)
  throw new InputError(
    field,
    `${first?.name} and ${other.name} belong to different users: one user at a time.`,
  )
}

async function severalCalled(
  context: NamingContext,
  kind: MirrorKind,
  name: string,
  things: readonly Thing[],
  given: readonly string[],
  field: string,
): Promise<AmbiguousError> {
  const labels = await labelsFor(context, kind, things)
  const choices = things.map((thing, at) => ({ label: labels[at] ?? thing.name, value: thing.id }))
  const sentence = `${things.length} ${kindNames[kind][1]} match “${name}”`
  return asking(field, sentence, choices, name, given)
}

async function labelsFor({ store }: NamingContext, kind: MirrorKind, things: readonly Thing[]) {
  const rows = await mirrorRows(
    store,
    things.map(({ id }) => ({ kind, id })),
  )
  const known = new Map(rows.map((row) => [row.id, thingLabel(row)]))
  const told = (thing: Thing) => [thing.name, thing.status, kind === 'user' ? undefined : thing.id]
  return things.map((thing) => known.get(thing.id) ?? told(thing).filter(Boolean).join(' · '))
}

/** Nothing is called that: what is called nearly that, where there is something. */
async function nothingCalled(
  { store }: NamingContext,
  kind: MirrorKind,
  name: string,
  given: readonly string[],
  field: string,
): Promise<InputError> {
  const sentence = `No ${kindNames[kind][0]} is called “${name}”`
  const { rows } = await searchMirror(store, { text: name, kinds: [kind], limit: 10 })
  const near = rows.length > 0 ? rows : await nearest(store, kind, name)
  if (near.length === 0) return new InputError(field, `${sentence}. Search with /cmr find.`)
  const choices = near.map((row) => ({ label: thingLabel(row), value: row.id }))
  return asking(field, `${sentence}. Near it`, choices, name, given)
}

/** Names that begin alike and differ by a few letters. */
async function nearest(store: NamingContext['store'], kind: MirrorKind, name: string) {
  const words = spelled(name)
  const { rows } = await searchMirror(store, { text: words.slice(0, 3), kinds: [kind], limit: 200 })
  const away = (lines: string) => Math.min(...lines.split('\n').map((line) => distance(line, words)))
  return rows
    .map((row) => ({ row, far: away(row.spelled) }))
    .filter(({ far }) => far <= Math.max(2, words.length / 3))
    .sort((a, b) => a.far - b.far)
    .slice(0, 5)
    .map(({ row }) => row)
}

function asking(
  field: string,
  sentence: string,
  choices: readonly { label: string; value: string }[],
  name: string,
  given: readonly string[],
): AmbiguousError {
  const some = choices.slice(0, 5).map(({ label }) => label)
  const more = choices.length > some.length ? ` and ${choices.length - some.length} more` : ''
  const instead = (value: string) => given.map((one) => (one === name ? value : one)).join(' ')
  return new AmbiguousError(
    field,
    `${sentence}: ${some.join('; ')}${more}. Which one?`,
    choices.map(({ label, value }) => ({ label, value: instead(value) })),
  )
}
