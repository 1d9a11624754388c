import type { KnownBlock, TableBlock } from '@slack/types'
import { cut, escapeText, section } from './blocks.ts'

/** "Table block": 100 rows with the heading, and one table a message. */
export const tableRows = 99

/**
 * A table of plain text, the heading first. What is empty is shown as a dash: Slack takes no empty cell.
 * @param heading of each column; those that begin with `#` are numbers, set to the right
 */
export function table(heading: readonly string[], rows: readonly (readonly unknown[])[]): TableBlock {
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
  return blocks.flatMap((block) => (block.type === 'table' ? lines(block) : [block]))
}

function lines({ rows }: TableBlock): KnownBlock[] {
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
