import { stringify } from 'csv-stringify/sync'
import { dropCredentials } from '../cmr/redact.ts'

/** Characters that begin a formula, in full width too. */
const formula = '=+\\-@＝＋－＠'
/**
 * Where a formula could begin: at the beginning, behind spaces and quotes too, and behind whatever a spreadsheet may
 * take for the end of a cell.
 */
const formulaStart = new RegExp(`(^|[,;|\\t\\r\\n])([\\s"'“”]*)(?=[${formula}])`, 'gu')
const begins = new RegExp(`^[${formula}\\t\\r]`, 'u')
/** A negative number or a telephone number looks like a formula but is safe. */
const number = /^[+-]?\d[\d\s().]*$/

/** A file for a spreadsheet, as it is shared. */
export interface SpreadsheetFile {
  readonly name: string
  readonly content: string
  /** Excel opens nothing else in columns and with its letters, in every country: it reads `sep=` only without UTF-8. */
  readonly encoding: 'utf16le'
}

/**
 * Rows as a CSV file: every column that any row has, in the order in which they first appear. Credentials are left
 * out; what a spreadsheet would run as a formula is written as text.
 */
export function csvFile(name: string, rows: readonly Readonly<Record<string, unknown>>[]): SpreadsheetFile {
  const flat = rows.map((row) => flattened(dropCredentials(row) as Record<string, unknown>))
  const columns = [...new Set(flat.flatMap((row) => Object.keys(row)))]
  const records = flat.map((row) => columns.map((column) => cellOf(row[column])))
  const content = stringify([columns.map(asText), ...records], {
    bom: true,
    delimiter: '\t',
    record_delimiter: 'windows',
  })
  return { name, content, encoding: 'utf16le' }
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
  return asText(text)
}

/** A cell in which nothing starts a formula, however it is taken apart. */
function asText(text: string): string {
  if (number.test(text)) return text
  const safe = text.replace(formulaStart, (start, before: string, between: string, at: number) =>
    isNumberAt(text, at + start.length) && before !== '' ? start : `${before}${between}'`,
  )
  return begins.test(safe) ? `'${safe}` : safe
}

/** Whether a number stands there, until the next separator. */
function isNumberAt(text: string, at: number): boolean {
  return number.test(/^[^,;|\t\r\n]*/.exec(text.slice(at))?.[0].trimEnd() ?? '')
}
