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

/** Whose things an answer names, of all that CMR has: names of the others', and how many of the own. */
export function shownIn({ world, own }: Matrix, answer: string) {
  const rows = inStore(
    world,
    `select id, name, coalesce(user_id, id) as owner from directory_entries where kind in ('user', 'domain', 'mailbox')`,
  ) as unknown as Known[]
  const named = rows.filter(({ id, name }) =>
    new RegExp(`(?<![\\w.@-])(${RegExp.escape(name)}|${RegExp.escape(id)})(?![\\w.@-])`).test(answer),
  )
  const isOwn = ({ owner }: Known) => owner === own.user
  return {
    own: named.filter(isOwn).length,
    others: named.filter((one) => !isOwn(one)).map(({ name }) => name),
  }
}
