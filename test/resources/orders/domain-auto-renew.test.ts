import { expect, test } from 'vitest'
import { dayText } from '../../../src/process/day-text.ts'
import { eventually } from '../../support/eventually.ts'
import { confirming, onStep, pressIn, titleOf } from '../../support/order-form.ts'
import { posted, press, receiptOf, says, worldOfOrders } from '../../support/own-orders.ts'
import type { World } from '../../support/world.ts'

type Row = { domainName: string; autoRenew: boolean }
const domainsOf = async (world: World, ...names: string[]): Promise<Row[]> =>
  (await world.look('domains')).filter(({ domainName }: Row) => names.includes(domainName))

const line = (user: { userId: string }, names: string, more = '') =>
  `/cmr orders create ${user.userId} "${names}" --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R ${more}`

test('the form of an order asks for auto-renew of the domains, and says when they end without it', async () => {
  const world = await worldOfOrders({ pace: 0.05 })
  const [user] = await world.look('users')
  await world.say(`/cmr orders create ${user.userId} one.com --mailboxes "jane Jane Doe"`)
  const settings = await world.opened(world.ana.id, onStep(4))
  expect(titleOf(settings)).toMatch(/"block_id":"domainAutoRenew".*unless somebody renews it/)
  await world.submit({ serviceProvider: 'GOOGLE' })
  await world.opened(world.ana.id, (view) => titleOf(view).includes('CMR needs the Google OAuth route'))
  await world.submit({ googleOauthRoute: 'R' })
  const asked = titleOf(await world.opened(world.ana.id, confirming))
  const end = new Date()
  end.setUTCFullYear(end.getUTCFullYear() + 1)
  expect(asked).toMatch(/The domain does \*not\* renew by itself: it ends on \*<!date\^\d+/)
  expect(asked).toContain(dayText(end))
  await world.submit({})
  await says(world, /does \*not\* renew by itself: it ends on .*not able to send yet/s)
  expect(await world.requests('domains.auto-renew')).toEqual([])
  await world.say('/cmr domains auto-renew one.com off')
  await world.opened(world.ana.id, (view) => titleOf(view).includes('Turn auto-renew off'))
  await world.submit({})
  await world.sees(/Auto-renew is off: \*one\.com\* ends on \*<!date.*unless somebody renews it/)
})

test('auto-renew is turned on for each domain once it is registered, and the operation ends with that', async () => {
  const world = await worldOfOrders({ pace: 0.05 })
  const [user] = await world.look('users')
  await world.control('failures', { domain: 'two.com', reason: 'The registry refused the name.' })
  await world.control('faults', { endpoint: 'domains.auto-renew', fault: '503', times: 1 })
  await world.say(line(user, 'one.com two.com three.com', '--domain-auto-renew yes'))
  expect(titleOf(await world.opened(world.ana.id, confirming))).toMatch(
    /The domains \*renew by themselves\* from .* as soon as each is registered/,
  )
  await world.submit({})
  await says(world, /domains set to auto-renew 2\/3, 1 failed/)
  await says(
    world,
    /Finished, but not everything succeeded.*Not sent\. two\.com: The registry refused the name/s,
  )
  expect(await domainsOf(world, 'one.com', 'two.com', 'three.com')).toMatchObject([
    { domainName: 'one.com', autoRenew: true },
    { domainName: 'three.com', autoRenew: true },
  ])
  for (const { body } of await world.requests('domains.auto-renew'))
    expect((body as { domains: string[] }).domains).toHaveLength(1)
  await press(world, receiptOf(world), 'Show history')
  await world.sees(/CMR has accepted it: domains auto-renew for one\.com/)
})

test('what an order that waits has asked for is done when it is processed', async () => {
  const world = await worldOfOrders({ pace: 0.05 })
  const [user] = await world.look('users')
  await world.say(line(user, 'later.com', '--domain-auto-renew yes --confirm no'))
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await says(world, /Waits to be processed/)
  await pressIn(world, 'orders.process')
  await world.opened(world.ana.id, (view) => view.callback_id === 'orders.process' && view.submit !== null)
  await world.submit({})
  await eventually(async () =>
    expect(await domainsOf(world, 'later.com')).toMatchObject([{ autoRenew: true }]),
  )
  await eventually(() => expect(JSON.stringify(posted(world))).toMatch(/domains set to auto-renew 1\/1/))
})

test('after a restart between registration and auto-renew it is turned on all the same', async () => {
  const world = await worldOfOrders({ pace: 0.05 })
  const [user] = await world.look('users')
  await world.control('webhooks', { mode: 'held' })
  await world.say(line(user, 'restart.com', '--domain-auto-renew yes'))
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await says(world, /Under way/)
  await world.restart()
  await world.control('webhooks', { mode: 'normal' })
  await says(world, /domains set to auto-renew 1\/1/)
  expect(await domainsOf(world, 'restart.com')).toMatchObject([{ autoRenew: true }])
})
