import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { changesIn, DAY_MS, startMovingPartner } from '../support/moving-partner.ts'

test('what happened while the bot was off is told once, the urgent first, whatever comes late or doubled', {
  timeout: 180_000,
}, async () => {
  const partner = await startMovingPartner({ orders: 2, domainsEach: 10 })
  const { world } = partner
  await world.restart()
  await partner.settle()
  await partner.settle()
  // Learning is no change.
  expect(inStore(world, `select * from events where source = 'sync'`)).toEqual([])

  // The day on which the orders renew: one with auto-renew, one without.
  const month = await partner.pass(29 * DAY_MS)
  await partner.deliver(month)
  await partner.settle()
  const before = await partner.told()
  // With webhooks nothing is found by sync.
  expect(inStore(world, `select * from events where source = 'sync'`)).toEqual([])
  for (const change of changesIn(month)) expect(before.filter((one) => one === change)).toHaveLength(1)
  await world.stop()
  const missed = await partner.pass(2 * DAY_MS)
  const changes = changesIn(missed)
  expect(changes.length).toBeGreaterThan(20)
  await world.restart()
  await partner.settle()
  const told = (await partner.told()).slice(before.length)
  expect(told.toSorted()).toEqual(changes.toSorted())

  const [summary] = (await world.history(world.alerts.id)).filter(({ text }) =>
    text.includes('Found by sync'),
  )
  expect(summary?.text).toMatch(/Found by sync: \d+ events/)
  const blocks = JSON.stringify(summary?.blocks)
  expect(blocks.indexOf('past due')).toBeLessThan(blocks.indexOf('renewed'))

  // A third comes late, a third twice, a third never.
  await partner.deliver(missed.filter((_, at) => at % 3 !== 0))
  await partner.deliver(missed.filter((_, at) => at % 3 === 1))
  await partner.settle()
  expect((await partner.told()).slice(before.length)).toHaveLength(changes.length)
  expect(inStore(world, 'select * from late_webhooks').length).toBeGreaterThan(5)
})
