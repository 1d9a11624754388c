import type { CommandContext } from '../commands/command.ts'
import { InputError } from '../commands/command.ts'
import { ownerOf } from '../commands/lookups.ts'
import { userNamed } from '../commands/names.ts'
import { userIdOf } from '../messages/users.ts'
import type { Fault, GoodRow } from './columns.ts'

interface Owned {
  readonly userId?: string | undefined
  readonly domain: string
}

/** Rows with the id of their customer. */
export interface Known<Row> {
  readonly known: readonly { readonly row: Row; readonly userId: string }[]
  readonly faults: readonly Fault[]
}

/**
 * Whose each row is: of the user it names, else of whoever has a subscription on its domain. Everybody is looked
 * up once.
 * @throws CmrError as CMR answers
 */
export async function customersOf<Row extends GoodRow<Owned>>(
  context: CommandContext,
  rows: readonly Row[],
): Promise<Known<Row>> {
  const found = new Map<string, string | Omit<Fault, 'number'>>()
  const known: { row: Row; userId: string }[] = []
  const faults: Fault[] = []
  for (const row of rows) {
    const { userId: named, domain } = row.values
    const key = named ? `user ${named.toLowerCase()}` : `domain ${domain.toLowerCase()}`
    const looked = found.get(key) ?? (named ? await byName(context, named) : await byDomain(context, domain))
    found.set(key, looked)
    if (typeof looked === 'string') known.push({ row, userId: looked })
    else faults.push({ number: row.number, ...looked })
  }
  return { known, faults }
}

async function byName(context: CommandContext, named: string) {
  try {
    return userIdOf(await userNamed(context, named))
  } catch (error) {
    if (error instanceof InputError) return { column: 'User', reason: error.message }
    throw error
  }
}

async function byDomain(context: CommandContext, domain: string) {
  const owner = await ownerOf(context, { kind: 'domain', id: domain.toLowerCase(), name: domain })
  return (
    owner ?? {
      column: 'Domain',
      reason: `CMR tells nobody who has a subscription on ${domain}. Name the user in a column “User”.`,
    }
  )
}
