/** A customer as CMR answers it; every field but the id may be missing. */
export type User = Readonly<Record<string, unknown>>

/** Returns a customer's id: CMR answers `userId` here and `id` there. */
export function userIdOf(user: User): string {
  return String(user.userId ?? user.id ?? '')
}

/** Returns how a person calls a customer: company, else name, else e-mail, else id. Not escaped. */
export function userName(user: User): string {
  const person = [user.firstName, user.lastName].filter(Boolean).join(' ')
  return String(user.company || person || user.email || userIdOf(user) || 'this user')
}
