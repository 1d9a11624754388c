import { afterAll, beforeAll, expect, test } from 'vitest'
import { idOf } from '../../src/commands/command.ts'
import {
  cellsOf,
  commands,
  consequenceCells,
  differing,
  generalColumns,
  type Matrix,
  outsiderColumns,
  reachedBy,
  startMatrix,
} from '../access/matrix/matrix.ts'
import { leaksIn } from '../access/matrix/omar.ts'
import { differingForSome, enterForSome, someCustomersColumns } from '../access/matrix/some-customers.ts'

let matrix: Matrix
beforeAll(async () => {
  matrix = await startMatrix()
})
afterAll(() => matrix.close())

test.each([...generalColumns, ...outsiderColumns])(
  '$name may do by every door what the policy says, and what is refused reaches nobody',
  async (column) => {
    const person = await column.enter(matrix)
    const cells = commands.flatMap((command) => cellsOf(matrix, command, column.mayRun(command)))
    const refused = cells.filter(({ expected }) => expected === false)
    const reached = await reachedBy(matrix, async () =>
      expect(await differing(matrix, refused, { person, of: matrix.own, role: column.role })).toEqual([]),
    )
    const theirs = new Set(refused.map(({ command }) => idOf(command)))
    expect(reached.filter((endpoint) => theirs.has(endpoint))).toEqual([])
    const others = cells.filter(({ expected }) => expected !== false)
    expect(await differing(matrix, others, { person, of: matrix.own, role: column.role })).toEqual([])
  },
)

test.each(someCustomersColumns)('$name: by every door what the policy says', async (column) => {
  expect(await differingForSome(matrix, column)).toEqual([])
})

test.each(['operator', 'finance', 'admin'] as const)(
  '%s may do what follows from values as the policy says',
  async (role) => {
    const person = await matrix.giveOmar(role)
    expect(await differing(matrix, consequenceCells(matrix, role), { person, of: matrix.own, role })).toEqual(
      [],
    )
  },
)

test.each(['operator', 'finance', 'admin'] as const)(
  '%s for one customer may do there what follows from values, and nothing of it for another one',
  async (role) => {
    const person = await enterForSome(matrix, { general: 'none', role })
    const cells = consequenceCells(matrix, role).filter(({ command }) =>
      ['domains', 'dns', 'subscriptions'].includes(command.noun),
    )
    const who = { person, role, isForSome: true, leaks: leaksIn(matrix) }
    expect(await differing(matrix, cells, { ...who, of: matrix.own })).toEqual([])
    const refused = cells.map((cell) => ({ ...cell, expected: false }))
    expect(await differing(matrix, refused, { ...who, of: matrix.foreign })).toEqual([])
  },
)
