import type { z } from 'zod'
import { code, escapeText } from '../../messages/blocks.ts'
import { emailOf } from '../../messages/mirrored.ts'
import { userName } from '../../messages/users.ts'
import { type MirrorKind, mirrorRows } from '../../store/mirror/rows.ts'
import { InputError } from '../command.ts'
import { type Field, fieldsOf } from '../field.ts'
import { thingsCalled } from './called.ts'
import { type NamingContext, ownerOf, type Thing } from './lookups.ts'

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
