import { CsvError, parse } from 'csv-parse/sync'

/** A file as people's spreadsheets write it, taken apart. */
export interface Sheet {
  readonly header: readonly string[]
  readonly rows: readonly SheetRow[]
}

export interface SheetRow {
  /** The line of the file on which it begins; the header is line 1. */
  readonly number: number
  readonly cells: readonly string[]
}

/** A file that cannot be used at all; `message` is a sentence for the person who gave it. */
export class CsvFault extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'CsvFault'
  }
}

const MAX_BYTES = 2 * 1024 * 1024
const MAX_ROWS = 5000
const delimiters = [',', ';', '\t']

/**
 * Reads a CSV: with or without a byte order mark, separated by commas, semicolons or tabs, in UTF-8, UTF-16 or
 * what Excel writes on Windows.
 * @throws CsvFault where it holds no rows, too many, or is no CSV
 */
export function readCsv(bytes: Uint8Array): Sheet {
  if (bytes.byteLength > MAX_BYTES) throw new CsvFault('The file is over 2 MB. Split it into smaller ones.')
  const text = decoded(bytes)
  if (text.includes('\u0000'))
    throw new CsvFault('This is no CSV file. In a spreadsheet, save it as “CSV (UTF-8)”.')
  const [first, ...others] = parsed(text)
  if (!first) throw new CsvFault('The file is empty. Its first line has to name the columns.')
  const rows = others.filter(({ cells }) => cells.some((cell) => cell !== ''))
  if (rows.length === 0) throw new CsvFault('The file names columns, but there is no row below them.')
  if (rows.length > MAX_ROWS) {
    throw new CsvFault(
      `The file has ${rows.length} rows; ${MAX_ROWS} go at once. Split it into smaller ones.`,
    )
  }
  return { header: first.cells, rows }
}

function decoded(bytes: Uint8Array): string {
  const [one, two] = bytes
  if (one === 0xff && two === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (one === 0xfe && two === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function parsed(text: string): SheetRow[] {
  try {
    const records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    // `lines` is where a record ends; one with line breaks in its cells began that many earlier.
    return records.map(({ record, info }) => ({
      number: info.lines - breaksIn(record),
      cells: record,
    }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? ` around line ${error.lines}` : ''
    throw new CsvFault(`The file cannot be read${line}: a quote is open or in the middle of a cell.`)
  }
}

function breaksIn(cells: readonly string[]): number {
  return cells.join('').match(/\r\n|\n|\r/g)?.length ?? 0
}

/** What stands most often between the names of the columns. */
function delimiterOf(text: string): string {
  const header = (/^[^\r\n]*/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => header.split(delimiter).length
  return delimiters.toSorted((a, b) => count(b) - count(a))[0] ?? ','
}
