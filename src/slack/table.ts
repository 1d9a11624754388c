import type { DataTableBlock, KnownBlock, TableBlock } from '@slack/types'
import { cut, escapeText, section } from './blocks.ts'

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
  const text = (value: unknown) => ({
    type: 'raw_text' as const,
    text: cut(String(value ?? '') || '–', 300),
  })
  return {
    type: 'data_table',
    caption,
    page_size: 10,
    rows: [
      heading.map(text),
      ...rows
        .slice(0, dataTableRows)
        .map((row) =>
          row.map((cell) =>
            isNumber(cell)
              ? { type: 'raw_number' as const, value: cell.value, text: cell.shown }
              : text(cell),
          ),
        ),
    ],
  }
}

/**
 * A table of plain text, the heading first. What is empty is shown as a dash: Slack takes no empty cell.
 * @param heading of each column; those that begin with `#` are numbers, set to the right
 */
export function table(heading: readonly string[], rows: readonly TableRow[]): TableBlock {
  const cell = (text: unknown) => ({ type: 'raw_text' as const, text: cut(String(text ?? '') || '–', 300) })
  return {
    type: 'table',
    column_settings: heading.map((name) =>
      name.startsWith('#') ? { align: 'right' as const } : { is_wrapped: true },
    ),
    rows: [
      heading.map((name) => cell(name.replace('#', ''))),
      ...rows.slice(0, tableRows).map((row) => row.map(cell)),
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
  const sections: string[] = []
  for (const [first = '', ...rest] of body) {
    const line = `*${first}*  ${rest.map((text, at) => `${heading[at + 1]} ${text}`).join(' · ')}`
    const last = sections.at(-1)
    if (last !== undefined && last.length + line.length < 2900)
      sections[sections.length - 1] = `${last}\n${line}`
    else sections.push(line)
  }
  return sections.map((text) => section(text))
}
