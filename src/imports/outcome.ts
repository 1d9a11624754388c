import { fieldsOf } from '../commands/field.ts'
import { csvFile, type SpreadsheetFile } from '../resources/csv.ts'
import type { RowFault } from './columns.ts'
import type { Import } from './import.ts'
import type { BulkRow } from './store/items.ts'
import type { ImportRun } from './store/runs.ts'

/** What became of a row, in the words of the outcome's column. */
const words: Readonly<Record<BulkRow['state'], string>> = {
  faulty: 'not sent: has errors',
  waiting: 'not sent',
  done: 'done',
  failed: 'failed',
  unknown: 'unknown: it may have happened',
}

/** The outcome of a run as a file: every row as it was given, what became of it, CMR's id, and why. */
export function outcomeFile(run: ImportRun, rows: readonly BulkRow[]): SpreadsheetFile {
  return csvFile(
    outcomeName(run),
    rows.map((row) => ({
      line: row.number,
      ...(JSON.parse(row.columns) as Record<string, string>),
      outcome: words[row.state],
      id: row.result_id,
      detail: row.detail,
    })),
  )
}

/** `users-import-1a2b3c4d.csv` */
function outcomeName(run: ImportRun): string {
  return `${run.import_id.replace('.', '-')}-${run.id}.csv`
}

/** Everything that is wrong with a file, by line. */
export function faultsFile(name: string, faults: readonly RowFault[]): SpreadsheetFile {
  return csvFile(
    `faults-in-${name}`,
    faults.map(({ number, column, reason }) => ({ line: number, column, reason })),
  )
}

/** A file to begin with: the columns as people call them, and one row as an example. */
export function templateFile({ id, columns }: Import): SpreadsheetFile {
  const fields = fieldsOf(columns)
  const example = Object.fromEntries(
    fields.map(({ label, example: given, choices }) => [label, given ?? choices[0] ?? '']),
  )
  return csvFile(`${id.replace('.', '-')}-template.csv`, [example])
}
