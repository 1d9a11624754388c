import { expect, test } from 'vitest'
import { section } from '../../src/slack/blocks.ts'
import { table, withoutTables } from '../../src/slack/table.ts'
import { limitsBroken } from '../support/limits.ts'

test('a workspace without tables reads the same rows as lines, all of them, within Slack’s limits', () => {
  const rows = Array.from({ length: 99 }, (_, at) => [
    'TXT',
    `host${at}`,
    `<!channel> ${'x'.repeat(250)}`,
    '',
  ])
  const blocks = [section('Records'), table(['Type', 'Host', 'Value', '#Priority'], rows)]
  const plain = withoutTables(blocks)
  expect(limitsBroken('message', { text: 'Records', blocks })).toEqual([])
  expect(limitsBroken('message', { text: 'Records', blocks: plain })).toEqual([])
  const text = JSON.stringify(plain)
  for (const [, host] of rows) expect(text).toContain(`Host ${host} ·`)
  expect(text).toContain('Priority –')
  expect(text).not.toContain('<!channel>')
})
