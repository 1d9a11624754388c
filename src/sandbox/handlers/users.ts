import { countries, statesOf } from '../geo.ts'
import { customer, newActionId, newId, pageOf, SandboxRefusal } from '../world.ts'
import type { Handler } from './handler.ts'

export const userHandlers: Record<string, Handler> = {
  'users.list': (world, { query }) => {
    const wanted = String(query.search ?? '').toLowerCase()
    const names = ['userId', 'email', 'company', 'firstName', 'lastName'] as const
    const found = [...world.users.values()].filter(
      (user) => !wanted || names.some((name) => String(user[name]).toLowerCase().includes(wanted)),
    )
    const { rows, totalPages } = pageOf(found, Number(query.page ?? 1), Number(query.limit ?? 20))
    return {
      message: 'Users retrieved',
      data: { users: rows, total: found.length, currentPage: Number(query.page ?? 1), totalPages },
    }
  },
  'users.get': (world, { query }) => ({ message: 'User details', data: customer(world, query.userId) }),
  'users.create': (world, { body }) => {
    if ([...world.users.values()].some((user) => user.email === body.email)) {
      throw new SandboxRefusal(409, 'A user with this email already exists.')
    }
    const userId = newId()
    world.users.set(userId, {
      ...body,
      userId,
      email: String(body.email),
      createdAt: world.now().toISOString(),
    })
    return { message: 'User created', data: { id: userId }, actionId: newActionId() }
  },
  'users.update': (world, { query, body }) => {
    Object.assign(customer(world, query.userId), body)
    return { message: 'User updated', data: { id: String(query.userId) }, actionId: newActionId() }
  },
  'users.delete': (world, { query }) => {
    const { userId } = customer(world, query.userId)
    const mine = (rows: Iterable<{ userId: string }>) =>
      [...rows].filter((row) => row.userId === userId).length
    const mailboxCount = mine(world.mailboxes.values())
    const domainCount = mine(world.domains.values())
    if (mailboxCount + domainCount > 0) {
      throw new SandboxRefusal(409, 'The user still has mailboxes or domains.', { mailboxCount, domainCount })
    }
    world.users.delete(userId)
    return { message: 'User deleted', data: null, actionId: newActionId() }
  },
  'geo.countries': () => ({ message: 'Countries', data: countries() }),
  'geo.states': (_, { query }) => ({ message: 'States', data: statesOf(String(query.countryCode)) }),
}
