import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { withTimeout } from '../../src/process/clock.ts'
import { testUrl } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import {
  confirmation,
  domainsNamed,
  idOf,
  order,
  posted,
  press,
  receiptOf,
  says,
  thread,
  worldOfOrders,
} from '../support/own-orders.ts'

test('a domain that cannot be registered takes its mailboxes with it, and the receipt says which and why', async () => {
  const world = await worldOfOrders({ pace: 0.05 })
  await world.control('failures', { domain: 'part-2.com', reason: 'The registry refused the name.' })
  await order(world, domainsNamed('part', 3))
  await says(
    world,
    /Finished, but not everything succeeded.*domains 2\/3, 1 failed.*mailboxes 6\/9, 3 failed/s,
  )
  await says(world, /part-2\.com: The registry refused the name/)
  await eventually(() => expect(JSON.stringify(thread(world))).toMatch(/not everything succeeded/))
})

test.each(['accepted-timeout', 'accepted-dropped'])(
  'a charge with %s is unknown, looked for, found, and never sent again',
  { timeout: 60_000 },
  async (fault) => {
    const world = await worldOfOrders({ pace: 0.05, deadlines: 0.03, cmrTimeoutMs: 1500 })
    await world.control('webhooks', { mode: 'lost' })
    await confirmation(world, ['lonely.com'])
    await world.control('faults', { endpoint: 'orders.create', fault, times: 1 })
    await world.submit({})
    await says(world, /Unknown, checking/)
    await says(world, /not able to send yet.*domains 1\/1.*mailboxes 3\/3/s)
    expect(await world.requests('orders.create')).toHaveLength(1)
    await press(world, receiptOf(world), 'Show history')
    await world.sees(/Found at CMR: it did happen/)
  },
)

test('a charge that left no trace is asked about, and ends by the word of a person', async () => {
  const world = await worldOfOrders({ deadlines: 0.001 })
  await confirmation(world, ['nowhere.com'])
  await world.control('faults', { endpoint: 'orders.create', fault: 'dropped', times: 1 })
  await world.submit({})
  await says(world, /Unknown, checking/)
  const asks = () => posted(world).find((one) => /not known whether/.test(JSON.stringify(one)))
  await eventually(() => expect(asks()).toBeDefined())
  expect(JSON.stringify(asks())).toMatch(/The wallet shows no charge since then/)
  await says(world, /somebody has to check/)
  // Not everybody may decide about money.
  await world.say(`/cmr operations settle ${await idOf(world)} no`, world.omar.id)
  await world.opened(world.omar.id)
  await world.submit({}, world.omar.id)
  await world.sees(/needs the role \*finance\*/)
  await press(world, receiptOf(world), 'It did not happen')
  const view = await world.opened()
  expect(JSON.stringify(view)).toMatch(/did not happen.*would then happen twice/s)
  await world.submit({})
  await says(world, /It did not happen/)
  await world.sees(`<@${world.ana.id}> recorded that it did not happen`)
  await eventually(() => expect(JSON.stringify(thread(world))).toMatch(/has checked, and it did not happen/))
  expect(await world.requests('orders.create')).toHaveLength(1)
})

test('what is not over when CMR’s time is up is flagged once, in its thread and in the channel, with what to do', async () => {
  const world = await worldOfOrders({ pace: 1000, deadlines: 0.0005 })
  await order(world, ['slow.com'])
  const flags = () => posted(world).filter((one) => /is overdue/.test(JSON.stringify(one)))
  await eventually(() => expect(flags()).toHaveLength(1))
  expect(JSON.stringify(flags())).toMatch(/Missing: slow\.com.*Check now.*Report to CMR/s)
  expect(flags()).toMatchObject([{ threadTs: receiptOf(world).ts, broadcast: true }])
  await says(world, /Overdue/)
  await world.say('/cmr operations')
  await world.sees(/1 open operation.*orders create.*slow\.com.*waiting for slow\.com/s)
  await world.say('/cmr operations slow.com')
  await world.sees(/orders create for slow\.com/)
  await world.say(`/cmr operations ${await idOf(world)}`)
  await world.sees(/started it.*Sent to CMR: orders create.*CMR has accepted it.*time is up/s)
  expect(flags()).toHaveLength(1)
})

test('a webhook that overtakes CMR’s answer is ours all the same', async () => {
  const world = await worldOfOrders()
  await confirmation(world, ['early.com'], 'jane Jane Doe')
  await world.control('faults', { endpoint: 'orders.create', fault: 'slow', delayMs: 1200, times: 1 })
  const submitted = world.submit({})
  await eventually(async () => expect(await world.requests('orders.create')).toHaveLength(1))
  const told = { domainName: 'early.com', orderId: 'O-EARLY' }
  expect(await world.webhook({ event: 'domain.order.success', eventId: 'E-EARLY', data: told })).toBe(200)
  await submitted
  await says(world, /domains 1\/1/)
  expect(world.messages(world.alerts.id)).toEqual([])
})

test('what somebody did in CMR’s own dashboard is told as an alert, not as ours', async () => {
  const world = await worldOfOrders({ pace: 0.05 })
  await order(world, ['mine.com'], 'jane Jane Doe')
  await says(world, /domains 1\/1.*mailboxes 1\/1/s)
  await world.webhook({
    event: 'domain.order.success',
    eventId: 'E-FOREIGN',
    data: { domainName: 'theirs.com', orderId: 'O-FOREIGN' },
  })
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('theirs.com'))
  expect(JSON.stringify(thread(world))).not.toContain('theirs.com')
})

test.runIf(inject('postgresUrl'))(
  'what a crash would make the bot forget is not acknowledged, however slow the disk is',
  async () => {
    const url = await testUrl('postgres')
    const world = await worldOfOrders({ env: { DATABASE_URL: url } })
    await confirmation(world, ['locked.com'])
    const other = new pg.Client(url)
    await other.connect()
    await other.query('begin')
    await other.query('lock table operations in exclusive mode')
    const submitting = world.submit({})
    expect(await withTimeout(submitting, 1500)).toBeUndefined()
    await other.query('commit')
    expect((await submitting).ok).toBe(true)
    const { rows } = await other.query(`select label from operations`)
    await other.end()
    expect(rows).toEqual([{ label: 'locked.com' }])
  },
)
