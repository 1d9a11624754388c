import { distance } from 'fastest-levenshtein'
import { AmbiguousError, InputError } from '../../commands/command.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import { nameInSentence } from '../../slack/blocks.ts'
import { kindNames, namesUpTo, thingLabel } from '../find/labels.ts'
import { directoryEntries, type EntryKind } from '../store/rows.ts'
import { searchDirectory } from '../store/search.ts'
import { spelled } from '../store/spelling.ts'
import type { NamingContext, Thing } from './lookups.ts'

export async function severalCalled(
  context: NamingContext,
  kind: EntryKind,
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

async function labelsFor({ store }: NamingContext, kind: EntryKind, things: readonly Thing[]) {
  const rows = await directoryEntries(
    store,
    things.map(({ id }) => ({ kind, id })),
  )
  const known = new Map(rows.map((row) => [row.id, thingLabel(row)]))
  const told = (thing: Thing) => [thing.name, thing.status, kind === 'user' ? undefined : thing.id]
  return things.map((thing) => known.get(thing.id) ?? told(thing).filter(Boolean).join(' · '))
}

/** Nothing is called that: what is called nearly that, where there is something. */
export function nothingCalled(
  context: NamingContext,
  kind: EntryKind,
  name: string,
  given: readonly string[],
  field: string,
): Promise<InputError> {
  const sentence = `No ${kindNames[kind][0]} is called “${name}”`
  return askForNear(context, { kind, name, given, field, sentence })
}

/** A name that leads nowhere, and what it leads to no more than a person can tell. */
interface Stray {
  readonly kind: EntryKind
  readonly name: string
  /** All that the field was given. */
  readonly given: readonly string[]
  readonly field: string
  /** Why it leads nowhere, without its full stop. */
  readonly sentence: string
}

/** What is written nearly so, to choose from, where there is something. */
export async function askForNear(
  context: NamingContext,
  { kind, name, given, field, sentence }: Stray,
): Promise<InputError> {
  const { store } = context
  const customers = await customersOfCaller(context)
  const { rows } = await searchDirectory(store, { text: name, kinds: [kind], customers, limit: 10 })
  const near = rows.length > 0 ? rows : await nearest(store, kind, name, customers)
  if (near.length === 0) return new InputError(field, `${sentence}. Search with /cmr find.`)
  const choices = near.map((row) => ({ label: thingLabel(row), value: row.id }))
  return asking(field, `${sentence}. Similar names`, choices, name, given)
}

/** Names that differ by a few letters: they begin alike or, of addresses, stand on the same domain. */
async function nearest(
  store: NamingContext['store'],
  kind: EntryKind,
  name: string,
  customers: readonly string[] | undefined,
) {
  const words = spelled(name)
  const [, host] = name.split('@')
  const text = kind === 'mailbox' && host ? host : words.slice(0, 3)
  const { rows } = await searchDirectory(store, { text, kinds: [kind], customers, limit: 200 })
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
  const labels = choices.map(({ label }) => nameInSentence(label))
  const instead = (value: string) => given.map((one) => (one === name ? value : one)).join(' ')
  return new AmbiguousError(
    field,
    `${sentence}: ${namesUpTo(labels, 5, '; ')}. Which one?`,
    choices.map(({ label, value }) => ({ label, value: instead(value) })),
  )
}
