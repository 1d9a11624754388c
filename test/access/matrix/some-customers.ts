import { idOf } from '../../../src/commands/command.ts'
import { type Cell, cellsOf, commands, differing, type Matrix, unfit } from './matrix.ts'
import { leaksIn } from './omar.ts'
import { isAboutAll, isAtBorder, mayRun, mayRunForSome, type Role } from './policy.ts'

/** Somebody with a role for one customer only, who tries everything on a thing of that one, or of another one. */
export interface SomeCustomersColumn {
  readonly name: string
  readonly general: 'none' | 'viewer'
  readonly role: Role
  readonly of: 'own' | 'foreign'
}

export const someCustomersColumns: readonly SomeCustomersColumn[] = (
  [
    ['none', 'viewer'],
    ['none', 'operator'],
    ['none', 'finance'],
    ['none', 'admin'],
    ['viewer', 'operator'],
    ['viewer', 'admin'],
  ] as const
).flatMap(([general, role]) =>
  (['own', 'foreign'] as const).map((of) => ({
    name: `${role} for one, else ${general}: ${of}`,
    general,
    role,
    of,
  })),
)

/** Makes Omar into that. @returns his id */
export async function enterForSome(
  { giveOmar, own }: Matrix,
  { general, role }: Pick<SomeCustomersColumn, 'general' | 'role'>,
) {
  await giveOmar(general)
  return giveOmar(role, own)
}

/**
 * Tries every command by every request, with what the policy says of it.
 * @param sample picks some cells of a command, where not all are tried
 * @returns what differs from the policy
 */
export async function differingForSome(
  matrix: Matrix,
  column: SomeCustomersColumn,
  sample?: { readonly isTried: (at: number) => boolean; readonly shift: number },
) {
  const { general, role, of } = column
  const person = await enterForSome(matrix, column)
  const tried = commands.filter((command, at) => !sample || isAtBorder(role, command) || sample.isTried(at))
  const cells = tried.flatMap((command, at) => {
    const may = mayRun(general, command) || mayRunForSome(role, command, of === 'own')
    const isOffered =
      mayRun(general, command) || (mayRun(role, command) && !isAboutAll.includes(idOf(command)))
    const isPicker = ({ door }: Cell) => door.startsWith('picker ')
    const all = [
      ...cellsOf(matrix, command, may).filter((cell) => !isPicker(cell)),
      // A picker says nothing yet of whom it is about.
      ...cellsOf(matrix, command, isOffered).filter(isPicker),
    ]
    return sample ? all.slice((at + sample.shift) % all.length).slice(0, 1) : all
  })
  return differing(matrix, cells, {
    person,
    of: matrix[of],
    role,
    ...(general === 'none' && { isForSome: true, leaks: leaksIn(matrix) }),
  })
}

/** The buttons that a page offers to whoever may not use them, and names in it that they must not read. */
export function wrongOnPage(matrix: Matrix, page: string, role: Role) {
  return { offers: unfit(page, role, true), leaks: leaksIn(matrix)(page, {}) }
}
