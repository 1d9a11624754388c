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
const MAX_COLUMNS = 100
const MAX_CELL = 5000
/** Of a line, and of a record, which may be several lines. */
const MAX_LINE = 100_000
const delimiters = [',', ';', '\t']

/**
 * Reads a CSV: with or without a byte order mark, separated by commas, semicolons or tabs, in UTF-8, UTF-16 or
 * what Excel writes on Windows.
 * @throws CsvFault where it holds no rows, too many or too wide ones, or is no CSV
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
      `The file has more than ${MAX_ROWS} rows, which are the most at once. Split it into smaller ones.`,
    )
  }
  checkColumns(first.cells.length)
  for (const { number, cells } of [first, ...rows]) {
    const long = cells.find((cell) => cell.length > MAX_CELL)
    if (long === undefined) continue
    throw new CsvFault(
      `Line ${number} of the file has a cell of ${long.length} characters; ${MAX_CELL} are the most. A quote may be missing there.`,
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

/** Looks at the lines before the parser does, which takes a microsecond a character and more a cell. */
function checkWidth(text: string, delimiter: string) {
  for (const [at, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (at === 0) checkColumns(line.split(delimiter).length)
    if (line.length <= MAX_LINE) continue
    throw new CsvFault(
      `Line ${at + 1} of the file has ${line.length} characters; ${MAX_LINE} are the most. Is it a CSV file?`,
    )
  }
  if (text.split(delimiter).length > MAX_COLUMNS * MAX_ROWS)
    throw new CsvFault(`The file has more cells than ${MAX_ROWS} rows of ${MAX_COLUMNS} columns.`)
}

function checkColumns(count: number) {
  if (count <= MAX_COLUMNS) return
  throw new CsvFault(
    `The file has ${count} columns; ${MAX_COLUMNS} are the most. Keep those that the template names.`,
  )
}

function parsed(text: string): SheetRow[] {
  const delimiter = delimiterOf(text)
  checkWidth(text, delimiter)
  try {
    const records = parse(text, {
      bom: true,
      delimiter,
      info: true,
      max_record_size: MAX_LINE,
      relax_column_count: true,
      skip_empty_lines: true,
      // One more than are taken, below the header.
      to: MAX_ROWS + 2,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    // `lines` is where a record ends; one with line breaks in its cells began that many earlier.
    return records.map(({ record, info }) => ({
      number: info.lines - breaksIn(record),
      cells: record,
    }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    if (error.code === 'CSV_MAX_RECORD_SIZE')
      throw new CsvFault(`A row of the file has more than ${MAX_LINE} characters: a quote may be open.`)
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
