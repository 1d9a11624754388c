import { afterAll, beforeAll, expect, test } from 'vitest'
import { idOf } from '../../src/commands/command.ts'
import { check } from '../../src/commands/field.ts'
import {
  cellsOf,
  commands,
  consequenceCells,
  differing,
  generalColumns,
  type Matrix,
  outsiderColumns,
  startMatrix,
} from './matrix/matrix.ts'

// A sample: each command as the least who may run it and the highest who may not, and as one outsider, each by another
// door. `test/chaos/matrix.test.ts` tries everything.

let matrix: Matrix
beforeAll(async () => {
  matrix = await startMatrix()
})
afterAll(() => matrix.close())

test('the values of the matrix are some that each command takes', () => {
  const wrong = commands.flatMap((command) => {
    const checked = check(command.input, matrix.attempt('U1', command, matrix.own).values)
    return checked.ok ? [] : [{ command: idOf(command), ...checked.errors }]
  })
  expect(wrong).toEqual([])
})

const columns = [...generalColumns, ...outsiderColumns]

test.each(columns)('$name may do what the policy says', async (column) => {
  const person = await column.enter(matrix)
  const sampled = commands.flatMap((command, at) => (column.isSampled(command, at) ? [command] : []))
  const cells = sampled.flatMap((command, at) => {
    const all = cellsOf(matrix, command, column.mayRun(command))
    return all.slice((at + columns.indexOf(column)) % all.length).slice(0, 1)
  })
  expect(await differing(matrix, cells, person, matrix.own)).toEqual([])
})

test.each(['operator', 'finance', 'admin'] as const)(
  '%s may do what follows from values as the policy says',
  async (role) => {
    const person = await matrix.giveOmar(role)
    const cells = consequenceCells(matrix, role).filter((_, at) => at % 5 === 0)
    expect(await differing(matrix, cells, person, matrix.own)).toEqual([])
  },
)
