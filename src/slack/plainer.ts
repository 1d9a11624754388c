import type { KnownBlock } from '@slack/types'
import { withoutCharts } from './chart.ts'
import { withoutDataTables, withoutTables } from './table.ts'

/**
 * Returns the same blocks for workspaces that lack Slack's newer ones, which refuse a message as a whole: without
 * charts, without data tables, without both, and without any table. Those that change nothing are left out.
 */
export function plainerBlocks(blocks: readonly KnownBlock[]): KnownBlock[][] {
  const plainer = [withoutCharts(blocks), withoutDataTables(blocks)]
  const both = withoutDataTables(withoutCharts(blocks))
  const seen = new Set([JSON.stringify(blocks)])
  return [...plainer, both, allText(blocks)].filter((some) => {
    const text = JSON.stringify(some)
    return !seen.has(text) && seen.add(text)
  })
}

/** The same blocks with every chart and table as lines of text: modals take neither. */
export function allText(blocks: readonly KnownBlock[]): KnownBlock[] {
  return withoutTables(withoutCharts(blocks))
}
