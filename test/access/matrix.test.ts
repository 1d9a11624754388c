import { afterAll, beforeAll, expect, test } from 'vitest'
import { idOf } from '../../src/commands/command.ts'
import { check } from '../../src/commands/field.ts'
import {
  cellsOf,
  commands,
  differing,
  generalColumns,
  type Matrix,
  outsiderColumns,
  startMatrix,
} from './matrix/matrix.ts'

// A sample: each command by one door in each column, another door in the next one. `test/chaos/matrix.test.ts` tries all.

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

test.each([...generalColumns, ...outsiderColumns])('$name may do what the policy says', async (column) => {
  const at = [...generalColumns, ...outsiderColumns].indexOf(column)
  const person = await column.enter(matrix)
  const cells = commands.flatMap((command, index) => {
    const all = cellsOf(matrix, command, column.mayRun(command))
    return all.slice((at + index) % all.length).slice(0, 1)
  })
  expect(await differing(matrix, cells, person, matrix.own)).toEqual([])
})
