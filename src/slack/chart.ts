import type { KnownBlock } from '@slack/types'
import { cut } from './blocks.ts'
import { type TableRow, table } from './table.ts'

/** "Data visualization block": characters of a title and of a category, categories of an axis, series. */
const chartLimits = { title: 50, category: 20, categories: 20, series: 6 }

/** A line of numbers over the same categories as the others of its chart. */
export interface ChartSeries {
  readonly name: string
  /** One for each category. */
  readonly values: readonly number[]
}

/** Slack's block, which its types do not know yet. */
interface ChartBlock {
  readonly type: 'data_visualization'
  readonly title: string
  readonly chart: {
    readonly type: 'line'
    readonly series: readonly {
      readonly name: string
      readonly data: readonly { readonly label: string; readonly value: number }[]
    }[]
    readonly axis_config: { readonly categories: readonly string[]; readonly y_label?: string }
  }
}

/** Returns a chart of lines, which Slack draws itself; a workspace that has none yet refuses it (`withoutCharts`). */
export function lineChart(chart: {
  readonly title: string
  readonly unit?: string
  /** At most twenty, each different. */
  readonly categories: readonly string[]
  readonly series: readonly ChartSeries[]
}): KnownBlock {
  const categories = chart.categories
    .slice(0, chartLimits.categories)
    .map((one) => cut(one, chartLimits.category))
  const block: ChartBlock = {
    type: 'data_visualization',
    title: cut(chart.title, chartLimits.title),
    chart: {
      type: 'line',
      series: chart.series.slice(0, chartLimits.series).map(({ name, values }) => ({
        name,
        data: categories.map((label, at) => ({ label, value: values[at] ?? 0 })),
      })),
      axis_config: { categories, ...(chart.unit && { y_label: chart.unit }) },
    },
  }
  return block as unknown as KnownBlock
}

const isChart = (block: unknown): block is ChartBlock =>
  (block as { readonly type: string }).type === 'data_visualization'

/** The same blocks with each chart's numbers as a table, a row for each category. */
export function withoutCharts(blocks: readonly KnownBlock[]): KnownBlock[] {
  return blocks.map((block) => (isChart(block) ? numbersOf(block) : block))
}

function numbersOf({ title, chart }: ChartBlock): KnownBlock {
  const rows = chart.axis_config.categories.map(
    (category, at): TableRow => [category, ...chart.series.map(({ data }) => data[at]?.value.toFixed(2))],
  )
  return table([title, ...chart.series.map(({ name }) => `#${name}`)], rows)
}
