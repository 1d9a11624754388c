import { expect, test } from 'vitest'
import { orders } from '../../../src/cmr/endpoints/orders.ts'
import type { View } from '../../../src/playground/types.ts'
import { eventually } from '../../support/eventually.ts'
import { layLine } from '../../support/line.ts'
import { anyUser, confirming, onStep, press, pressIn, titleOf } from '../../support/order-form.ts'
import { startWorld } from '../../support/world.ts'

test('a name that is taken is left out, and I tick one in its place', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  const [owned] = await world.look('domains')
  await world.say(`/cmr orders create ${user.email}`)
  await world.opened(world.ana.id, onStep(2))
  await world.submit({ domains: `${owned.domainName}\nfresh-name.com` })
  const again = await world.opened(world.ana.id, (view) => onStep(2)(view) && titleOf(view).includes('Taken'))
  expect(titleOf(again)).toContain(owned.domainName)
  const block = again.blocks.find((one) => one.block_id === 'chosen') as unknown as {
    element: { options: { value: string; text: { text: string } }[] }
  }
  const [offer] = block.element.options
  expect(offer?.text.text).toMatch(/ · \$\d+\.\d\d$/)
  await world.submit({ chosen: String(offer?.value) })
  await world.opened(world.ana.id, onStep(3))
  await press(world, 'orders.create:back')
  const domains = await world.opened(world.ana.id, onStep(2))
  expect(titleOf(domains)).toContain(`"initial_value":"fresh-name.com\\n${offer?.value}"`)
})

test('I ask for names by a keyword, and take two of them', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email}`)
  await world.opened(world.ana.id, onStep(2))
  await press(world, 'orders.create:suggest', { keyword: 'kingfisher' })
  const offered = await world.opened(world.ana.id, (view) => titleOf(view).includes('kingfisher.net'))
  expect(titleOf(offered)).toContain('kingfisher.net · $15.50')
  await world.submit({ chosen: 'kingfisher.net getkingfisher.com' })
  expect(titleOf(await world.opened(world.ana.id, onStep(3)))).toBeTruthy()
  await press(world, 'orders.create:back')
  expect(titleOf(await world.opened(world.ana.id, onStep(2)))).toContain('kingfisher.net\\ngetkingfisher.com')
})

test('a workspace that exists blocks the order until its domain is left out; one not known is no clean one', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.control('workspaces', { domain: 'in-use.com', state: 'conflict' })
  await world.control('workspaces', { domain: 'silent.com', state: 'unknown' })
  await world.say(
    `/cmr orders create ${user.email} "in-use.com silent.com clean-one.com" --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
  )
  const blocked = await world.opened(world.ana.id, onStep(4))
  expect(titleOf(blocked)).toMatch(/workspace exists already on in-use\.com/i)
  await press(world, 'orders.create:without')
  await world.opened(world.ana.id, (view) => onStep(4)(view) && !titleOf(view).includes('in-use.com'))
  await world.submit({})
  const confirmation = await world.opened(world.ana.id, confirming)
  expect(titleOf(confirmation)).toMatch(/Workspace not known\* for silent\.com/)
  expect(titleOf(confirmation)).not.toContain('in-use.com')
  await world.submit({})
  await world.sees(/2 domains with 2 mailboxes ordered/)
})

test('when CMR does not answer about workspaces, all of them are unknown', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.control('faults', { endpoint: 'domains.workspace', fault: '500' })
  await world.say(
    `/cmr orders create ${user.email} some-name.com --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
  )
  expect(titleOf(await world.opened(world.ana.id, confirming))).toMatch(
    /Workspace not known\* for some-name\.com/,
  )
})

test('a name that somebody takes in between is named in the receipt, with a form for others in its place', async () => {
  const world = await startWorld()
  const [first, second] = (await world.look('users')).slice(5)
  await world.say(
    `/cmr orders create ${first.email} "wanted-name.com other-name.com" --mailboxes "Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
  )
  await world.opened(world.ana.id, confirming)
  const taking = await fetch(`${world.env.CMR_API_URL}/orders/json?userId=${second.userId}`, {
    method: 'POST',
    headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
    body: JSON.stringify({
      domains: [{ domain: 'wanted-name.com', years: 1 }],
      mailboxes: {},
      billingCycle: 'MONTHLY',
      confirm: true,
      serviceProvider: 'GOOGLE',
      google: { googleOauthRoute: 'R' },
    }),
  })
  expect(taking.status).toBe(200)
  await world.submit({})
  await world.sees(/left out:\* wanted-name\.com/)
  await pressIn(world, 'orders.create:draft')
  const form = await world.opened(world.ana.id, (view) => onStep(2)(view) && titleOf(view).includes('Taken'))
  const chosen = form.blocks.find((one) => one.block_id === 'chosen') as unknown as {
    element: { options: { value: string }[] }
  }
  await world.submit({ chosen: String(chosen.element.options[0]?.value) })
  const people = await world.opened(world.ana.id, onStep(3))
  expect(titleOf(people)).toContain('"initial_value":"Jane Doe"')
})

test('while CMR takes its time I see how far the check of thirty names is', { timeout: 30_000 }, async () => {
  const world = await startWorld({ requestsPerSecond: 15 })
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email}`)
  await world.opened(world.ana.id, onStep(2))
  const names = Array.from({ length: 30 }, (_, at) => `patient-${at}.com`).join('\n')
  const { ok, milliseconds } = await world.submit({ domains: names })
  expect(ok && (milliseconds ?? 9999) < 1500).toBe(true)
  await world.opened(world.ana.id, (view) => /names and prices: \d+ of 30/.test(titleOf(view)))
  await eventually(() => expect(onStep(3)(world.modalOf(world.ana.id) as View)).toBe(true))
})

test('that a name is taken is said also where CMR has no idea what else to take', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  const [owned] = await world.look('domains')
  await world.control('faults', { endpoint: 'domains.suggest', fault: '409' })
  await world.say(`/cmr orders create ${user.email}`)
  await world.opened(world.ana.id, onStep(2))
  await world.submit({ domains: `${owned.domainName}\nfresh-name.com` })
  const again = await world.opened(world.ana.id, (view) => onStep(2)(view) && titleOf(view).includes('Taken'))
  expect(titleOf(again)).toContain(
    `left out:* ${owned.domainName}\\nEnter other names, or continue without them.`,
  )
  expect(titleOf(again)).toContain('"initial_value":"fresh-name.com"')
})

test.each([
  [
    'all',
    ['GONE-BY-NOW.com', 'gone-too.com'],
    /:no_entry: \*Nothing is ordered\* for .*none of the domains is available any more/,
  ],
  [
    'some',
    [{ domain: 'Gone-too.com' }],
    /\*1 domain with 1 mailbox ordered\* for .*gone-by-now\.com.*The domain does \*not\* renew by itself/,
  ],
])(
  'where %s of the domains are gone when they are ordered, the receipt tells of what is ordered alone',
  async (_, unavailableDomains, receipt) => {
    const world = await startWorld({ withBot: false })
    const line = await layLine(String(world.env.CMR_API_URL), orders.create)
    const data = { orderId: 'NQ682GAVFTMYC2H6C87PPKPG5WXV', unavailableDomains }
    const body = JSON.stringify({ status: 200, message: 'Order created', data })
    line.meet = ({ reply }) => reply({ status: 200, headers: { 'content-type': 'application/json' }, body })
    world.env.CMR_API_URL = line.url
    await world.start()
    const user = await anyUser(world)
    await world.say(
      `/cmr orders create ${user.email} "gone-by-now.com gone-too.com" --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
    )
    await world.opened(world.ana.id, confirming)
    await world.submit({})
    await world.sees(receipt)
    const shown = world.read()
    expect(shown).toMatch(/No longer available, and left out:\* (gone-by-now\.com, )?gone-too\.com/)
    if (unavailableDomains.length === 2) expect(shown).not.toMatch(/renew by itself|renew by themselves/)
  },
)
