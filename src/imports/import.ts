import type { z } from 'zod'
import type { Effect } from '../cmr/endpoint.ts'
import type { Command, Outcome } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
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
