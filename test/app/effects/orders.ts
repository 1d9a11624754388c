import { expect } from 'vitest'
import type { Effects, Row, Scene } from './effect.ts'

const people = 'jane Jane Doe\njohn John van Dyk'

/** What CMR needs to authorize mailboxes at their provider. */
const routeOf = (provider: unknown) =>
  provider === 'MICROSOFT' ? { microsoftOauthRoute: 'DEFAULT' } : { googleOauthRoute: 'DEFAULT' }

/** An order that waits for somebody to process it. */
async function waiting({ api, user, domain }: Scene): Promise<string> {
  const made = await api(
    'POST',
    '/orders/json',
    { userId: user.userId },
    {
      domains: [{ domain: `waiting-${domain}`, years: 1 }],
      mailboxes: { [`waiting-${domain}`]: [{ username: 'jane', firstName: 'Jane', lastName: 'Doe' }] },
      billingCycle: 'MONTHLY',
      confirm: false,
      serviceProvider: 'GOOGLE',
      google: { googleOauthRoute: 'R' },
    },
  )
  return String(made.orderId)
}

/** Orders two domains with two mailboxes each, and sees them and what they cost. */
async function ordersDomains({ world, user, domain, done, find, walletCents }: Scene, prefix: string) {
  const names = [`${prefix}-one-${domain}`, `${prefix}-two-${domain}`]
  const cents = await walletCents()
  const provider = { serviceProvider: 'GOOGLE', googleOauthRoute: 'https://sender.test/oauth' }
  const given = { userId: user.email, domains: names.join(' '), mailboxes: people, ...provider }
  await done({ ...given, years: 1, confirm: true }, async () => {
    for (const domainName of names) {
      expect(await find('domains', { domainName })).toMatchObject({ userId: user.userId, status: 'ACTIVE' })
    }
    const made = ((await world.look('mailboxes')) as Row[]).filter((one) =>
      names.includes(String(one.domain)),
    )
    expect(made.map(({ email, status }) => `${email} ${status}`).toSorted()).toEqual(
      ['jane', 'john'].flatMap((first) => names.map((name) => `${first}@${name} ACTIVE`)),
    )
    expect(cents - (await walletCents())).toBe(2 * 1450 + 4 * 300)
  })
}

/** Orders a mailbox on a domain that is there, and sees it. */
async function ordersMailbox({ user, domain, subscriptionId, done, find }: Scene, username: string) {
  await done(
    { userId: user.email, subscriptionId, domain, mailboxes: `${username} Zoe Park`, confirm: true },
    async () =>
      expect(await find('mailboxes', { email: `${username}@${domain}` })).toMatchObject({ subscriptionId }),
  )
}

/** Orders, and the pre-warmed ones. */
export const orderEffects: Effects = {
  async 'orders.get GET /orders'(scene) {
    const orderId = await waiting(scene)
    await scene.reads({ userId: scene.user.email, orderId }, orderId, /unconfirmed/i)
  },
  async 'orders.status GET /orders/status'(scene) {
    const orderId = await waiting(scene)
    await scene.reads({ userId: scene.user.email, orderId }, orderId, /unconfirmed/i)
  },
  'orders.create POST /orders/json': (scene) => ordersDomains(scene, 'new'),
  'orders.create-with-images POST /orders': (scene) => ordersDomains(scene, 'pictured'),
  'orders.mailboxes POST /orders/create-mailbox-order/json': (scene) => ordersMailbox(scene, 'zoe'),
  async 'orders.add-mailboxes POST /orders/create-mailbox-order'(scene) {
    const { world, done, find } = scene
    const rows: Row[] = await world.look('subscriptions')
    const { userId, domain, subscriptionId } = rows.find((one) => one.serviceProvider === 'GOOGLE') ?? {}
    const png = Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      Buffer.alloc(300),
    ])
    const files = await world.upload('max.png', png)
    await done({ userId, subscriptionId, domain, mailboxes: 'max Zoe Park', files }, async () =>
      expect(await find('mailboxes', { email: `max@${domain}` })).toMatchObject({
        subscriptionId,
        profilePicture: 'image/png, 308 bytes',
      }),
    )
  },
  async 'orders.process POST /orders/process'(scene) {
    const { user, domain, done, find, walletCents } = scene
    const orderId = await waiting(scene)
    const cents = await walletCents()
    await done({ userId: user.email, orderId }, async () => {
      expect(await find('domains', { domainName: `waiting-${domain}` })).toMatchObject({ status: 'ACTIVE' })
      expect(cents - (await walletCents())).toBe(1450 + 300)
    })
  },

  async 'prewarm.list GET /pre-warmup'({ world, reads }) {
    const [{ domain }] = await world.look('inventory')
    await reads({ contains: domain }, domain)
  },
  async 'prewarm.order POST /pre-warmup/order'({ world, user, done, find, walletCents }) {
    const [{ domain, mailboxes, serviceProvider }] = await world.look('inventory')
    const cents = await walletCents()
    await done(
      { userId: user.email, domains: domain, serviceProvider, ...routeOf(serviceProvider) },
      async () => {
        expect(await find('inventory', { domain })).toBeUndefined()
        expect(cents - (await walletCents())).toBe(mailboxes.length * 700)
      },
    )
  },
  async 'prewarm.sandbox-list GET /sandbox/pre-warmup'({ world, reads }) {
    const [{ domain }] = await world.look('sandbox-inventory')
    await reads({ contains: domain }, domain)
  },
  async 'prewarm.sandbox-order POST /sandbox/pre-warmup/order'({ world, user, done, find, walletCents }) {
    const [{ domain, serviceProvider }] = await world.look('sandbox-inventory')
    const cents = await walletCents()
    await done(
      { userId: user.email, domains: domain, serviceProvider, ...routeOf(serviceProvider) },
      async () => {
        expect(await find('sandbox-orders', { domain })).toBeDefined()
        expect(await walletCents()).toBe(cents)
      },
    )
  },
  async 'prewarm.sandbox-reset POST /sandbox/pre-warmup/reset'({ world, api, user, done }) {
    const [{ domain }] = await world.look('sandbox-inventory')
    const google = { googleOauthRoute: 'DEFAULT' }
    const order = { order: [{ domain }], serviceProvider: 'GOOGLE', google }
    await api('POST', '/sandbox/pre-warmup/order', { userId: user.userId }, order)
    expect(await world.look('sandbox-orders')).not.toEqual([])
    await done({}, async () => expect(await world.look('sandbox-orders')).toEqual([]))
  },
}
