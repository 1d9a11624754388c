import type { CommandContext } from '../commands/context.ts'
import { customerNames } from '../directory/names/customer-names.ts'
import { directoryEntries, type EntryKind } from '../directory/store/rows.ts'

type Row = Readonly<Record<string, unknown>>

/** An id that nobody reads: the column of its name stands beside it. */
interface NameColumn {
  readonly column: string
  /** A row that has one of these says the name already. */
  readonly unless: readonly string[]
  names(ids: readonly string[]): Promise<ReadonlyMap<string, string | null>>
}

/** Pages of CMR's users that are read for the names of those whom the bot does not know yet. */
const PAGES = 100

/**
 * Returns rows with names beside ids: the customer's beside a userId, the domain beside a subscriptionId, the address beside
 * a mailboxId. Rows that say them already stay as they are.
 */
export async function withNames(context: CommandContext, rows: readonly Row[]): Promise<readonly Row[]> {
  const users = (ids: readonly string[]) => customerNames(context, ids, { pages: PAGES, priority: 'bulk' })
  const things = (kind: EntryKind, read: 'domain' | 'name') => async (ids: readonly string[]) => {
    const entries = await directoryEntries(
      context.store,
      ids.map((id) => ({ kind, id })),
    )
    return new Map(entries.map((entry) => [entry.id, entry[read]]))
  }
  const ids: Readonly<Record<string, NameColumn>> = {
    userId: { column: 'customer', unless: ['customer', 'company'], names: users },
    user_id: { column: 'customer', unless: ['customer', 'company'], names: users },
    subscriptionId: {
      column: 'domain',
      unless: ['domain', 'domainName', 'email'],
      names: things('subscription', 'domain'),
    },
    mailboxId: { column: 'email', unless: ['email'], names: things('mailbox', 'name') },
  }
  let named = rows
  for (const [id, one] of Object.entries(ids)) named = await namedBeside(named, id, one)
  return named
}

async function namedBeside(rows: readonly Row[], id: string, { column, unless, names }: NameColumn) {
  const lacks = (row: Row) => typeof row[id] === 'string' && unless.every((name) => row[name] === undefined)
  const wanted = new Set(rows.filter(lacks).map((row) => String(row[id])))
  if (wanted.size === 0) return rows
  const known = await names([...wanted])
  return rows.map((row) =>
    lacks(row)
      ? Object.fromEntries(
          Object.entries(row).flatMap(([name, value]) =>
            name === id
              ? [
                  [column, known.get(String(value)) ?? ''],
                  [name, value],
                ]
              : [[name, value]],
          ),
        )
      : row,
  )
}
