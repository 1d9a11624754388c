import { expect, test } from 'vitest'
import { section } from '../../src/slack/blocks.ts'
import { lineChart } from '../../src/slack/chart.ts'
import { allText, plainerBlocks, sendPlainest } from '../../src/slack/plainer.ts'
import { dataTable, table } from '../../src/slack/table.ts'
import { limitsBroken } from '../support/limits.ts'

const chart = lineChart({
  title: 'Wallet',
  categories: ['Dec 1', 'Dec 2'],
  series: [{ name: 'Left', values: [12.5, 3] }],
})
const renewals = dataTable(
  'What renews',
  ['Thing', 'Price'],
  [['acme.com', { value: 14.5, shown: '$14.50' }]],
)
const blocks = [section('What renews'), chart, renewals]
const kinds = (some: readonly { type: string }[]) => some.map(({ type }) => type).join(' ')

test('where a workspace lacks charts or data tables, the same numbers are a table or lines', () => {
  expect(limitsBroken('message', { text: 'x', blocks })).toEqual([])
  const plainer = plainerBlocks(blocks)
  expect(plainer.map(kinds)).toEqual([
    'section table data_table',
    'section data_visualization table',
    'section section table',
    'section section section',
  ])
  for (const some of plainer) {
    expect(limitsBroken('message', { text: 'x', blocks: some })).toEqual([])
    const text = JSON.stringify(some)
    for (const told of ['acme.com', '$14.50', 'Dec 2']) expect(text).toContain(told)
  }
  expect(JSON.stringify(plainer[0])).toContain('12.50')
  expect(JSON.stringify(allText(blocks))).toContain('*Dec 1*  Left 12.50')
})

test('a message without any is sent as it is, one with a plain table once more as lines', () => {
  expect(plainerBlocks([section('x')])).toEqual([])
  expect(plainerBlocks([table(['Thing'], [['acme.com']])]).map(kinds)).toEqual(['section'])
})

test('whatever blocks a workspace refuses, the text of a message arrives; another refusal is not tried again', async () => {
  const refusal = (error: string) =>
    Object.assign(new Error(error), { code: 'slack_webapi_platform_error', data: { error } })
  const tried: string[] = []
  const refused: string[] = []
  await sendPlainest(
    { text: 'What renews', blocks: [section('What renews'), table(['Thing'], [['acme.com']])] },
    async ({ blocks }) => {
      tried.push(kinds(blocks))
      if (blocks.length > 0) throw refusal('invalid_blocks')
    },
    (error) => refused.push(error),
  )
  expect(tried).toEqual(['section table', 'section section', ''])
  expect(refused).toEqual(['invalid_blocks', 'invalid_blocks'])
  let times = 0
  const sending = sendPlainest({ text: 'x', blocks: [section('x'), chart] }, async () => {
    times++
    throw refusal('channel_not_found')
  })
  await expect(sending).rejects.toThrow('channel_not_found')
  expect(times).toBe(1)
})
