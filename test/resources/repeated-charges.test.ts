import { expect, test } from 'vitest'
import { confirm, press } from '../support/clicks.ts'
import { csvText } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile } from '../support/imports.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

const shown = (world: World) => JSON.stringify(world.modalOf(world.ana.id)?.blocks ?? [])
const again = (world: World) => eventually(() => expect(shown(world)).toContain('done recently'))

/** A world that hears CMR's webhooks, with a subscription that can be renewed. */
async function withSubscription() {
  const world = await startWorld()
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  const rows: { subscriptionId: string; domain: string; subscriptionStatus: string; userId: string }[] =
    await world.look('subscriptions')
  const one = rows.find(({ subscriptionStatus }) => subscriptionStatus === 'ACTIVE')
  if (!one) throw new Error('no subscription')
  return { world, ...one }
}

test('seconds after a renewal, every door says who renewed it and asks for a deliberate yes', async () => {
  const { world, domain } = await withSubscription()
  await world.say(`/cmr subscriptions renew ${domain}`)
  await eventually(() => expect(shown(world)).toContain('It costs'))
  expect(shown(world)).not.toContain('done recently')
  await confirm(world)
  await world.sees(/\*Done\*/)
  const renewed = new RegExp(`${domain}: Renewed \\d+ s ago by <@${world.ana.id}>, paid until <!date`)

  // Typed, whole.
  await world.say(`/cmr subscriptions renew ${domain}`)
  await again(world)
  expect(shown(world)).toMatch(renewed)
  const refused = await world.submit({ confirmName: 'no' })
  expect(refused.errors).toEqual({ confirmName: 'This is a different name. Type yes, or cancel.' })
  await world.interactions.close(world.ana.id)

  // The form.
  await world.say('/cmr subscriptions renew')
  await world.opened(world.ana.id)
  await world.submit({ subscriptionIds: domain })
  await again(world)
  expect(shown(world)).toMatch(renewed)
  await world.interactions.close(world.ana.id)

  // A button: the list offers to renew what is not renewed by itself.
  await world.say(`/cmr subscriptions auto-renew ${domain} off`)
  await confirm(world)
  await world.sees(/Auto-renew of/)
  await world.say(`/cmr subscriptions list ${domain}`)
  await press(world, 'Renew')
  await again(world)
  expect(await world.requests('subscriptions.renew')).toHaveLength(1)

  // A deliberate yes is one.
  await confirm(world)
  await eventually(async () => expect(await world.requests('subscriptions.renew')).toHaveLength(2))
})

test('what CMR renewed by itself, or somebody in its dashboard, counts as well', async () => {
  const { world, subscriptionId, domain, userId } = await withSubscription()
  const data = { subscriptionId, domain, userId, periodEnd: '2031-02-03T00:00:00.000Z' }
  const answer = await world.webhook({ event: 'subscription.renewal.success', eventId: 'AUTO-1', data })
  expect(answer).toBe(200)
  await world.say(`/cmr subscriptions renew ${domain}`)
  await again(world)
  expect(shown(world)).toMatch(new RegExp(`${domain}: Renewed \\d+ s ago without the bot`))
  expect(shown(world)).toContain('Type yes to confirm')
  await world.interactions.close(world.ana.id)
  const { domainName } = (await world.look('domains')).find(isRenewable)
  await world.webhook({ event: 'domain.renewal.success', eventId: 'AUTO-2', data: { domainName } })
  await world.say(`/cmr domains renew ${domainName}`)
  await again(world)
})

test('what CMR renewed by itself after the confirmation was shown is not paid for twice', async () => {
  const { world, subscriptionId, domain, userId } = await withSubscription()
  await world.say(`/cmr subscriptions renew ${domain}`)
  await eventually(() => expect(shown(world)).toContain('It costs'))
  const data = { subscriptionId, domain, userId, periodEnd: '2031-02-03T00:00:00.000Z' }
  await world.webhook({ event: 'subscription.renewal.success', eventId: 'AUTO-3', data })
  await confirm(world)
  await eventually(() => expect(shown(world)).toContain('this was done meanwhile without the bot'))
  expect(shown(world)).toContain(`${domain}: Renewed`)
  await world.interactions.close(world.ana.id)
  expect(await world.requests('subscriptions.renew')).toEqual([])

  // Asked again, the person reads of it, and a deliberate yes is one.
  await world.say(`/cmr subscriptions renew ${domain}`)
  await again(world)
  await confirm(world)
  await eventually(async () => expect(await world.requests('subscriptions.renew')).toHaveLength(1))
})

test('a placement test is paid for by every run: the second one is asked about', async () => {
  const world = await startWorld()
  const [{ email }] = await world.look('mailboxes')
  await world.say(`/cmr placement run ${email}`)
  await confirm(world)
  await eventually(async () => expect(await world.requests('placement.run')).toHaveLength(1))
  await world.sees(/placement tests 1\/1/)
  await world.say(`/cmr placement run ${email}`)
  await again(world)
})

test('a file of orders says what of it was registered a short while ago', async () => {
  const world = await startWorld()
  const [{ email }] = await world.look('users')
  const row = (domain: string) => ({
    user: email,
    domain,
    provider: 'GOOGLE',
    'Google OAuth route': 'DEFAULT',
  })
  const data = { domainName: 'fresh-again.com', orderId: 'ORDER-1' }
  await world.webhook({ event: 'domain.order.success', eventId: 'ORDERED-1', data })
  const csv = csvText([row('fresh-again.com'), row('fresh-other.com')])
  await giveFile(world, 'orders import', csv)
  await again(world)
  expect(shown(world)).toMatch(/fresh-again\.com: Registered \d+ s ago without the bot/)
  expect(shown(world)).not.toContain('fresh-other.com: Registered')
  const refused = await world.submit({ confirmName: '' })
  expect(refused.errors).toBeDefined()
  await world.submit({ confirmName: 'yes' })
  await eventually(async () => expect(await world.requests('orders.create')).toHaveLength(1))
})
