import { stringify } from 'csv-stringify/sync'
import { dropCredentials } from '../cmr/redact.ts'

/** A cell that a spreadsheet would take for a formula. */
const formula = /^[=+\-@\t\r]/
/** A negative number or a telephone number looks like a formula but is safe. */
const number = /^[+-]?[\d\s.,]+$/

/**
 * Rows as a CSV file: every column that any row has, in the order in which they first appear. Credentials are left
 * out; what a spreadsheet would run as a formula is written as text.
 * @param header the columns that come first, even where no row has them
 */
export function csvOf(
  rows: readonly Readonly<Record<string, unknown>>[],
  header: readonly string[] = [],
): string {
  const flat = rows.map((row) => flattened(dropCredentials(row) as Record<string, unknown>))
  const columns = [...new Set([...header, ...flat.flatMap((row) => Object.keys(row))])]
  const records = flat.map((row) => columns.map((column) => cellOf(row[column])))
  // Excel takes a file for UTF-8 only where it begins so.
  return stringify([columns, ...records], { bom: true, record_delimiter: 'windows' })
}

/** `{ warmup: { status } }` becomes `warmup.status`. */
function flattened(row: Readonly<Record<string, unknown>>, before = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(flattened(value as Record<string, unknown>, `${before}${name}.`))
        : [[before + name, value]],
    ),
  )
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = Array.isArray(value)
    ? value.every((one) => typeof one !== 'object')
      ? value.join(' ')
      : JSON.stringify(value)
    : String(value)
  return formula.test(text) && !number.test(text) ? `'${text}` : text
}
