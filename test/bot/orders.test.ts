import { expect, test, vi } from 'vitest'
import { startBot } from '../../src/bot.ts'
import { parseConfig } from '../../src/config.ts'
import type { View } from '../../src/playground/types.ts'
import { stateOf } from '../support/form-state.ts'
import { startWorld, type World } from '../support/world.ts'

const titleOf = (view: View | undefined) => JSON.stringify(view?.blocks ?? '')
const onStep = (number: number) => (view: View) =>
  view.submit !== null && titleOf(view).includes(`Step ${number} of`)
const confirming = (view: View) =>
  view.submit !== null &&
  !titleOf(view).includes('Step ') &&
  JSON.stringify(view.submit).match(/Order for|unconfirmed/) !== null

/** Presses a button of the form that is open, with what is typed into it. */
async function press(world: World, action: string, values: Record<string, string> = {}) {
  const view = world.modalOf(world.ana.id)
  if (!view) throw new Error('no form is open')
  const elements = view.blocks.flatMap((block) => [
    block.accessory,
    ...((block.elements as object[] | undefined) ?? []),
  ])
  const button = elements.find((one) => (one as { action_id?: string } | undefined)?.action_id === action)
  if (!button) throw new Error(`no ${action} in ${JSON.stringify(view.blocks)}`)
  const place = { person: world.ana.id, view: view.id, values: stateOf(view, values) }
  return world.interactions.act(place, { ...button, block_id: 'b' })
}

/** Presses a button of a message in #ops. */
async function pressIn(world: World, action: string) {
  const found = await vi.waitFor(() => {
    for (const message of world.messages(world.ops.id)) {
      const elements = message.blocks.flatMap((block) => [
        block.accessory,
        ...((block.elements as object[] | undefined) ?? []),
      ])
      const button = elements.find((one) => (one as { action_id?: string } | undefined)?.action_id === action)
      if (button) return { message, button }
    }
    throw new Error(`no ${action}: ${world.read()}`)
  })
  const { channel, ts } = found.message
  return world.interactions.act(
    { person: world.ana.id, message: { channel, ts }, values: {} },
    { ...found.button, block_id: 'b' },
  )
}

const cents = async (world: World) => (await world.look('state')).walletCents as number
const anyUser = async (world: World) =>
  (await world.look('users'))[5] as { userId: string; email: string; company: string }

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

test('an order of 30 domains with 90 mailboxes from one pasted list costs what it says', {
  timeout: 40_000,
}, async () => {
  const world = await startWorld({ requestsPerSecond: 1000 })
  await world.control('rate-limit', { perSecond: 0 })
  await world.control('wallet', { balanceCents: 500_000 })
  const user = await anyUser(world)
  const endings = ['com', 'net', 'io', 'org', 'co']
  const domains = Array.from({ length: 30 }, (_, at) => `outreach-number-${at}.${endings[at % 5]}`)
  const before = await cents(world)
  await world.say(
    `/cmr orders create ${user.email} "${domains.join(' ')}" --mailboxes "jane Jane Doe\nbob Bob Roe\nzoe Zoe Park" --service-provider MICROSOFT`,
  )
  const confirmation = await world.opened(world.ana.id, confirming)
  const shown = titleOf(confirmation)
  for (const domain of domains) expect(shown).toContain(`*${domain}*  jane · bob · zoe`)
  const told = Number(/It costs \*\$([\d,.]+)\*/.exec(shown)?.[1]?.replace(',', '')) * 100
  await world.submit({})
  await world.sees(/30 domains with 90 mailboxes ordered/)
  expect(before - (await cents(world))).toBe(Math.round(told))
})

test('I go back and forth; what I entered is still there, and what is wrong is said line by line', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email}`)
  await world.opened(world.ana.id, onStep(2))
  const wrong = await world.submit({ domains: 'acme-one.com foo https://' })
  expect(wrong.errors?.domains).toMatch(/“foo”, “https:\/\/” are no domains/)
  await world.submit({ domains: 'acme-one.com' })
  await world.opened(world.ana.id, onStep(3))
  const { errors } = await world.submit({ mailboxes: 'Jane Doe\nMadonna\njane.doe Janet Doe\nA_b Cde' })
  expect(errors?.mailboxes).toMatch(
    /Line 2: .*first and a last name.*Line 3: jane.doe comes twice: line 1.*Line 4: .*“_”/s,
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
    `/cmr orders create ${user.email} "in-use.com silent.com clean-one.com" --mailboxes "jane Jane Doe" --service-provider GOOGLE`,
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
    `/cmr orders create ${user.email} some-name.com --mailboxes "jane Jane Doe" --service-provider GOOGLE`,
  )
  expect(titleOf(await world.opened(world.ana.id, confirming))).toMatch(
    /Workspace not known\* for some-name\.com/,
  )
})

test('what the wallet does not cover is left unconfirmed; Process shows the price and does it', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.control('wallet', { balanceCents: 1000 })
  await world.say(
    `/cmr orders create ${user.email} late-name.com --mailboxes "jane Jane Doe" --service-provider GOOGLE`,
  )
  const confirmation = await world.opened(world.ana.id, confirming)
  expect(titleOf(confirmation)).toContain('*$7.50 is missing*')
  expect(JSON.stringify(confirmation.submit)).toContain('Leave unconfirmed')
  await world.submit({})
  await world.sees(/not charged yet/)
  expect(await cents(world)).toBe(1000)
  await world.control('wallet', { balanceCents: 5000 })
  await pressIn(world, 'orders.process')
  const asked = await world.opened(
    world.ana.id,
    (view) => view.callback_id === 'orders.process' && view.submit !== null,
  )
  expect(titleOf(asked)).toContain('It costs *$17.50*')
  expect(titleOf(asked)).toContain('*$32.50 after it*')
  await world.submit({})
  await vi.waitFor(async () => expect(await cents(world)).toBe(3250), { timeout: 8000 })
})

test('a name that somebody takes in between is named in the receipt, with a form for others in its place', async () => {
  const world = await startWorld()
  const [first, second] = (await world.look('users')).slice(5)
  await world.say(
    `/cmr orders create ${first.email} "wanted-name.com other-name.com" --mailboxes "Jane Doe" --service-provider GOOGLE`,
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

test('after a restart between two steps I go on where I was', async () => {
  const world = await startWorld({ withBot: false })
  const start = async () => {
    const parsed = parseConfig(world.env)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
    return startBot(parsed.config, {})
  }
  const user = await anyUser(world)
  const first = await start()
  await world.say(`/cmr orders create ${user.email} "acme-one.com acme-two.com"`)
  await world.opened(world.ana.id, onStep(3))
  await first.stop()
  const second = await start()
  try {
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
  } finally {
    await second.stop()
  }
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
  expect(titleOf(world.modalOf(world.ana.id))).toContain('no longer here')
  expect(await world.requests('domains.available')).toEqual([])
})

test('while CMR takes its time I see how far the check of thirty names is', { timeout: 30_000 }, async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email}`)
  await world.opened(world.ana.id, onStep(2))
  const names = Array.from({ length: 30 }, (_, at) => `patient-${at}.com`).join('\n')
  const { ok, milliseconds } = await world.submit({ domains: names })
  expect(ok && (milliseconds ?? 9999) < 1500).toBe(true)
  await world.opened(world.ana.id, (view) => /names and prices: \d+ of 30/.test(titleOf(view)))
  await vi.waitFor(() => expect(onStep(3)(world.modalOf(world.ana.id) as View)).toBe(true), {
    timeout: 15_000,
  })
})

/** The first bytes of a PNG, and some more. */
const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(300)])

test('pictures go with the mailboxes whose names they bear, a CSV of people too, and what is nobody’s is named', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email} "first-name.com second-name.com"`)
  await world.opened(world.ana.id, onStep(3))
  const jane = await world.upload('jane.doe.png', png)
  const bob = await world.upload('bob@second-name.com.png', png)
  const nobody = await world.upload('holiday.png', png)
  const people = await world.upload(
    'people.csv',
    Buffer.from('first,last,username\nJane,Doe,\nBob,Roe,bob\n'),
  )
  await world.submit({ peopleFile: people, files: [jane, bob, nobody].join(' ') })
  const settings = await world.opened(world.ana.id, onStep(4))
  expect(titleOf(settings)).toContain('3 mailboxes get a picture')
  expect(titleOf(settings)).toContain('not sent: holiday.png')
  await world.submit({ serviceProvider: 'GOOGLE', maskForwarding: 'true' })
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.sees(/2 domains with 4 mailboxes ordered/)
  const [request] = await world.requests('orders.create-with-images')
  const sent = request?.body as { files: object } | undefined
  expect(Object.keys(sent?.files ?? {}).toSorted()).toEqual([
    'bob@second-name.com',
    'jane.doe@first-name.com',
    'jane.doe@second-name.com',
  ])
  await vi.waitFor(async () => {
    const boxes = (await world.look('mailboxes')) as { email: string; profilePicture: string | null }[]
    const bobs = boxes.filter(({ email }) => email.startsWith('bob@') && email.endsWith('-name.com'))
    expect(bobs.map(({ profilePicture }) => profilePicture).toSorted()).toEqual([
      'image/png, 308 bytes',
      null,
    ])
  })
  expect(await world.requests('orders.create')).toHaveLength(0)
})

test('what is no picture, or no table of people, is said at its field', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email} first-name.com`)
  await world.opened(world.ana.id, onStep(3))
  const text = await world.upload('jane.png', Buffer.from('not a picture'))
  const shown = () => JSON.stringify(world.modalOf(world.ana.id))
  const wrong = await world.submit({ mailboxes: 'Jane Doe', files: text })
  await vi.waitFor(() =>
    expect(JSON.stringify(wrong.errors) + shown()).toMatch(/jane\.png is neither a JPEG nor a PNG/),
  )
  await world.opened(world.ana.id, onStep(3))
  const table = await world.upload('people.csv', Buffer.from('first,last\nMadonna,\n'))
  const answer = await world.submit({ mailboxes: 'Jane Doe', peopleFile: table })
  await vi.waitFor(() => expect(JSON.stringify(answer.errors) + shown()).toMatch(/people\.csv, line 2/))
})

test('what CMR refuses can be changed and sent again: I go back from the refusal', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  const before = await cents(world)
  await world.control('faults', { endpoint: 'orders.create', fault: '409', times: 1 })
  await world.say(`/cmr orders create ${user.email} again-one.com --service-provider GOOGLE`)
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.opened(world.ana.id, (view) => /clashes/.test(titleOf(view)) && /:back/.test(titleOf(view)))
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
  await world.say(`/cmr orders create ${user.email} maybe-one.com --service-provider GOOGLE`)
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.sees(/Unknown, looking|1 domain/)
  await world.interactions.close(world.ana.id)
  await world.say('/cmr orders create')
  expect(titleOf(await world.opened(world.ana.id, onStep(1)))).not.toContain('did not finish')
  expect(await world.requests('orders.create')).toHaveLength(1)
})
