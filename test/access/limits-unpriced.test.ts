import { expect, test } from 'vitest'
import { orders } from '../../src/cmr/endpoints/orders.ts'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { layLine } from '../support/line.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

/** Lets operators spend up to a limit. */
async function limitOperators(world: World) {
  await world.say('/cmr access limit --role operator --operation 100 --month 1000')
  await world.sees(/Every \*operator\* may spend/)
}

const refusal = (world: World) =>
  eventually(() =>
    expect(JSON.stringify(world.modalOf(world.omar.id))).toMatch(
      /beyond a limit: CMR shows its price only when it charges/,
    ),
  )

test('a domain that CMR gives no price for does not pass a limit as one that costs nothing', async () => {
  const world = await startWorld()
  await limitOperators(world)
  const all: { domainName: string; userId: string; status: string }[] = await world.look('domains')
  const later = all.find((one) => one.status === 'ACTIVE' && !isRenewable(one as never))
  const now = all.find((one) => one.userId === later?.userId && isRenewable(one as never))
  for (const names of [[later], [later, now]]) {
    const said = names.map((one) => one?.domainName).join(' ')
    await world.say(`/cmr domains renew "${said}" --userId ${later?.userId}`, world.omar.id)
    const view = await world.opened(world.omar.id)
    expect(JSON.stringify(view)).not.toContain('$0.00')
    await confirm(world, world.omar.id)
    await refusal(world)
  }
  expect(await world.requests('domains.renew')).toEqual([])
})

// What CMR answers there is inferred.
test.each([
  ['names the domains alone', { domains: [{ domain: 'half-told.com', years: 1 }] }],
  ['says that nothing was charged so far', { amount: '0.00' }],
  ['holds empty lists', { domains: [], mailboxes: {} }],
  [
    'leaves out the years',
    { domains: [{ domain: 'half-told.com' }], mailboxes: { 'half-told.com': [{ username: 'jane' }] } },
  ],
])(
  'an order that waits does not pass a limit by a part of its price, where CMR’s answer %s',
  async (_, told) => {
    const world = await startWorld({ withBot: false })
    const line = await layLine(String(world.env.CMR_API_URL), orders.get)
    line.meet = ({ reply }) =>
      reply({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          status: 200,
          data: { orderId: 'NQ682GAVFTMYC2H6C87PPKPG5WXV', status: 'UNCONFIRMED', ...told },
        }),
      })
    world.env.CMR_API_URL = line.url
    await world.start()
    await limitOperators(world)
    const [{ userId }] = await world.look('users')
    await world.say(`/cmr orders process NQ682GAVFTMYC2H6C87PPKPG5WXV --userId ${userId}`, world.omar.id)
    expect(JSON.stringify(await world.opened(world.omar.id))).toContain(
      'CMR shows the price only when it charges',
    )
    await confirm(world, world.omar.id)
    await refusal(world)
    expect(await world.requests('orders.process')).toEqual([])
  },
)
