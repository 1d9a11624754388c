import { expect, test } from 'vitest'
import { confirm, press } from '../../support/clicks.ts'
import { readBack } from '../../support/csv.ts'
import { dialects, testUrl } from '../../support/databases.ts'
import { eventually } from '../../support/eventually.ts'
import { anyUser, cents, confirming, titleOf } from '../../support/order-form.ts'
import { startQuietWorld } from '../../support/quiet-world.ts'
import { startWorld, type World } from '../../support/world.ts'

/** Leaves an order unconfirmed. @returns its id at CMR */
async function park(world: World, domain: string): Promise<string> {
  const user = await anyUser(world)
  await world.say(
    `/cmr orders create ${user.email} ${domain} --mailboxes "jane Jane Doe, bob Robert Roe" --service-provider GOOGLE --google-oauth-route R --confirm no`,
  )
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  return eventually(async () => {
    const [order] = ((await world.look('orders')) as { orderId: string; request: unknown }[]).filter((one) =>
      JSON.stringify(one.request).includes(domain),
    )
    if (!order) throw new Error('CMR has no order')
    return order.orderId
  })
}

/** The latest answer in #ops to what somebody says. */
async function ask(world: World, line: string, person = world.ana.id) {
  const told = () => world.messages(world.ops.id).filter((one) => one.ephemeralFor === person)
  const before = told().length
  await world.say(line, person)
  return eventually(() => {
    const answer = told()[before]
    if (!answer) throw new Error(`no answer to ${line}`)
    return JSON.stringify(answer)
  })
}

/** What the receipt of an order says now. */
const receiptSays = (world: World, domain: string, text: RegExp) =>
  eventually(() => {
    const receipt = world
      .messages(world.ops.id)
      .find((one) => !one.ephemeralFor && !one.threadTs && JSON.stringify(one).includes(domain))
    expect(JSON.stringify(receipt)).toMatch(text)
  })

const labels = /"text":"Process order".*"text":"Drop"/

test.each(dialects)(
  'an order that waits is in the list of operations, on top of that of orders and on Home until it is processed, on %s',
  async (dialect) => {
    const world = await startWorld({ env: { DATABASE_URL: await testUrl(dialect) } })
    const user = await anyUser(world)
    await world.say('/cmr orders list')
    await world.sees(/No order is known.*CMR documents no list of orders/)
    const orderId = await park(world, 'waits-here.com')
    await receiptSays(world, 'waits-here.com', labels)

    const operations = await ask(world, '/cmr operations')
    expect(operations).toMatch(/1 order waits to be processed/)
    expect(operations).toMatch(
      new RegExp(`waits-here\\.com.*Waits to be processed.*for \\*${user.company}.*<@${world.ana.id}>`),
    )
    expect(operations).toMatch(labels)

    // An order that is over stands below it, although it is newer.
    await world.say(
      `/cmr orders create ${user.email} newer-order.com --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
    )
    await world.opened(world.ana.id, confirming)
    await world.submit({})
    await world.sees(/1 domain with 1 mailbox ordered/)
    const orders = await ask(world, '/cmr orders')
    expect(orders).toMatch(/2 orders, 1 waiting to be processed, at most \$17\.50 in all/)
    expect(orders).toMatch(
      new RegExp(
        `1 domain with 2 mailboxes\\*: waits-here\\.com.*Waits to be processed.*for \\*${user.company}.*by <@${world.ana.id}>.*newer-order\\.com.*at most \\$17\\.50`,
      ),
    )
    expect(await ask(world, `/cmr orders list ${user.email}`)).toMatch(
      new RegExp(`${user.company}[^"]*: 2 orders`),
    )
    const [other] = await world.look('users')
    expect(await ask(world, `/cmr orders list ${other.email}`)).toMatch(/no order is known/)

    await world.interactions.openHome(world.ana.id)
    await eventually(() => expect(titleOf(world.home(world.ana.id))).toMatch(/waits-here\.com/))
    expect(titleOf(world.home(world.ana.id))).toMatch(labels)

    await world.say('/cmr orders list --csv yes')
    await world.sees(/List orders\*: 2 rows, all pages/)
    const [file = ''] = Object.values(await world.filesIn(world.directMessages(world.ana.id)))
    expect(readBack(file)).toMatchObject([
      { orderId, state: 'waiting', domains: 'waits-here.com', mailboxes: '2', customer: user.company },
      { what: '1 domain with 1 mailbox', placedBy: world.ana.id, atMost: '17.50', userId: user.userId },
    ])

    const before = await cents(world)
    await world.say('/cmr orders')
    await press(world, 'Process order')
    await confirm(world)
    await eventually(async () => expect(await cents(world)).toBe(before - 1450 - 2 * 300))
    await eventually(async () =>
      expect(await ask(world, '/cmr operations')).not.toMatch(/Waits to be processed/),
    )
    expect(await ask(world, '/cmr orders')).toMatch(/"2 orders, at most/)
  },
)

test.each(dialects)(
  'dropped, it is off all lists, CMR is not asked, the audit knows, and its id takes it up again, on %s',
  async (dialect) => {
    const world = await startQuietWorld({ role: 'operator', env: { DATABASE_URL: await testUrl(dialect) } })
    const orderId = await park(world, 'drop-me.com')
    await receiptSays(world, 'drop-me.com', labels)
    const asked = (await world.look('requests')).length
    await world.say('/cmr operations', world.omar.id)
    await world.sees(/1 order waits to be processed/)
    await press(world, 'Drop', world.omar.id)
    const view = await world.opened(world.omar.id)
    expect(titleOf(view)).toMatch(
      /Drop this order\?.*drop-me\.com.*CMR documents no way to cancel an order, so it stays there.*\/cmr orders process /s,
    )
    await world.submit({}, world.omar.id)
    await world.sees(/Dropped: \*1 domain with 2 mailboxes\*: drop-me\.com/)
    expect((await world.look('requests')).length).toBe(asked)
    await receiptSays(world, 'drop-me.com', /Dropped\*: off the bot’s lists, nothing was charged/)

    expect(await ask(world, '/cmr operations')).toMatch(/Nothing is open/)
    expect(await ask(world, '/cmr orders')).toMatch(/"1 order".*Dropped\*: off the bot’s lists/)
    await world.interactions.openHome(world.ana.id)
    await eventually(() =>
      expect(titleOf(world.home(world.ana.id))).toMatch(/No order waits to be processed/),
    )
    expect(await ask(world, '/cmr audit --command orders.drop')).toMatch(
      new RegExp(`done · \\*orders drop\\* · <@${world.omar.id}>.*orderId: ${orderId}`),
    )
    await world.say(`/cmr orders drop ${orderId}`)
    expect(titleOf(await eventually(() => shown(world)))).toMatch(/it was dropped already/)
    await world.interactions.close(world.ana.id)

    const before = await cents(world)
    await world.say(`/cmr orders process ${orderId}`)
    await confirm(world)
    await eventually(async () => expect(await cents(world)).toBe(before - 1450 - 2 * 300))
    await receiptSays(world, 'drop-me.com', /Processed and charged since/)
    await world.say(`/cmr orders drop ${orderId}`)
    expect(titleOf(await eventually(() => shown(world)))).toMatch(/does not wait to be processed/)
  },
)

function shown(world: World, person = world.ana.id) {
  const view = world.modalOf(person)
  if (!view || !/wait/.test(titleOf(view))) throw new Error('nothing is shown')
  return view
}

test('whoever may only read drops nothing; what is no order, or was processed meanwhile, is not dropped', async () => {
  const world = await startWorld({ role: 'viewer' })
  const orderId = await park(world, 'stays-here.com')
  expect(await ask(world, `/cmr orders drop ${orderId}`, world.vera.id)).toMatch(/no_entry/)
  expect(await ask(world, '/cmr orders', world.vera.id)).not.toContain('"Drop"')

  await world.say(`/cmr access grant ${world.omar.id} finance`)
  await world.sees(/has the role \*finance\* now/)
  await world.say(`/cmr orders drop ${orderId}`)
  await world.opened()
  const before = await cents(world)
  await world.say(`/cmr orders process ${orderId}`, world.omar.id)
  await confirm(world, world.omar.id)
  await eventually(async () => expect(await cents(world)).toBe(before - 1450 - 2 * 300))
  await receiptSays(world, 'stays-here.com', /Processed and charged since/)
  await world.submit({})
  await eventually(() =>
    expect(titleOf(world.modalOf(world.ana.id))).toMatch(/does not wait to be processed/),
  )
  await world.interactions.close(world.ana.id)
  await receiptSays(world, 'stays-here.com', /Processed and charged since/)
  await world.say('/cmr orders drop NOSUCHORDER1234')
  await eventually(() =>
    expect(`${world.read()}${titleOf(world.modalOf(world.ana.id))}`).toMatch(/NOSUCHORDER1234/),
  )
  await world.interactions.close(world.ana.id)
})

test('an order that is being processed is not dropped, although CMR has not answered yet', async () => {
  const world = await startWorld()
  const orderId = await park(world, 'in-between.com')
  await world.say(`/cmr access grant ${world.omar.id} finance`)
  await world.sees(/has the role \*finance\* now/)
  await world.say(`/cmr orders drop ${orderId}`)
  await world.opened()
  await world.control('faults', { endpoint: 'orders.process', fault: 'held' })
  const before = await cents(world)
  await world.say(`/cmr orders process ${orderId}`, world.omar.id)
  await confirm(world, world.omar.id)
  await eventually(async () =>
    expect(JSON.stringify(await world.look('requests'))).toMatch(/orders\/process/),
  )
  await world.submit({})
  await eventually(() =>
    expect(titleOf(world.modalOf(world.ana.id))).toMatch(/does not wait to be processed: it is under way/),
  )
  await world.interactions.close(world.ana.id)
  expect(await ask(world, '/cmr orders')).not.toMatch(/Dropped/)
  await world.control('faults/clear', {})
  await eventually(async () => expect(await cents(world)).toBe(before - 1450 - 2 * 300))
  await receiptSays(world, 'in-between.com', /Processed and charged since/)
})

test('an order that was placed elsewhere is listed as CMR tells of it, and can be dropped until CMR tells of it again', async () => {
  const world = await startWorld()
  const [{ domainName, userId }] = await world.look('domains')
  const { orderId } = await world.control('troubles', { trouble: 'order-parked', domain: domainName })
  await world.say(`/cmr orders status ${orderId} --userId ${userId}`)
  await world.sees(/Waits to be processed/)
  expect(await ask(world, '/cmr orders')).toMatch(
    new RegExp(`1 order, 1 waiting to be processed.*${domainName}.*not placed through the bot`),
  )
  await press(world, 'Drop')
  await confirm(world)
  await world.sees(/Dropped: /)
  expect(await ask(world, '/cmr orders')).toMatch(/No order is known/)
})

test('lists of operations name who asked, for whom and the amount, on Home too', async () => {
  // CMR takes seconds for it: until then it is under way.
  const world = await startWorld({ pace: 1 })
  const user = await anyUser(world)
  await world.say(
    `/cmr orders create ${user.email} under-way.com --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
  )
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.sees(/1 domain with 1 mailbox ordered/)
  const about = `for \\*${user.company}\\* · at most \\$17\\.50 · `
  expect(await ask(world, '/cmr operations')).toMatch(
    new RegExp(`1 open operation.*under-way\\.com.*${about}<@${world.ana.id}>, since`),
  )
  expect(await ask(world, '/cmr orders')).toMatch(
    new RegExp(
      `under-way\\.com.*Under way\\* · at most \\$17\\.50.*for \\*${user.company}\\* · by <@${world.ana.id}>`,
    ),
  )
  await world.interactions.openHome(world.ana.id)
  await eventually(() =>
    expect(titleOf(world.home(world.ana.id))).toMatch(new RegExp(`under-way\\.com.*${about}since`)),
  )
  const id = /"value":"([0-9a-f-]{36})"/.exec(await ask(world, '/cmr operations'))?.[1]
  expect(await ask(world, `/cmr operations ${id}`)).toMatch(new RegExp(`for \\*${user.company}\\* · at most`))
})
