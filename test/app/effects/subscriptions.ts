import { expect } from 'vitest'
import type { Effects, Row, Scene } from './effect.ts'

const subscription = async ({ find, subscriptionId }: Scene) =>
  (await find('subscriptions', { subscriptionId })) as Row
const time = (value: unknown) => Date.parse(String(value))

/** Subscriptions, those of over a year last: they need CMR's clock moved on. */
export const subscriptionEffects: Effects = {
  'subscriptions.list GET /subscriptions': ({ domain, reads }) => reads({ domain }, domain),
  async 'subscriptions.renew POST /subscriptions/renew-subscriptions'(scene) {
    const before = await subscription(scene)
    await scene.done({ subscriptionIds: scene.domain }, async () =>
      expect(time((await subscription(scene)).periodEnd)).toBeGreaterThan(time(before.periodEnd)),
    )
  },
  async 'subscriptions.auto-renew POST /subscriptions/toggle-autorenewal'(scene) {
    const { autoRenew } = await subscription(scene)
    await scene.done({ subscriptionId: scene.domain, autoRenew: !autoRenew }, async () =>
      expect(await subscription(scene)).toMatchObject({ autoRenew: !autoRenew }),
    )
  },
  async 'subscriptions.cancel POST /subscriptions/cancel'(scene) {
    await scene.done({ subscriptionId: scene.domain }, async () =>
      expect((await subscription(scene))?.subscriptionStatus ?? 'CANCELLED').toBe('CANCELLED'),
    )
  },
  async 'subscriptions.recreate POST /subscriptions/recreate'(scene) {
    await scene.world.control('clock', { advanceMs: 400 * 86_400_000 })
    const before = await subscription(scene)
    await scene.done({ domainNames: scene.domain }, async () => {
      const after = (await scene.find('subscriptions', { domain: scene.domain })) as Row
      expect(time(after.since)).toBeGreaterThan(time(before.since))
      expect(after.subscriptionId).not.toBe(before.subscriptionId)
    })
  },
}
