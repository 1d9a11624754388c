import { fieldsOf } from './field.ts'
import type { Wanted } from './permissions.ts'

/** Returns whether whoever has a role for some customers only may run something at all: it names some, or narrows itself. */
export function isForSomeCustomers({ input, customers }: Wanted): boolean {
  if (customers === 'everybodys') return false
  if (customers !== undefined || input === undefined) return true
  return fieldsOf(input).some(
    ({ picker }) => picker !== undefined && picker !== 'country' && picker !== 'state',
  )
}
