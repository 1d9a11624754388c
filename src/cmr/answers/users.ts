import type { z } from 'zod'
import { idText, row, text } from './values.ts'

/** A customer. CMR answers `userId` here and `id` there. */
export const user = row(
  {
    userId: text,
    email: text,
    company: text,
    firstName: text,
    lastName: text,
    country: text,
    state: text,
    city: text,
    postalCode: text,
    addressLineOne: text,
    addressLineTwo: text,
    addressLineThree: text,
    phoneCc: text,
    phone: text,
    languagePreference: text,
    status: text,
  },
  { userId: ['id'] },
)

/** A customer that was just created: CMR answers its id. */
export const createdUser = row({ userId: idText }, { userId: ['id'] })

/** A customer as CMR answers it; any field may be missing. */
export type User = Readonly<z.output<typeof user>>

/** Returns CMR's id of a customer; empty where CMR gave none. */
export const userIdOf = ({ userId }: User): string => userId ?? ''

/** Returns what people call a customer: company, else name, else e-mail, else id. Not escaped. */
export function userName({ userId, company, firstName, lastName, email }: User): string {
  const person = [firstName, lastName].filter(Boolean).join(' ')
  return company || person || email || userId || 'this customer'
}
