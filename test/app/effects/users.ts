import { expect } from 'vitest'
import type { Effects } from './effect.ts'

/** Customers, places and the wallet. */
export const userEffects: Effects = {
  'users.list GET /users/list': ({ user, reads }) => reads({ search: user.email }, user.company),
  'users.get GET /users': ({ user, reads }) => reads({ userId: user.email }, user.userId, user.email),
  async 'users.create POST /users'({ find, done }) {
    const made = {
      email: 'mara@coverage.test',
      company: 'Coverage Ltd',
      firstName: 'Mara',
      lastName: 'Lind',
      country: 'US',
      state: 'New York',
      city: 'Albany',
      addressLineOne: '1 State Street',
      postalCode: '12207',
      languagePreference: 'en',
      phoneCc: '1',
      phone: '5184001000',
    }
    await done(made, async () => expect(await find('users', { email: made.email })).toMatchObject(made))
  },
  async 'users.update PUT /users'({ user, find, done }) {
    const before = await find('users', { userId: user.userId })
    await done({ userId: user.email, city: 'Rochester' }, async () =>
      expect(await find('users', { userId: user.userId })).toMatchObject({
        city: 'Rochester',
        company: before?.company,
        phone: before?.phone,
      }),
    )
  },
  async 'users.delete DELETE /users'({ world, find, done }) {
    const domains: { userId: string }[] = await world.look('domains')
    const users: { userId: string; email: string }[] = await world.look('users')
    const idle = users.find(({ userId }) => domains.every((one) => one.userId !== userId))
    await done({ userId: idle?.email }, async () =>
      expect(await find('users', { userId: idle?.userId })).toBeUndefined(),
    )
  },
  'geo.countries GET /geo/countries': ({ reads }) => reads({}, 'United States'),
  'geo.states GET /geo/states': ({ reads }) => reads({ countryCode: 'US' }, 'New York'),
  async 'wallet.get GET /wallet'({ walletCents, reads }) {
    const dollars = (await walletCents()) / 100
    await reads({}, dollars.toLocaleString('en-US', { style: 'currency', currency: 'USD' }))
  },
  async 'errors.send POST /errors'({ find, done }) {
    const message = 'Mailboxes of coverage.test stay in progress'
    await done({ message }, async () => expect(await find('errors', { message })).toBeDefined())
  },
}
