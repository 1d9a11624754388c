import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { changesIn, DAY_MS, type SentWebhook, startMovingPartner } from '../support/moving-partner.ts'

const long = process.env.CHAOS === 'long'
const ORDERS = long ? 24 : 6
const DAYS = long ? 400 : 45

/** A third late, a third twice, a third never. */
const someOf = (webhooks: readonly SentWebhook[]) =>
  webhooks.flatMap((one, at) => (at % 3 === 0 ? [] : at % 3 === 1 ? [one, one] : [one]))

test('a day of changes while the bot is off is told once, whatever its webhooks do', {
  timeout: 20 * 60_000,
}, async () => {
  const partner = await startMovingPartner({ orders: ORDERS, domainsEach: 20 })
  const { world } = partner
  await world.restart()
  await partner.settle()
  await partner.settle()
  await partner.deliver(await partner.pass(29 * DAY_MS))
  await partner.settle()
  const before = (await partner.told()).length
  await world.stop()
  const missed = await partner.pass(2 * DAY_MS)
  const changes = changesIn(missed).toSorted()
  expect(changes.length).toBeGreaterThanOrEqual(ORDERS * 20)
  await world.restart()
  await partner.settle()
  expect((await partner.told()).slice(before).toSorted()).toEqual(changes)
  await partner.deliver(someOf(missed))
  await partner.settle()
  expect((await partner.told()).slice(before).toSorted()).toEqual(changes)
})

test('as long as webhooks come, nothing is found by sync, day after day', {
  timeout: 40 * 60_000,
}, async () => {
  const partner = await startMovingPartner({ orders: 2, domainsEach: 5 })
  const { world } = partner
  await world.restart()
  await partner.settle()
  await partner.settle()
  const expected: string[] = []
  for (let day = 0; day < DAYS; day++) {
    // Read between the change at CMR and its webhook on every other day.
    const webhooks = await partner.pass(DAY_MS)
    if (day % 2) await partner.readWhole()
    await partner.deliver(webhooks)
    expected.push(...changesIn(webhooks))
    if (day % 5 === 0) {
      const more = await partner.settle()
      await partner.deliver(more)
      expected.push(...changesIn(more))
      expect(inStore(world, `select event, data from events where source = 'sync'`)).toEqual([])
    }
  }
  await partner.settle()
  expect(inStore(world, `select event, data from events where source = 'sync'`)).toEqual([])
  const told = new Set(await partner.told())
  expect(expected.filter((change) => !told.has(change))).toEqual([])
})
