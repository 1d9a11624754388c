import { afterAll, beforeAll, expect, test } from 'vitest'
import { check } from '../../src/commands/check.ts'
import { idOf } from '../../src/commands/command.ts'
import { eventually } from '../support/eventually.ts'
import {
  cellsOf,
  commandOf,
  commands,
  consequenceCells,
  differing,
  generalColumns,
  type Matrix,
  outsiderColumns,
  startMatrix,
  unfit,
} from './matrix/matrix.ts'
import { roles } from './matrix/policy.ts'
import { differingForSome, enterForSome, someCustomersColumns, wrongOnPage } from './matrix/some-customers.ts'

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

/** Whoever may run them takes away Ana's route, which the other tests name. */
const endsRoute = ['alerts.remove', 'unsubscribe.show']

test.each(columns)('$name may do what the policy says', async (column) => {
  const person = await column.enter(matrix)
  const sampled = commands.flatMap((command, at) => (column.isSampled(command, at) ? [command] : []))
  const cells = sampled.flatMap((command, at) => {
    const may = column.mayRun(command)
    if (may && endsRoute.includes(idOf(command))) return []
    const all = cellsOf(matrix, command, may)
    return all.slice((at + columns.indexOf(column)) % all.length).slice(0, 1)
  })
  expect(await differing(matrix, cells, { person, of: matrix.own, role: column.role })).toEqual([])
})

test.each(someCustomersColumns)('$name: what the policy says', async (column) => {
  const shift = someCustomersColumns.indexOf(column)
  const isTried = (at: number) => at % someCustomersColumns.length === shift
  expect(await differingForSome(matrix, column, { isTried, shift })).toEqual([])
})

test.each(['operator', 'finance', 'admin'] as const)(
  '%s may do what follows from values as the policy says',
  async (role) => {
    const person = await matrix.giveOmar(role)
    const cells = consequenceCells(matrix, role).filter((_, at) => at % 5 === 0)
    expect(await differing(matrix, cells, { person, of: matrix.own, role })).toEqual([])
  },
)

test.each(roles)(
  '%s is offered nothing that the role does not allow, in App Home, help and the launcher',
  async (role) => {
    const { world, giveOmar, doors, attempt, own } = matrix
    const person = await giveOmar(role)
    await world.interactions.openHome(person)
    const home = await eventually(() => {
      const shown = JSON.stringify(world.home(person) ?? '')
      expect(shown.includes(':no_entry:')).toBe(role === 'none')
      expect(shown).toMatch(role === 'admin' ? /Create customer/ : /no_entry|Refresh/)
      return shown
    })
    expect(unfit(home, role)).toEqual([])
    const help = await doors.all['slash command']?.(attempt(person, commandOf('help.show'), own))
    const said = (noun: string) => String(help).includes(`\`${noun}\`  `)
    expect(said('users')).toBe(role !== 'none')
    expect(said('unfreeze')).toBe(role === 'admin')
    expect(said('freeze')).toBe(['operator', 'finance', 'admin'].includes(role))
  },
)

test.each(someCustomersColumns.filter(({ general, of }) => general === 'none' && of === 'own'))(
  'App Home, help and the launcher: $name',
  async (column) => {
    const { world, doors, attempt, own } = matrix
    const person = await enterForSome(matrix, column)
    await world.interactions.openHome(person)
    const home = await eventually(() => {
      const shown = JSON.stringify(world.home(person) ?? '')
      expect(shown).toContain('Only your customers are shown')
      return shown
    })
    expect(wrongOnPage(matrix, home, column.role)).toEqual({ offers: [], leaks: [] })
    for (const id of ['help.show', 'find.show']) {
      const page = await doors.all['slash command']?.(attempt(person, commandOf(id), own))
      expect(wrongOnPage(matrix, String(page), column.role)).toEqual({ offers: [], leaks: [] })
    }
    // Home was another role's a moment ago.
    await world.interactions.close(person)
  },
)
