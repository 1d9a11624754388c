import { expect, test } from 'vitest'
import { stateOf } from '../../support/form-state.ts'
import { anyUser, cents, confirming, onStep, press, titleOf } from '../../support/order-form.ts'
import { startWorld } from '../../support/world.ts'

test('I order in steps, and the wallet loses the price I was shown, to the cent', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  const before = await cents(world)
  await world.say('/cmr orders create')
  await world.opened(world.ana.id, onStep(1))
  await world.submit({ userId: user.userId })
  await world.opened(world.ana.id, onStep(2))
  await world.submit({ domains: 'https://www.Acme-One.com, acme-two.io\nacme-three.net acme-one.com' })
  await world.opened(world.ana.id, onStep(3))
  await world.submit({ mailboxes: 'Jane Doe\nbob Robert Roe\nJosé García', onWarmup: 'true' })
  const settings = await world.opened(world.ana.id, onStep(4))
  const [head] = settings.blocks as unknown as { elements: { text: string }[] }[]
  expect(head?.elements.map(({ text }) => text)).toEqual([
    'Step 4 of 5 · *Provider and settings*',
    `${user.company.replace('&', '&amp;')} · ${user.email}`,
  ])
  for (const address of [
    'acme-one.com*  jane.doe · bob · jose.garcia',
    'José García → jose.garcia',
    '9 mailboxes',
  ])
    expect(titleOf(settings)).toContain(address)
  await world.submit({ serviceProvider: 'GOOGLE', years: '2', forwardTo: 'https://acme.com' })
  // The form asks: CMR is not left to refuse it.
  await world.opened(world.ana.id, (view) => titleOf(view).includes('CMR needs the Google OAuth route'))
  expect(await world.submit({})).toMatchObject({
    errors: { googleOauthRoute: expect.stringContaining('Google OAuth route, or the client ID') },
  })
  await world.submit({ googleOauthRoute: 'https://sender.test/oauth' })
  const confirmation = await world.opened(world.ana.id, confirming)
  const price = 2 * (1450 + 4200 + 1550) + 9 * 300 + 9 * 200
  const dollars = (amount: number) =>
    `$${(amount / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })}`
  expect(titleOf(confirmation)).toContain(`It costs *${dollars(price)}*`)
  expect(titleOf(confirmation)).toContain(`*${dollars(before - price)} after it*`)
  expect(titleOf(confirmation)).toContain(user.company.replace('&', '&amp;'))
  expect(JSON.stringify(confirmation.submit)).toContain(`Order for ${dollars(price)}`)
  await world.submit({})
  await world.sees(/3 domains with 9 mailboxes ordered/)
  expect(before - (await cents(world))).toBe(price)
  const [request] = await world.requests('orders.create')
  expect(request?.body).toMatchObject({
    domains: [{ domain: 'acme-one.com', years: 2, forwardTo: 'https://acme.com' }, {}, {}],
    autoRenew: true,
    confirm: true,
  })
  expect(await world.requests('orders.create')).toHaveLength(1)
})

test('I go back and forth; what I entered is still there, and what is wrong is said line by line', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email}`)
  await world.opened(world.ana.id, onStep(2))
  const wrong = await world.submit({ domains: 'acme-one.com foo https://' })
  expect(wrong.errors?.domains).toMatch(/“foo”, “https:\/\/” are not domains/)
  await world.submit({ domains: 'acme-one.com' })
  await world.opened(world.ana.id, onStep(3))
  const { errors } = await world.submit({ mailboxes: 'Jane Doe\nMadonna\njane.doe Janet Doe\nA_b Cde' })
  expect(errors?.mailboxes).toMatch(
    /Line 2: .*first and a last name.*Line 3: jane.doe is there twice: line 1.*Line 4: .*“_”/s,
  )
  expect((await world.submit({ mailboxes: 'Jane Doe', pattern: 'x' })).errors?.pattern).toMatch(
    /needs {first}/,
  )
  await press(world, 'orders.create:back', { mailboxes: 'Jane Doe', pattern: '{last}' })
  const domains = await world.opened(world.ana.id, onStep(2))
  expect(titleOf(domains)).toContain('"initial_value":"acme-one.com"')
  await world.submit({})
  const people = await world.opened(world.ana.id, onStep(3))
  expect(titleOf(people)).toContain('"initial_value":"{last}"')
  await world.submit({})
  expect(titleOf(await world.opened(world.ana.id, onStep(4)))).toContain('acme-one.com*  doe')
  expect(await world.requests('domains.available')).toHaveLength(1)
  expect(await world.requests('orders.create')).toHaveLength(0)
})

test('after a restart between two steps I go on where I was', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email} "acme-one.com acme-two.com"`)
  await world.opened(world.ana.id, onStep(3))
  await world.restart()
  const long = Array.from({ length: 120 }, (_, at) => `person.number${at} Number Person`).join('\n')
  expect(long.length).toBeGreaterThan(3000)
  await world.submit({ mailboxes: long })
  await world.opened(world.ana.id, onStep(4))
  await press(world, 'orders.create:back')
  const people = await world.opened(world.ana.id, onStep(3))
  expect(titleOf(people)).toContain('120 given before are kept')
  await world.interactions.close(world.ana.id)
  await world.say('/cmr orders create')
  await world.opened(world.ana.id, (view) => titleOf(view).includes('did not finish it'))
  await press(world, 'orders.create:resume')
  const resumed = await world.opened(world.ana.id, onStep(4))
  expect(titleOf(resumed)).toContain('240 mailboxes')
})

test('nobody goes on with what somebody else has begun', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email}`)
  const view = await world.opened(world.ana.id, onStep(2))
  await world.interactions.submit({
    person: world.omar.id,
    view: view.id,
    values: stateOf(view, { domains: 'stolen.com' }),
  })
  expect(titleOf(world.modalOf(world.ana.id))).toContain('no longer stored')
  expect(await world.requests('domains.available')).toEqual([])
})

test('what CMR refuses can be changed and sent again: I go back from the refusal', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  const before = await cents(world)
  await world.control('faults', { endpoint: 'orders.create', fault: '409', times: 1 })
  await world.say(
    `/cmr orders create ${user.email} again-one.com --service-provider GOOGLE --google-oauth-route R`,
  )
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.opened(world.ana.id, (view) => /conflicts/.test(titleOf(view)) && /:back/.test(titleOf(view)))
  await press(world, 'orders.create:back')
  await world.opened(world.ana.id, onStep(4))
  await world.submit({ years: '2' })
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.sees(/1 domain ordered/)
  expect(before - (await cents(world))).toBe(2 * 1450)
})

test('an order that may have gone through is not offered to be gone on with', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.control('faults', { endpoint: 'orders.create', fault: 'accepted-dropped' })
  await world.say(
    `/cmr orders create ${user.email} maybe-one.com --service-provider GOOGLE --google-oauth-route R`,
  )
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.sees(/Unknown, checking|1 domain/)
  await world.interactions.close(world.ana.id)
  await world.say('/cmr orders create')
  expect(titleOf(await world.opened(world.ana.id, onStep(1)))).not.toContain('did not finish')
  expect(await world.requests('orders.create')).toHaveLength(1)
})
