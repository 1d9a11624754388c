import type { z } from 'zod'
import { userName } from '../../cmr/answers/users.ts'
import { InputError } from '../../commands/command.ts'
import { type Field, fieldsOf } from '../../commands/field.ts'
import { code, escapeText, nameInSentence } from '../../slack/blocks.ts'
import { emailOf, kindNames, namesUpTo } from '../find/labels.ts'
import { kindsNotWhole } from '../store/passes.ts'
import { directoryEntries, type EntryKind } from '../store/rows.ts'
import { askForNear } from './asking-back.ts'
import { thingsCalled } from './called.ts'
import { type NamingContext, ownerOf, type Thing } from './lookups.ts'

/** Values in which people named things, understood. */
export interface Named {
  /** The values with CMR's ids. */
  readonly ids: Record<string, unknown>
  /** The values as people read them. */
  readonly spoken: Record<string, unknown>
  /** Whose things they are, where the command is about one customer. */
  readonly userId?: string | undefined
  readonly things: readonly Thing[]
}

/**
 * Turns what people call things into the ids that CMR wants: a user by e-mail or company, a domain or subscription
 * by the domain's name, a mailbox by its address. Whose they are follows from the things themselves.
 * @param schema says by its pickers which field names what
 * @throws AmbiguousError where more than one is meant, or none but some are near; InputError where nothing is, or
 * where a command about one customer is given things of two; CmrError as CMR answers
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
    const kind = entryKindOf(field)
    if (!kind || given === undefined) continue
    const called = await thingsCalled(context, kind, [given].flat().map(String), field.name)
    // An address and an id may be the same mailbox: it is wanted, and paid for, once.
    const things = onceEach(called)
    const several = field.kind === 'list'
    ids[field.name] = several ? things.map(({ id }) => id) : things[0]?.id
    spoken[field.name] = several ? things.map(({ name }) => name) : things[0]?.name
    if (kind !== 'user') found.push(...things)
  }
  const userField = fields.find(({ picker }) => picker === 'user')?.name
  if (!userField) return { ids, spoken, things: found }
  const given = ids[userField] as string | undefined
  // Where nobody said whose they are, each is looked up: what is another customer's goes unnoticed otherwise.
  const owned = given ? found : await Promise.all(found.map((thing) => withOwner(context, thing)))
  const owner = oneOwner(owned, given, userField)
  const [first] = found
  if (first && !owner) throw await nobodysThing(context, first, fields, values, userField)
  return { ids: owner ? { ...ids, [userField]: owner } : ids, spoken, userId: owner, things: found }
}

function onceEach(things: readonly Thing[]): Thing[] {
  return [...new Map(things.map((one) => [one.id, one])).values()]
}

async function withOwner(context: NamingContext, thing: Thing): Promise<Thing> {
  return thing.userId ? thing : { ...thing, userId: await ownerOf(context, thing) }
}

/** Nobody has a thing that CMR would have to know: most often its name is misspelled. */
async function nobodysThing(
  context: NamingContext,
  thing: Thing,
  fields: readonly Field[],
  values: Readonly<Record<string, unknown>>,
  userField: string,
): Promise<InputError> {
  const { kind, name } = thing
  const field = fields.find((one) => entryKindOf(one) === kind && values[one.name] !== undefined)
  const given = field ? [values[field.name]].flat().map(String) : []
  const sentence = await whyNobodys(context, thing)
  return askForNear(context, { kind, name, given, field: field?.name ?? userField, sentence })
}

async function whyNobodys({ store }: NamingContext, thing: Thing): Promise<string> {
  const { kind, id } = thing
  const name = nameInSentence(thing.name)
  const [known] = await directoryEntries(store, [{ kind, id }])
  if (known) return `The bot does not know yet whose ${name} is. Name the customer as well`
  const all = kindNames[kind][1]
  if (kind !== 'order' && !(await kindsNotWhole(store.db)).includes(kind))
    return `${name} is not one of your ${all}`
  return `${name} is not among the ${all} that have been read from CMR so far. If it is yours, name the customer as well, or try again in a few minutes`
}

/** Customers that a confirmation names. */
const NAMED = 5

/** Whose things a confirmation is about; mrkdwn. Nothing where they are nobody's, as a new domain. */
export async function customerLine(
  context: NamingContext,
  { userId, things }: Named,
): Promise<string | undefined> {
  const told = userId
    ? [userId]
    : (await Promise.all(things.map((one) => withOwner(context, one)))).map((one) => one.userId)
  const owners = [...new Set(told)].filter((id) => id !== undefined)
  if (owners.length === 0) return undefined
  const named = await Promise.all(owners.slice(0, NAMED).map((id) => customerCalled(context, id)))
  const names = namesUpTo([...named, ...owners.slice(NAMED)], NAMED)
  return `${owners.length === 1 ? 'Customer' : `*${owners.length} customers*`}: ${names}`
}

async function customerCalled(context: NamingContext, id: string): Promise<string> {
  const [row] = await directoryEntries(context.store, [{ kind: 'user', id }])
  if (row) return customer(row.name, emailOf(row), id)
  const { data } = await context.cmr.users.get({ query: { userId: id } })
  return customer(userName(data), data.email, id)
}

function customer(name: string, email: string | undefined, id: string): string {
  const address = email && email !== name ? `${escapeText(email)}, ` : ''
  return `*${escapeText(name)}* (${address}${code(id)})`
}

/** The kind that a field's picker lets people pick from, where CMR must know the thing already. */
export function entryKindOf({ picker }: Pick<Field, 'picker'>): EntryKind | undefined {
  return picker === undefined || picker === 'country' || picker === 'state' ? undefined : picker
}

/** The one customer whose things they are. @throws InputError where there are two */
function oneOwner(things: readonly Thing[], given: string | undefined, field: string): string | undefined {
  const owned = things.filter(({ userId }) => userId !== undefined)
  const [first] = owned
  const other = owned.find(({ userId }) => userId !== (given ?? first?.userId))
  if (!other) return given ?? first?.userId
  if (given)
    throw new InputError(
      field,
      `${nameInSentence(other.name)} belongs to another customer than the one you named.`,
    )
  throw new InputError(
    field,
    `${nameInSentence(first?.name ?? '')} and ${nameInSentence(other.name)} belong to different customers. Name things of one customer at a time.`,
  )
}

/** Returns whose some things are, each once; none where nobody knows whose one of them is: it could be anybody's. */
export function ownersOfAll(owners: readonly (string | null | undefined)[]): string[] {
  const known = owners.flatMap((id) => id ?? [])
  return known.length === owners.length ? [...new Set(known)] : []
}

/**
 * Returns the customers whose things somebody named, each once; undefined where nothing of a customer's was named, none
 * where nobody knows whose it is.
 */
export async function customersOf(
  context: NamingContext,
  schema: z.ZodObject,
  values: Readonly<Record<string, unknown>>,
): Promise<readonly string[] | undefined> {
  const { ids, userId, things } = await named(context, schema, values)
  const owners = (await Promise.all(things.map((one) => withOwner(context, one)))).map((one) => one.userId)
  // A thing whose owner nobody knows could be anybody's.
  if (owners.includes(undefined)) return []
  const userField = fieldsOf(schema).find(({ picker }) => picker === 'user')?.name
  const said = userId ?? (userField && ids[userField])
  const all = [...new Set([...owners, said])].filter((id) => typeof id === 'string')
  return all.length > 0 ? all : undefined
}
