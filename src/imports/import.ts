import { z } from 'zod'
import type { Effect, RefusedItem } from '../cmr/endpoint.ts'
import { domain, userId } from '../cmr/endpoints/fields.ts'
import { refusalOf, refusalSentence } from '../cmr/items.ts'
import { type Command, InputError, type ItemAnswer, type Outcome } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { named } from '../directory/names/named.ts'
import type { Price } from '../resources/prices.ts'
import type { GoodRow, RowFault } from './columns.ts'

/** One request, made of one row or of several. */
export interface Item {
  /** The lines of the file that it is made of. */
  readonly numbers: readonly number[]
  /** Of the command that sends it. */
  readonly input: Readonly<Record<string, unknown>>
}

/** What rows have become. */
export interface ImportPlan {
  readonly items: readonly Item[]
  /** What only all rows together, or CMR's data, can tell. */
  readonly faults: readonly RowFault[]
  /** Of all items together, where it is charged. */
  readonly price?: Price
}

/**
 * A CSV that becomes many requests: its columns, and the command that sends each. The command that takes the file,
 * its preview, the run, its message and the outcome all follow from it.
 */
export interface Import<Columns extends z.ZodObject = z.ZodObject> {
  /** `noun.verb` of the command that takes the file; the name of its runs. */
  readonly id: string
  /** The form's title, at most 24 characters. */
  readonly summary: string
  readonly effect: Effect
  /** What a row holds: `.meta({ label, example, also })`. */
  readonly columns: Columns
  /** How rows become what is sent, where that is not one by one; mrkdwn. */
  readonly explains?: string
  /** Carries out one item. */
  readonly sends: Command
  /** Names into ids, rows that belong together, rows that come twice. Throws CmrError as CMR answers. */
  plan(context: CommandContext, rows: readonly GoodRow<z.output<Columns>>[]): Promise<ImportPlan>
  /** What CMR calls what came of an item. */
  resultId?(outcome: Outcome): string | undefined
  /** What each row of an input is about, as CMR names it, where it may refuse some rows of a request and not others. */
  rowNames?(input: Readonly<Record<string, unknown>>): readonly string[]
  /** The input with these of its rows only, where CMR answers for each row. */
  narrow?(input: Readonly<Record<string, unknown>>, rows: readonly number[]): Record<string, unknown>
}

/** Declares an import; the type of `columns` flows into `gather`. */
export function importOf<Columns extends z.ZodObject>(declaration: Import<Columns>): Import {
  return declaration as unknown as Import
}

/**
 * Rows of which an earlier one is the same thing.
 * @param keyOf what makes two rows the same
 * @returns those that may be sent, and a fault for each of the others
 */
export function onlyOnce<Row extends GoodRow<unknown>>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  said: (row: Row, first: number) => Omit<RowFault, 'number'>,
): { once: Row[]; faults: RowFault[] } {
  const first = new Map<string, number>()
  const once: Row[] = []
  const faults: RowFault[] = []
  for (const row of rows) {
    const seen = first.get(keyOf(row))
    if (seen === undefined) {
      first.set(keyOf(row), row.number)
      once.push(row)
    } else faults.push({ number: row.number, ...said(row, seen) })
  }
  return { once, faults }
}

/**
 * What CMR's answer says of one row, by what the row is about. "In bulk each item has its own success or 'Rate limit
 * exceeded' inside a 200" ("Update mailbox details"). A row that CMR did not refuse was taken.
 */
export function itemAnswer(refused: readonly RefusedItem[], name: string): ItemAnswer {
  const reason = refusalOf(refused, name)
  const nameless = refused.find(({ names }) => names.length === 0)
  if (reason === undefined && nameless)
    return {
      ok: false,
      isUnsure: true,
      said: `${refusalSentence(nameless.reason)} It did not say of which row.`,
    }
  if (reason === undefined) return { ok: true }
  return { ok: false, said: refusalSentence(reason), later: /rate limit/i.test(reason) }
}

interface Owned {
  readonly userId?: string | undefined
  readonly domain: string
}

/** Rows with the id of their customer. */
export interface KnownCustomers<Row> {
  readonly known: readonly { readonly row: Row; readonly userId: string }[]
  readonly faults: readonly RowFault[]
}

const owner = z.object({ userId: userId.optional(), domain: domain.optional() })

/**
 * Whose each row is: of the user it names, else of whoever has its domain. Everybody is looked up once.
 * @throws CmrError as CMR answers
 */
export async function customersOf<Row extends GoodRow<Owned>>(
  context: CommandContext,
  rows: readonly Row[],
): Promise<KnownCustomers<Row>> {
  const found = new Map<string, string | Omit<RowFault, 'number'>>()
  const known: { row: Row; userId: string }[] = []
  const faults: RowFault[] = []
  for (const row of rows) {
    const said = row.values.userId ? { userId: row.values.userId } : { domain: row.values.domain }
    const key = JSON.stringify(said).toLowerCase()
    const customer = found.get(key) ?? (await customerOf(context, said))
    found.set(key, customer)
    if (typeof customer === 'string') known.push({ row, userId: customer })
    else faults.push({ number: row.number, ...customer })
  }
  return { known, faults }
}

/** The customer's id, or what is wrong with what was said. */
async function customerOf(
  context: CommandContext,
  said: { userId: string } | { domain: string },
): Promise<string | Omit<RowFault, 'number'>> {
  const column = 'userId' in said ? 'Customer' : 'Domain'
  try {
    const { ids } = await named(context, owner, said)
    return typeof ids.userId === 'string'
      ? ids.userId
      : { column, reason: 'The bot does not know whose this is. Add a column “Customer”.' }
  } catch (error) {
    if (error instanceof InputError) return { column, reason: error.message }
    throw error
  }
}
