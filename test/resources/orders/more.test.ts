import { expect, test } from 'vitest'
import { choose } from '../../support/clicks.ts'
import { eventually } from '../../support/eventually.ts'
import { cents, confirming, onStep, titleOf } from '../../support/order-form.ts'
import { startWorld, type World } from '../../support/world.ts'

interface Row {
  readonly subscriptionId: string
  readonly userId: string
  readonly domainId: string
  readonly domain: string
  readonly subscriptionStatus: string
  readonly serviceProvider: string
}

/** Asks the sandbox itself, as somebody else would who has the key. */
async function api(world: World, path: string, body: object): Promise<{ status: number; message: string }> {
  const answer = await fetch(`${world.env.CMR_API_URL}${path}`, {
    method: 'POST',
    headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await answer.json()) as { status: number; message: string }
}

const at = (provider: string, rows: readonly Row[]) =>
  rows.find((one) => one.serviceProvider === provider && one.subscriptionStatus === 'ACTIVE') as Row
const jane = { username: 'jane.new', firstName: 'Jane', lastName: 'Doe' }

test('mailboxes are added to an active subscription, whose auto-renewal stays, and the confirmation says so', async () => {
  const world = await startWorld()
  const found = at('GOOGLE', await world.look('subscriptions'))
  await world.say(
    `/cmr orders mailboxes ${found.userId} ${found.domain} --mailboxes "zoe Zoe Park" --auto-renew no`,
  )
  const asked = titleOf(await world.opened(world.ana.id, confirming))
  expect(asked).toContain(`*added to the active subscription* \`${found.subscriptionId}\``)
  expect(asked).toContain('Its auto-renew stays as it is')
  await world.submit({})
  await world.sees(/1 mailbox ordered/)
  const [request] = await world.requests('orders.mailboxes')
  expect(request?.body).toEqual({
    subscriptionId: found.subscriptionId,
    billingCycle: 'MONTHLY',
    mailboxes: { [found.domain]: [{ username: 'zoe', firstName: 'Zoe', lastName: 'Park' }] },
    confirm: true,
  })
})

test('after a cancellation the same command opens a new subscription, with its own auto-renewal, and says so', async () => {
  const world = await startWorld()
  const found = at('MICROSOFT', await world.look('subscriptions'))
  await api(world, '/subscriptions/cancel', { subscriptionId: found.subscriptionId })
  await world.say(`/cmr orders mailboxes ${found.userId}`)
  await world.opened(world.ana.id, onStep(1))
  await world.submit({ userId: found.userId, domain: found.domain })
  const people = await world.opened(world.ana.id, onStep(2))
  expect(people.blocks.map((one) => one.block_id)).toContain('autoRenew')
  await world.submit({ mailboxes: 'zoe Zoe Park https://acme.com/zoe.png', autoRenew: 'false' })
  const asked = titleOf(await world.opened(world.ana.id, confirming))
  expect(asked).toMatch(/\*new subscription\* on this domain · mailboxes do \*not\* renew.*is CANCELLED/)
  expect(asked).toContain('It costs *$3.00*')
  const before = await cents(world)
  await world.submit({})
  await world.sees(/1 mailbox ordered/)
  const [request] = await world.requests('orders.mailboxes')
  const person = {
    username: 'zoe',
    firstName: 'Zoe',
    lastName: 'Park',
    profilePicture: 'https://acme.com/zoe.png',
  }
  expect(request?.body).toEqual({
    domainId: found.domainId,
    billingCycle: 'MONTHLY',
    mailboxes: { [found.domain]: [person] },
    confirm: true,
    autoRenew: false,
  })
  expect(before - (await cents(world))).toBe(300)
  await eventually(async () => {
    const rows: Row[] = await world.look('subscriptions')
    expect(
      rows.find((one) => one.domain === found.domain && one.subscriptionStatus === 'ACTIVE'),
    ).toMatchObject({ autoRenew: false, serviceProvider: 'MICROSOFT' })
  })
})

test('the form of an active subscription asks for no auto-renewal, which would not count', async () => {
  const world = await startWorld()
  const found = at('GOOGLE', await world.look('subscriptions'))
  await world.say(`/cmr orders mailboxes ${found.userId} ${found.domain}`)
  const people = await world.opened(world.ana.id, onStep(2))
  expect(people.blocks.map((one) => one.block_id)).not.toContain('autoRenew')
})

test('a subscription that is neither active nor over takes no mailboxes: I am told to renew it first', async () => {
  const world = await startWorld()
  const found = at('GOOGLE', await world.look('subscriptions'))
  await world.control('wallet', { balanceCents: 0 })
  await world.control('clock', { advanceMs: 31 * 86_400_000 })
  const { subscriptionStatus } = await eventually(async () => {
    const now = ((await world.look('subscriptions')) as Row[]).find((one) => one.domain === found.domain)
    if (!now || now.subscriptionStatus === 'ACTIVE') throw new Error('its period is not over yet')
    return now
  })
  expect(subscriptionStatus).toBe('PAST_DUE')
  await world.say(`/cmr orders mailboxes ${found.userId} ${found.domain} --mailboxes "zoe Zoe Park"`)
  const view = await world.opened(world.ana.id, (one) => titleOf(one).includes('only to an active one'))
  expect(titleOf(view)).toContain(`The subscription on ${found.domain} is PAST_DUE`)
  expect(await world.requests('orders.mailboxes')).toEqual([])
})

test('pictures as files go to Google subscriptions only, and without warm-up', async () => {
  const world = await startWorld()
  const found = at('MICROSOFT', await world.look('subscriptions'))
  await world.say(`/cmr orders mailboxes ${found.userId} ${found.domain}`)
  await world.opened(world.ana.id, onStep(2))
  const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    Buffer.alloc(300),
  ])
  const files = await world.upload('zoe.png', png)
  const refused = await world.submit({ mailboxes: 'zoe Zoe Park', onWarmup: 'true', files })
  expect(JSON.stringify(refused.errors) + titleOf(world.modalOf(world.ana.id))).toMatch(
    /cannot start a warm-up/,
  )
  await world.submit({ mailboxes: 'zoe Zoe Park', onWarmup: 'false', files })
  await eventually(() =>
    expect(titleOf(world.modalOf(world.ana.id))).toMatch(/picture files only for Google.*https address/),
  )
})

test('a picture that is no https address is a fault of its line', async () => {
  const world = await startWorld()
  const found = at('GOOGLE', await world.look('subscriptions'))
  await world.say(`/cmr orders mailboxes ${found.userId} ${found.domain}`)
  await world.opened(world.ana.id, onStep(2))
  for (const picture of ['http://acme.com/zoe.png', 'data:image/png;base64,iVBORw0KGgo='])
    expect((await world.submit({ mailboxes: `zoe Zoe Park ${picture}` })).errors?.mailboxes).toMatch(
      /Line 1: give a picture by its address/,
    )
})

test('an order at Microsoft asks for its route', async () => {
  const world = await startWorld()
  const [user] = await world.look('users')
  await world.say(`/cmr orders create ${user.email} routed-one.com --mailboxes "Jane Doe"`)
  await world.opened(world.ana.id, onStep(4))
  await choose(world, 'serviceProvider', { serviceProvider: 'MICROSOFT' })
  const asked = await world.opened(world.ana.id, (view) => titleOf(view).includes('Microsoft OAuth route'))
  const route = asked.blocks.find((one) => one.block_id === 'microsoftOauthRoute')
  expect(route).toMatchObject({ optional: false })
  await world.submit({ microsoftOauthRoute: 'https://sender.test/oauth' })
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.sees(/1 domain with 1 mailbox ordered/)
  const [request] = await world.requests('orders.create')
  expect(request?.body).toMatchObject({ microsoftOauthRoute: 'https://sender.test/oauth' })
})

test('the sandbox refuses the old forms as CMR would, and makes nothing that the wallet does not cover', async () => {
  const world = await startWorld()
  const rows: Row[] = await world.look('subscriptions')
  const found = at('GOOGLE', rows)
  const microsoft = at('MICROSOFT', rows)
  const query = `?userId=${found.userId}`
  const more = { billingCycle: 'MONTHLY', mailboxes: { [found.domain]: [jane] }, confirm: true }
  const order = {
    domains: [{ domain: 'old-form.com', years: 1 }],
    mailboxes: { 'old-form.com': [jane] },
    billingCycle: 'MONTHLY',
    confirm: true,
  }
  const google = { googleOauthRoute: 'R' }
  const pictured = { 'old-form.com': [{ ...jane, profilePicture: 'data:image/png;base64,iVBORw0KGgo=' }] }
  const { subscriptionId, domainId } = found
  const mailboxes = `/orders/create-mailbox-order/json${query}`
  const deprecated = `/orders/create-mailbox-order${query}`
  for (const [path, body, status] of [
    [`/orders/json${query}`, { ...order, serviceProvider: 'GOOGLE' }, 422],
    [`/orders/json${query}`, { ...order, serviceProvider: 'MICROSOFT', google }, 422],
    [`/orders/json${query}`, { ...order, serviceProvider: 'GOOGLE', google, mailboxes: pictured }, 422],
    [mailboxes, { ...more, subscriptionId, domainId }, 422],
    [mailboxes, { ...more, domainId }, 409],
    [deprecated, { mailboxes: more.mailboxes, confirm: true, domainId }, 422],
    [deprecated, { ...more, subscriptionId }, 422],
    [
      `/orders/create-mailbox-order?userId=${microsoft.userId}`,
      { subscriptionId: microsoft.subscriptionId, mailboxes: { [microsoft.domain]: [jane] } },
      400,
    ],
  ] as const)
    expect(await api(world, path, body), `${path} ${JSON.stringify(body)}`).toMatchObject({ status })
  await world.control('wallet', { balanceCents: 100 })
  expect(await api(world, mailboxes, { ...more, subscriptionId })).toMatchObject({ status: 402 })
  expect(
    await api(world, `/orders/json${query}`, { ...order, serviceProvider: 'GOOGLE', google }),
  ).toMatchObject({
    status: 402,
  })
  expect(await world.look('orders')).toEqual([])
})
