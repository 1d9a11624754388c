import type { z } from 'zod'
import { check } from '../commands/check.ts'
import { type Field, fieldsOf } from '../commands/field.ts'
import { CsvFault, type Sheet } from '../commands/given-files.ts'
import { didYouMean } from '../commands/registry.ts'

/** Something wrong with one row. */
export interface RowFault {
  /** The line of the file. */
  readonly number: number
  /** The column as people call it; none for what is wrong with the row as a whole. */
  readonly column?: string | undefined
  readonly reason: string
}

/** A row that is right in itself. */
export interface GoodRow<Values = Record<string, unknown>> {
  readonly number: number
  readonly values: Values
}

/** A file held against the columns it should have. */
export interface CheckedSheet<Values> {
  readonly good: readonly GoodRow<Values>[]
  readonly faults: readonly RowFault[]
  /** Every row as it was given: line → column → text. */
  readonly given: ReadonlyMap<number, Readonly<Record<string, string>>>
  /** Columns of the file that mean nothing here. */
  readonly ignored: readonly string[]
}

/**
 * Finds the columns by name or label, however they are spelled, and checks every row.
 * @param columns what a row holds; other names of a column in `.meta({ also: ['firm'] })`
 * @throws CsvFault where a column that is needed is missing, or comes twice
 */
export function checkSheet<Columns extends z.ZodObject>(
  columns: Columns,
  sheet: Sheet,
): CheckedSheet<z.output<Columns>> {
  const fields = fieldsOf(columns)
  const places = placesOf(fields, columns, sheet.header)
  const ignored = sheet.header.filter((name, at) => name !== '' && !places.includes(at))
  const good: GoodRow<z.output<Columns>>[] = []
  const faults: RowFault[] = []
  const given = new Map<number, Readonly<Record<string, string>>>()

  for (const { number, cells } of sheet.rows) {
    const values = Object.fromEntries(
      fields.map(({ name }, at) => [name, asWritten(cells[places[at] ?? -1] ?? '')]),
    )
    given.set(number, values)
    if (cells.length > sheet.header.length) {
      const reason = `It has ${cells.length} cells, but there are ${sheet.header.length} columns. Put cells that contain the separator in quotes.`
      faults.push({ number, reason })
      continue
    }
    const checked = check(columns, values)
    if (checked.ok) good.push({ number, values: checked.input as z.output<Columns> })
    else {
      for (const [name, reason] of Object.entries(checked.errors)) {
        faults.push({ number, column: fields.find((field) => field.name === name)?.label, reason })
      }
    }
  }
  return { good, faults, given, ignored }
}

/** Our own files, and Excel's, put an apostrophe before what would otherwise be a formula. */
function asWritten(cell: string): string {
  return cell.replace(/^'(?=[=+\-@＝＋－＠\t\r])/u, '')
}

/** Where each field stands in the file; -1 for an optional one that it does not have. */
function placesOf(fields: readonly Field[], columns: z.ZodObject, header: readonly string[]): number[] {
  const spelled = header.map(spelling)
  const twice = header.find((name, at) => name && spelled.indexOf(spelling(name)) !== at)
  if (twice) throw new CsvFault(`The column “${twice}” is there twice.`)
  const places = fields.map((field) => {
    const also = (columns.shape[field.name]?.meta()?.also ?? []) as readonly string[]
    const names = [field.name, field.label, ...also].map(spelling)
    return spelled.findIndex((name) => names.includes(name))
  })
  const missing = fields.filter(({ required }, at) => required && places[at] === -1)
  if (missing.length > 0) throw new CsvFault(missingColumns(missing, header, places))
  return places
}

function missingColumns(
  missing: readonly Field[],
  header: readonly string[],
  places: readonly number[],
): string {
  const unknown = header.filter((name, at) => name && !places.includes(at))
  const named = missing.map(({ label }) => `“${label}”`).join(', ')
  const near = unknown.flatMap((name) => {
    const guess = didYouMean(
      name,
      missing.map(({ label }) => label.toLowerCase()),
    )
    return guess ? [`“${name}”:${guess}`] : []
  })
  const which =
    missing.length === 1 ? `The column ${named} is missing` : `These columns are missing: ${named}`
  const has = `the first line of the file has ${header.map((name) => `“${name}”`).join(', ')}`
  return `${which}; ${has}.${near.length ? ` ${near.join(' ')}` : ''}`
}

/** "First name", "first_name" and "FirstName" are the same column. */
function spelling(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
