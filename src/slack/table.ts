import type { DataTableBlock, KnownBlock, TableBlock } from '@slack/types'
import { cut, escapeText, sections } from './blocks.ts'

/** "Table block": 100 rows with the heading, and one table a message. */
export const tableRows = 99

/** The cells of a row: text, or a number with the text that people read. */
export type TableRow = readonly (unknown | DataNumber)[]

/** A number by which a table is sorted, and how it is shown. */
export interface DataNumber {
  readonly value: number
  readonly shown: string
}

const isNumber = (cell: unknown): cell is DataNumber =>
  typeof cell === 'object' && cell !== null && 'shown' in cell

/** "Data table block": rows with the heading. */
export const dataTableRows = 100

/** A table that readers sort and filter. @param caption what screen readers say first */
export function dataTable(
  caption: string,
  heading: readonly string[],
  rows: readonly TableRow[],
): DataTableBlock {
  return {
    type: 'data_table',
    caption,
    page_size: 10,
    rows: [heading.map(textCell), ...rows.slice(0, dataTableRows).map((row) => row.map(dataCell))],
  }
}

/** What is empty is shown as a dash: Slack takes no empty cell. */
function textCell(value: unknown) {
  return { type: 'raw_text' as const, text: cut(String(value ?? '') || '–', 300) }
}

function dataCell(cell: unknown) {
  return isNumber(cell)
    ? { type: 'raw_number' as const, value: cell.value, text: cell.shown }
    : textCell(cell)
}

/**
 * A table of plain text, the heading first.
 * @param heading of each column; those that begin with `#` are numbers, set to the right
 */
export function table(heading: readonly string[], rows: readonly TableRow[]): TableBlock {
  return {
    type: 'table',
    column_settings: heading.map((name) =>
      name.startsWith('#') ? { align: 'right' as const } : { is_wrapped: true },
    ),
    rows: [
      heading.map((name) => textCell(name.replace('#', ''))),
      ...rows.slice(0, tableRows).map((row) => row.map(textCell)),
    ],
  }
}

/** The same blocks for a workspace that has no tables yet: a line a row, its first cell in bold. */
export function withoutTables(blocks: readonly KnownBlock[]): KnownBlock[] {
  return blocks.flatMap((block) =>
    block.type === 'table' || block.type === 'data_table' ? lines(block) : [block],
  )
}

/** The same blocks for a workspace that has no data tables yet: the last is a plain table, the others are lines. */
export function withoutDataTables(blocks: readonly KnownBlock[]): KnownBlock[] {
  const last = blocks.findLastIndex(({ type }) => type === 'data_table')
  return blocks.flatMap((block, at) => {
    if (block.type === 'table' && last !== -1) return lines(block)
    if (block.type !== 'data_table') return [block]
    return at === last ? [plainTable(block)] : lines(block)
  })
}

function plainTable({ rows }: DataTableBlock): TableBlock {
  return {
    type: 'table',
    rows: rows
      .slice(0, tableRows + 1)
      .map((row) =>
        row.map((cell) => ({ type: 'raw_text' as const, text: 'text' in cell ? cell.text : '–' })),
      ),
  }
}

function lines({ rows }: TableBlock | DataTableBlock): KnownBlock[] {
  const [heading = [], ...body] = rows.map((row) =>
    row.map((cell) => ('text' in cell ? escapeText(cell.text) : '')),
  )
  return sections(
    body.map(
      ([first = '', ...rest]) =>
        `*${first}*  ${rest.map((text, at) => `${heading[at + 1]} ${text}`).join(' · ')}`,
    ),
  )
}
