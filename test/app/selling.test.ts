import { expect, test } from 'vitest'
import { choose, confirm, initialOf, press, pressInForm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

type Row = Record<string, unknown>

test('domains in danger come first, and loudly', async () => {
  const world = await startWorld()
  const domains: Row[] = await world.look('domains')
  const two = domains.filter((one) => domains.filter(({ userId }) => userId === one.userId).length > 1)
  const { userId } = two[0] ?? {}
  await world.control('clock', { advanceMs: 366 * 86_400_000 })
  await world.say(`/cmr domains list ${userId}`)
  await world.sees(/to look at|EXPIRED|renews/)
  const all: Row[] = (await world.look('domains')).filter((one: Row) => one.userId === userId)
  const text = world.read()
  for (const { status } of all)
    if (status === 'GRACE_PERIOD') expect(text).toMatch(/:rotating_light: \*GRACE PERIOD/)
  for (const { status } of all)
    if (status === 'EXPIRED') expect(text).toMatch(/only the registrar can bring it back/)
})

test('a free name has a price and an Order button, a taken one does not', async () => {
  const world = await startWorld()
  const [{ domainName }] = await world.look('domains')
  await world.say('/cmr domains available acme-new.com')
  await world.sees(/\*acme-new.com\* is free, \$14.50 a year/)
  await press(world, 'Order')
  const [{ userId }] = await world.look('users')
  await world.opened()
  await world.submit({ userId })
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('acme-new.com'))
  await world.say(`/cmr domains available ${domainName}`)
  await world.sees(new RegExp(`${domainName}\\* is taken`))
})

test('a workspace that CMR cannot tell of is unknown, never clean', async () => {
  const world = await startWorld()
  const [{ domain }] = await world.look('subscriptions')
  await world.control('workspaces', { domain: 'slow-new.com', state: 'unknown' })
  await world.say(`/cmr domains workspace GOOGLE "${domain} slow-new.com acme-new.com"`)
  await world.sees(/Workspaces: 1 taken, 1 unknown, 1 clean/)
  expect(world.read()).toMatch(/slow-new.com\*\s+CMR could not check this. Do \*not\* take it as free/)
  await world.say('/cmr domains workspace GOOGLE acme-new.com')
  await world.sees(/Workspaces: 1 clean/)
})

test('subscriptions show price, count and end; those past due come first', async () => {
  const world = await startWorld()
  await world.control('wallet', { balanceCents: 0 })
  await world.control('clock', { advanceMs: 20 * 86_400_000 })
  await world.say('/cmr subscriptions list --limit 40')
  await world.sees(/PAST DUE of \d+ subscriptions/)
  const text = world.read()
  expect(text).toMatch(/\d mailbox(es)? × \$[35].00 = \*\$\d+.00\* a month/)
  const [message] = world.messages(world.ops.id)
  expect(JSON.stringify(message?.blocks[1])).toContain('PAST DUE')
})

test('cancelling says exactly what is lost, and offers to stop only the renewal', async () => {
  const world = await startWorld()
  const rows: Row[] = await world.look('subscriptions')
  const { domain, subscriptionId } = rows.find((one) => one.autoRenew) ?? {}
  await world.say(`/cmr subscriptions cancel ${domain}`)
  const asked = await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('at once, for good'))
  expect(JSON.stringify(asked)).toMatch(/workspace and its \d+ mailboxes go \*at once, for good\*/)
  await pressInForm(world, 'Only stop the next renewal')
  await world.opened(world.ana.id, (view) => view.callback_id === 'subscriptions.auto-renew' && !!view.submit)
  await world.submit({})
  await world.sees(/Auto-renew of .* is \*off\*/)
  expect(await world.requests('subscriptions.cancel')).toEqual([])
  const after: Row[] = await world.look('subscriptions')
  expect(after.find((one) => one.subscriptionId === subscriptionId)?.autoRenew).toBe(false)
})

test('recreating warns of the worse and charges nothing; names follow the new id, and the old one is gone', async () => {
  const world = await startWorld({ deadlines: 0.01 })
  const [old] = (await world.look('subscriptions')).filter((one: Row) => one.priceCents === 500)
  const { domain, subscriptionId, periodEnd } = old
  // The bot has heard of it under its old id.
  await world.say(`/cmr subscriptions list ${domain}`)
  await world.sees(new RegExp(domain))
  const { walletCents } = await world.look('state')
  await world.say(`/cmr subscriptions recreate --domainNames ${domain}`)
  const asked = JSON.stringify(await confirm(world))
  expect(asked).toContain('may be lost')
  expect(asked).toMatch(/One page of CMR’s documentation says that mailboxes are kept.*their mail is lost/)
  expect(asked).toContain('CMR documents no new charge')
  expect(asked).not.toContain('It costs')
  await world.sees(/\*Done\*/)
  const now = (await world.look('subscriptions')).find((one: Row) => one.domain === domain)
  expect(now).toMatchObject({ periodEnd, priceCents: 300 })
  expect(now.subscriptionId).not.toBe(subscriptionId)
  expect((await world.look('state')).walletCents).toBe(walletCents)
  await world.say(`/cmr subscriptions auto-renew ${domain} off`)
  await confirm(world)
  await eventually(async () =>
    expect((await world.requests('subscriptions.auto-renew')).at(-1)?.body).toMatchObject({
      subscriptionId: now.subscriptionId,
    }),
  )
  await world.say(`/cmr subscriptions recreate --domainNames ${domain}`)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/Recreated \d+ s ago by/),
  )
})

test('I search the pre-warmed inventory and order a domain from it at the price shown', async () => {
  const world = await startWorld()
  const [{ userId }] = await world.look('users')
  await world.say('/cmr prewarm list warmoutreach0')
  await world.sees(/\*\$21.00\*, then \$9.00 a month/)
  await press(world, 'Order')
  const form = await world.opened()
  expect(initialOf(form).domains).toBe('warmoutreach0.com')
  const before = (await world.look('state')).walletCents
  await choose(world, 'serviceProvider', { userId, serviceProvider: 'MICROSOFT' })
  await world.opened(world.ana.id, (view) => 'microsoftOauthRoute' in initialOf(view))
  await world.submit({ userId, serviceProvider: 'MICROSOFT', microsoftOauthRoute: 'DEFAULT' })
  const asked = await confirm(world)
  expect(JSON.stringify(asked)).toContain('It costs *$21.00*')
  await eventually(async () => expect(before - (await world.look('state')).walletCents).toBe(2100))
})

test('without a key of their own the sandbox twins say so in one sentence', async () => {
  const world = await startWorld()
  await world.say('/cmr prewarm sandbox-list')
  await world.sees(
    /not set up here. .*Set them in CMR_SANDBOX_API_KEY and CMR_SANDBOX_API_URL.*Nothing was done/s,
  )
})

test('with their key the sandbox twins play the scenario that I choose, and cost nothing', async () => {
  const world = await startWorld({ prewarmSandbox: true })
  const [{ userId }] = await world.look('users')
  const before = (await world.look('state')).walletCents
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await world.say('/cmr prewarm sandbox-list nexora')
  await press(world, 'Order')
  await world.opened()
  await choose(world, 'serviceProvider', { userId, serviceProvider: 'GOOGLE', scenario: 'full_failure' })
  await world.opened(world.ana.id, (view) => 'googleOauthRoute' in initialOf(view))
  const given = { userId, serviceProvider: 'GOOGLE', scenario: 'full_failure' }
  const refused = await world.submit(given)
  expect(JSON.stringify(refused.errors)).toContain('CMR needs the Google OAuth route')
  await world.submit({ ...given, googleOauthRoute: 'DEFAULT' })
  await world.sees(/Pre-warmed \*sandbox\.nexora-tech\.com\* could not be delivered/)
  const [request] = await world.requests('prewarm.sandbox-order')
  expect(request).toMatchObject({ key: 'ok', body: { scenario: 'full_failure' }, query: { userId } })
  expect((await world.look('state')).walletCents).toBe(before)
})

test('a user’s card counts domains and mailboxes, and leads to them', async () => {
  const world = await startWorld()
  const [{ userId }] = await world.look('domains')
  await world.say(`/cmr users get ${userId}`)
  await press(world, 'Domains (1)')
  await world.sees(/1 domain/)
})
