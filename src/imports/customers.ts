import { z } from 'zod'
import { domain, userId } from '../cmr/endpoints/fields.ts'
import { InputError } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { named } from '../directory/names/named.ts'
import type { GoodRow, RowFault } from './columns.ts'

interface Owned {
  readonly userId?: string | undefined
  readonly domain: string
}

/** Rows with the id of their customer. */
export interface KnownCustomers<Row> {
  readonly known: readonly { readonly row: Row; readonly userId: string }[]
  readonly faults: readonly RowFault[]
}

const owner = z.object({ userId: userId.optional(), domain: domain.optional() })

/**
 * Whose each row is: of the user it names, else of whoever has its domain. Everybody is looked up once.
 * @throws CmrError as CMR answers
 */
export async function customersOf<Row extends GoodRow<Owned>>(
  context: CommandContext,
  rows: readonly Row[],
): Promise<KnownCustomers<Row>> {
  const found = new Map<string, string | Omit<RowFault, 'number'>>()
  const known: { row: Row; userId: string }[] = []
  const faults: RowFault[] = []
  for (const row of rows) {
    const said = row.values.userId ? { userId: row.values.userId } : { domain: row.values.domain }
    const key = JSON.stringify(said).toLowerCase()
    const customer = found.get(key) ?? (await customerOf(context, said))
    found.set(key, customer)
    if (typeof customer === 'string') known.push({ row, userId: customer })
    else faults.push({ number: row.number, ...customer })
  }
  return { known, faults }
}

/** The customer's id, or what is wrong with what was said. */
async function customerOf(
  context: CommandContext,
  said: { userId: string } | { domain: string },
): Promise<string | Omit<RowFault, 'number'>> {
  const column = 'userId' in said ? 'Customer' : 'Domain'
  try {
    const { ids } = await named(context, owner, said)
    return typeof ids.userId === 'string'
      ? ids.userId
      : { column, reason: 'The bot does not know whose this is. Add a column “Customer”.' }
  } catch (error) {
    if (error instanceof InputError) return { column, reason: error.message }
    throw error
  }
}
