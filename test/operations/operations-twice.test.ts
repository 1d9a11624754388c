import { expect, test } from 'vitest'
import { confirm, press } from '../support/clicks.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

/** A world with two people who may spend. */
async function worldOfTwo(env: Record<string, string> = {}): Promise<World> {
  const world = await startWorld({ withBot: false, env })
  world.env.CMR_ADMINS = `${world.ana.id},${world.omar.id}`
  await world.start()
  return world
}

const shown = (world: World, person: string) => JSON.stringify(world.modalOf(person)?.blocks)
const isActive = ({ subscriptionStatus }: { subscriptionStatus: string }) => subscriptionStatus === 'ACTIVE'

/** Somebody is asked whether to do what costs money. */
async function asked(world: World, what: string, person: string) {
  await world.say(`/cmr ${what}`, person)
  await eventually(() => expect(shown(world, person)).toMatch(/It costs|Nothing was sent/))
}

test('two people who renew the same domain renew it once, and the second reads who has', async () => {
  const world = await worldOfTwo()
  const { ana, omar } = world
  const { domainName: domain } = (await world.look('domains')).find(isRenewable)
  await asked(world, `domains renew ${domain}`, ana.id)
  await asked(world, `domains renew ${domain}`, omar.id)
  await confirm(world, ana.id)
  await world.sees(/Under way/)
  await confirm(world, omar.id)
  await eventually(() =>
    expect(shown(world, omar.id)).toMatch(
      new RegExp(
        `Nothing was sent, because it would be done twice.*<@${ana.id}> already asked for this.*under way`,
      ),
    ),
  )
  expect(await world.requests('domains.renew')).toHaveLength(1)
  // Nor is anybody asked to pay for it now.
  await world.interactions.close(omar.id)
  await asked(world, `domains renew ${domain}`, omar.id)
  expect(shown(world, omar.id)).toContain('Nothing was sent')
  expect(world.modalOf(omar.id)?.submit).toBeNull()
})

test('what came about while I looked at my form is not done again; said anew, it is', async () => {
  const world = await worldOfTwo()
  const { ana, omar } = world
  const { subscriptionId } = (await world.look('subscriptions')).find(isActive)
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await asked(world, `subscriptions renew ${subscriptionId}`, omar.id)
  await asked(world, `subscriptions renew ${subscriptionId}`, ana.id)
  await confirm(world, ana.id)
  await world.sees(/\*Done\*/)
  await confirm(world, omar.id)
  await eventually(() => expect(shown(world, omar.id)).toMatch(/already asked for this.*It is done/))
  expect(await world.requests('subscriptions.renew')).toHaveLength(1)
  await world.interactions.close(omar.id)
  await asked(world, `subscriptions renew ${subscriptionId}`, omar.id)
  await confirm(world, omar.id)
  await eventually(async () => expect(await world.requests('subscriptions.renew')).toHaveLength(2))
})

test.each(dialects)('an order that waits is processed once, whoever presses, on %s', async (dialect) => {
  const world = await worldOfTwo({ DATABASE_URL: await testUrl(dialect) })
  const { ana, omar } = world
  const user = (await world.look('users'))[5]
  await world.say(
    `/cmr orders create ${user.email} "wait-one.com" --mailboxes "Jane Doe" --service-provider google --google-oauth-route R --confirm no`,
  )
  await confirm(world, ana.id)
  await world.sees(/Waits to be processed/)
  for (const person of [ana.id, omar.id]) {
    await press(world, 'Process order', person)
    await eventually(() => expect(shown(world, person)).toContain('It costs'))
  }
  const both = [ana.id, omar.id].map((person) => confirm(world, person))
  await Promise.all(both)
  await world.sees(/Processing the order of \*wait-one\.com\*/)
  await world.sees(/domains 0\/1/)
  await eventually(() =>
    expect(`${shown(world, ana.id)} ${shown(world, omar.id)}`).toContain('already asked for this'),
  )
  expect(await world.requests('orders.process')).toHaveLength(1)
})

test('what is already under way is named as people know it, and no id is in other letters than CMR’s', async () => {
  const world = await worldOfTwo()
  const { ana, omar } = world
  const [{ domainName, userId }] = await world.look('domains')
  const { orderId } = await world.control('troubles', { trouble: 'order-parked', domain: domainName })
  await world.control('faults', { endpoint: 'orders.process', fault: 'held' })
  await world.say(`/cmr orders process userId=${userId} orderId=${orderId}`, ana.id)
  await world.opened(ana.id)
  await confirm(world, ana.id)
  await eventually(async () =>
    expect(JSON.stringify(await world.look('requests'))).toMatch(/orders\/process/),
  )
  await world.say(`/cmr orders process userId=${userId} orderId=${orderId}`, omar.id)
  await eventually(() => expect(shown(world, omar.id)).toContain('already asked for this'))
  expect(shown(world, omar.id)).toContain(`: ${domainName}. It is under way`)
  expect(`${shown(world, omar.id)}${world.read()}`).not.toContain(orderId.toLowerCase())
})
