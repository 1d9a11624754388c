import { inStore } from '../../support/alerts.ts'
import { commandOf, type Matrix } from './matrix.ts'

/** Asks by slash command. @returns the answer as one text */
export function asking(matrix: Matrix, person: string, id: string, values: Record<string, string> = {}) {
  const run = matrix.doors.all['slash command']
  if (!run) throw new Error('There is no slash command')
  return run({ person, command: commandOf(id), values })
}

interface Known {
  readonly id: string
  readonly name: string
  readonly owner: string
}

/** Everything that CMR has, with what finds its name or id in a text. */
function everything({ world }: Matrix) {
  const rows = inStore(
    world,
    `select id, name, coalesce(user_id, id) as owner from directory_entries where kind in ('user', 'domain', 'mailbox')`,
  ) as unknown as Known[]
  return rows.map((row) => ({
    ...row,
    named: new RegExp(`(?<![\\w.@-])(${RegExp.escape(row.name)}|${RegExp.escape(row.id)})(?![\\w.@-])`),
  }))
}

/** Whose things an answer names: names of the others', and how many of the own. */
export function shownIn(matrix: Matrix, answer: string) {
  const named = everything(matrix).filter((one) => one.named.test(answer))
  const isOwn = ({ owner }: Known) => owner === matrix.own.user
  return {
    own: named.filter(isOwn).length,
    others: named.filter((one) => !isOwn(one)).map(({ name }) => name),
  }
}

/** Finds names of other customers' things that an answer tells whoever did not give them. */
export function leaksIn(matrix: Matrix) {
  const others = everything(matrix).filter(({ owner }) => owner !== matrix.own.user)
  return (answer: string, values: Readonly<Record<string, string>>): string[] => {
    const given = Object.values(values)
    return others
      .filter(({ id, name, named }) => !given.includes(id) && !given.includes(name) && named.test(answer))
      .map(({ name }) => name)
  }
}
