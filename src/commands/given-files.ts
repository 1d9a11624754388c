import { CsvError, parse } from 'csv-parse/sync'
import type { SharedFile } from '../slack/files.ts'
import { InputError } from './command.ts'
import type { CommandContext } from './context.ts'
import { type DecodedText, decodeText, type Encoding, type EncodingDoubt } from './encoding.ts'

/** A file that somebody put into a field. @throws InputError where Slack does not give it */
export async function fileGiven({ files }: CommandContext, id: string, field: string): Promise<SharedFile> {
  return files.read(id).catch((error: unknown) => {
    throw new InputError(
      field,
      error instanceof Error ? error.message : 'Slack did not give the bot the file. Upload it again.',
    )
  })
}

/** A picture that somebody put into a field, with the type that it really is. @throws InputError for what is none */
export async function pictureGiven(context: CommandContext, id: string, field: string): Promise<SharedFile> {
  const file = await fileGiven(context, id, field)
  const type = pictureType(file.bytes)
  if (!type) throw new InputError(field, `${file.name} is not a JPEG or PNG file.`)
  return { ...file, type }
}

/** By its first bytes, whatever its name says. */
function pictureType(bytes: Uint8Array): string | undefined {
  if (begins(bytes, 0x89, 0x50, 0x4e, 0x47)) return 'image/png'
  return begins(bytes, 0xff, 0xd8, 0xff) ? 'image/jpeg' : undefined
}

function begins(bytes: Uint8Array, ...magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte)
}

/** A file as people's spreadsheets write it, taken apart. */
export interface Sheet {
  readonly header: readonly string[]
  readonly rows: readonly SheetRow[]
  /** Where its letters may be meant otherwise. */
  readonly doubt?: SheetDoubt | undefined
}

/** What a file may say, since it does not tell its encoding. */
export interface SheetDoubt extends EncodingDoubt {
  /** The whole file, as it was read. */
  readonly text: string
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
const delimiters = [',', ';', '\t', '|']

/**
 * Reads a CSV: with or without a byte order mark, separated by commas, semicolons, tabs or pipes, in UTF-8, UTF-16 or
 * what Excel writes on Windows.
 * @param chosen how its letters are meant, where the file does not say it
 * @throws CsvFault where it holds no rows, too many or too wide ones, or is no CSV
 */
export function readCsv(bytes: Uint8Array, chosen?: Encoding): Sheet {
  const { text, doubt } = textOfFile(bytes, chosen)
  const [first, ...others] = parsed(text)
  if (!first) throw new CsvFault('The file is empty. Its first line must name the columns.')
  const rows = others.filter(({ cells }) => cells.some((cell) => cell !== ''))
  if (rows.length === 0) throw new CsvFault('The file has column names, but no rows below them.')
  if (rows.length > MAX_ROWS) {
    throw new CsvFault(
      `The file has more than ${MAX_ROWS} rows, the most that one file may have. Split it into smaller files.`,
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
  return { header: first.cells, rows, doubt: doubt && { ...doubt, text } }
}

/**
 * The text of a file that people call a CSV.
 * @param chosen how its letters are meant, where the file does not say it
 * @throws CsvFault where it is too large, or no text
 */
export function textOfFile(bytes: Uint8Array, chosen?: Encoding): DecodedText {
  if (bytes.byteLength > MAX_BYTES) throw new CsvFault('The file is over 2 MB. Split it into smaller files.')
  const other = otherKind(bytes)
  if (other) throw new CsvFault(`This is ${other}, not a CSV file. In a spreadsheet, save it as “CSV UTF-8”.`)
  const decoded = decodeText(bytes, chosen)
  const { text } = decoded
  if (text.includes('\u0000'))
    throw new CsvFault('This is not a CSV file. In a spreadsheet, save it as “CSV UTF-8”.')
  if (text.includes('\uFFFD'))
    throw new CsvFault(`${lostAt(text)} Save the original as “CSV UTF-8” and upload that file.`)
  return decoded
}

/** What a file is by its first bytes, where people take it for a CSV. */
function otherKind(bytes: Uint8Array): string | undefined {
  if (begins(bytes, 0x50, 0x4b, 0x03, 0x04)) return 'an Excel workbook or another archive'
  if (begins(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return 'an old Excel workbook'
  return begins(bytes, 0x25, 0x50, 0x44, 0x46) ? 'a PDF' : undefined
}

/** Another program has put � in place of letters that it could not read. */
function lostAt(text: string): string {
  const at = text.indexOf('\uFFFD')
  const line = text.slice(0, at).split(/\r\n|\n|\r/).length
  return `Some letters were lost on line ${line} before you uploaded the file (“${/[^\r\n]*$/.exec(text.slice(0, at))?.[0].slice(-15)}�”).`
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
    `The file has ${count} columns; ${MAX_COLUMNS} are the most. Keep only those in the template.`,
  )
}

function parsed(whole: string): SheetRow[] {
  const { text, delimiter } = separated(whole)
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
      throw new CsvFault(`A row of the file has more than ${MAX_LINE} characters: a quote may not be closed.`)
    const line = typeof error.lines === 'number' ? ` around line ${error.lines}` : ''
    throw new CsvFault(
      `The file cannot be read${line}: a quote is not closed, or is in the middle of a cell.`,
    )
  }
}

function breaksIn(cells: readonly string[]): number {
  return cells.join('').match(/\r\n|\n|\r/g)?.length ?? 0
}

/** What Excel reads first: `sep=;`. */
const separatorLine = /^\uFEFF?"?sep=(.)"?[^\S\r\n]*(?=\r|\n|$)/i

/** What separates the cells, as the file says it, else what stands most often between the names of the columns. */
function separated(text: string): { text: string; delimiter: string } {
  const [line, said] = separatorLine.exec(text) ?? []
  // An empty line in its place, so that every row keeps its number.
  if (line !== undefined && said) return { text: text.slice(line.length), delimiter: said }
  const header = (/[^\r\n\uFEFF]+/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => header.split(delimiter).length
  return { text, delimiter: delimiters.toSorted((a, b) => count(b) - count(a))[0] ?? ',' }
}
