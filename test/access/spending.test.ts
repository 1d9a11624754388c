import { expect, test } from 'vitest'
import { seenBy } from '../support/approvals.ts'
import { confirm, pressAction } from '../support/clicks.ts'
import { csvText } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile, orderRow } from '../support/imports.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld } from '../support/world.ts'

test('whoever spends within a limit takes nothing out of it by recording that their charge did not happen', async () => {
  const world = await startWorld({ pace: 100_000 })
  const vera = world.vera.id
  const all: { domainName: string }[] = (await world.look('domains')).filter(isRenewable)
  const [first, second] = all.map(({ domainName }) => domainName)
  await world.say(`/cmr access grant ${vera} finance`)
  await world.sees(/has the role \*finance\* now/)
  await world.say(`/cmr access limit ${vera} --day 20`)
  await world.sees(/may spend \$20\.00 a day/)
  await world.say(`/cmr domains renew ${first}`, vera)
  await confirm(world, vera)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))
  await world.say(`/cmr operations settle ${first} no`, vera)
  await confirm(world, vera)
  await eventually(() =>
    expect(seenBy(world, vera) + JSON.stringify(world.modalOf(vera)) + world.read()).toMatch(
      /counts against your limit, so somebody else/,
    ),
  )
  await world.say(`/cmr domains renew ${second}`, vera)
  await confirm(world, vera)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(vera))).toMatch(/beyond a limit.*your limit per day/),
  )
  expect(await world.requests('domains.renew')).toHaveLength(1)
  // An admin, who sets limits, may.
  await world.say(`/cmr operations settle ${first} no`)
  await confirm(world)
  await world.sees(`<@${world.ana.id}> recorded that it did not happen`)
})

test('a freeze stops what is being removed one by one, and says what was left', async () => {
  const world = await startWorld({ deadlines: 0.01 })
  const all: { email: string; domain: string }[] = await world.look('mailboxes')
  const boxes = [...Map.groupBy(all, ({ domain }) => domain).values()].find(({ length }) => length === 3)
  await world.control('faults', { endpoint: 'mailboxes.remove', fault: 'slow', delayMs: 1500 })
  await world.say(`/cmr mailboxes remove ${boxes?.map(({ email }) => email).join(' ')}`)
  await confirm(world)
  await eventually(async () => expect(await world.requests('mailboxes.remove')).toHaveLength(1))
  await world.say('/cmr freeze "The wrong ones"')
  await confirm(world)
  await world.sees(/Everything that charges or cannot be undone is stopped/)
  await world.sees(/Not sent: .*an admin has frozen everything/)
  expect(await world.requests('mailboxes.remove')).toHaveLength(1)
})

test('an import of orders spends within a limit, and counts against one that is set afterwards', async () => {
  const world = await startWorld()
  const [{ email: user }] = await world.look('users')
  const imported = async (domain: string) => {
    await giveFile(world, 'orders import', csvText([orderRow(user, domain)]))
    await world.submit({})
  }
  await imported('before-any-limit.com')
  await eventually(async () => expect(await world.requests('orders.create')).toHaveLength(1))
  await world.say('/cmr access budget 40')
  await world.sees(/may spend \$40\.00 a month/)
  await imported('within-the-budget.com')
  await eventually(async () => expect(await world.requests('orders.create')).toHaveLength(2))
  await imported('beyond-the-budget.com')
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(
      /orders import\* is beyond a limit: it costs \$\d+\.\d\d, \$\d+\.\d\d is spent, and \$40/,
    ),
  )
  expect(await world.requests('orders.create')).toHaveLength(2)
})

test('all rows of an import together are one operation to a limit, when they are confirmed and when they are resumed', async () => {
  const world = await startWorld()
  const [one, other]: { email: string }[] = await world.look('users')
  const rows = [orderRow(one?.email ?? '', 'first-half.com'), orderRow(other?.email ?? '', 'other-half.com')]
  const { walletCents } = await world.look('state')
  const spent = async () => walletCents - (await world.look('state')).walletCents
  const begin = async () => {
    await giveFile(world, 'orders import', csvText(rows))
    await world.submit({})
  }
  // Each order costs $17.50.
  await world.say(`/cmr access limit ${world.ana.id} --operation 20`)
  await world.sees(/may spend \$20\.00 at once/)
  await begin()
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(
      /orders import\* is beyond a limit: it costs \$35\.00, and \$20\.00 is your limit per operation\. Nothing was charged\. An import cannot be approved/,
    ),
  )
  expect(await world.requests('orders.create')).toEqual([])
  await world.say(`/cmr access limit ${world.ana.id} --operation none`)
  await world.sees(/has no limit now/)
  await world.control('wallet', { balanceCents: 0 })
  await begin()
  await world.sees(/orders import stopped: 0 of 2 done.*Add funds/)
  await world.say(`/cmr access limit ${world.ana.id} --operation 20`)
  await eventually(() => expect(world.read().match(/may spend \$20\.00 at once/g)?.length).toBeGreaterThan(1))
  await world.control('wallet', { balanceCents: walletCents })
  await pressAction(world, 'imports.resume')
  await world.sees(
    /it costs \$17\.50, \$17\.50 is spent, and \$20\.00 is your limit per operation, which an import counts as/,
  )
  expect(await spent()).toBe(1750)
})

test('an import of orders does not begin while spending is frozen', async () => {
  const world = await startWorld()
  const [{ email: user }] = await world.look('users')
  await giveFile(world, 'orders import', csvText([orderRow(user, 'in-the-frost.com')]))
  await world.say(`/cmr access grant ${world.omar.id} admin`)
  await world.sees(/is an \*admin\* now|has the role \*admin\* now/)
  await world.say('/cmr freeze "Audit"', world.omar.id)
  await confirm(world, world.omar.id)
  await world.sees(/Everything that charges or cannot be undone is stopped/)
  await world.submit({})
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/orders import\* is stopped/),
  )
})

test('a confirmation that was open for long charges no more than it showed', async () => {
  let ahead = 0
  const world = await startWorld({ clock: () => new Date(Date.now() + ahead) })
  const [one, other]: { email: string }[] = (await world.look('mailboxes')).filter(
    ({ warmup }: { warmup?: unknown }) => !warmup,
  )
  await world.say(`/cmr warmup add ${one?.email}`)
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('It costs'))
  world.env.CMR_WARMUP_PRICE = '40.00'
  await world.restart()
  ahead = 20 * 60_000
  await confirm(world)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(
      /costs \$\d+\.\d\d by now, and you confirmed \$[01]\.\d\d/,
    ),
  )
  expect(await world.requests('warmup.add')).toEqual([])
  await world.say(`/cmr warmup add ${other?.email}`)
  await world.opened(world.ana.id, (view) => JSON.stringify(view.blocks).includes(String(other?.email)))
  ahead += 20 * 60_000
  await confirm(world)
  await eventually(async () => expect(await world.requests('warmup.add')).toHaveLength(1))
})

test('a preview of orders that was open for long charges no more than it showed', async () => {
  let ahead = 0
  const world = await startWorld({ clock: () => new Date(Date.now() + ahead) })
  const [{ email: user }] = await world.look('users')
  await giveFile(world, 'orders import', csvText([orderRow(user, 'open-for-long.com')]))
  world.env.CMR_MAILBOX_PRICE = '40.00'
  await world.restart()
  ahead = 20 * 60_000
  await world.submit({})
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(
      /orders import\* costs \$54\.50 by now, and you confirmed \$17\.50/,
    ),
  )
  expect(await world.requests('orders.create')).toEqual([])
})

test('a confirmed order counts its price at a limit, also where the wallet no longer covers it', async () => {
  const world = await startWorld()
  const vera = world.vera.id
  const [{ userId }] = await world.look('users')
  await world.say(`/cmr access grant ${vera} finance`)
  await world.sees(/has the role \*finance\* now/)
  await world.say(`/cmr access limit ${vera} --operation 10`)
  await world.sees(/may spend \$10\.00/)
  await world.say(
    `/cmr orders create ${userId} fresh-acme.com --mailboxes "jane Jane Doe" --serviceProvider GOOGLE --googleOauthRoute R --autoRenew no`,
    vera,
  )
  await world.opened(vera, (view) => JSON.stringify(view.submit).includes('Order for $17.50'))
  await world.control('wallet', { balanceCents: 100 })
  await confirm(world, vera)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(vera)) + seenBy(world, vera)).toMatch(
      /beyond a limit: it costs \$17\.50, and \$10\.00 is your limit per operation/,
    ),
  )
  expect(await world.requests('orders.create')).toEqual([])
})

test('a confirmation says that limits count a guess, where nobody has set what a warm-up costs', async () => {
  const world = await startWorld()
  const [cold]: { email: string }[] = (await world.look('mailboxes')).filter(
    ({ warmup }: { warmup?: unknown }) => !warmup,
  )
  const shown = async () => {
    await world.say(`/cmr warmup add ${cold?.email}`)
    const view = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('It costs'))
    await world.interactions.close(world.ana.id)
    return JSON.stringify(view)
  }
  expect(await shown()).toMatch(/for a warm-up is a guess\*.*Spend limits count it/)
  world.env.CMR_WARMUP_PRICE = '2.50'
  await world.restart()
  expect(await shown()).not.toMatch(/guess/)
})
