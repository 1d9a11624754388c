import { expect, test } from 'vitest'
import { messageWith, pastDue, pressOn } from '../support/alerts.ts'
import { confirm, press } from '../support/clicks.ts'
import { chainIn, diagnose, diagnosed, healthyCustomer, labels, plant } from '../support/diagnose.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

/** So that webhooks are nothing to speak of. */
const hear = (world: World) =>
  world.webhook({ event: 'mailbox.updated', eventId: 'E1', data: { email: 'jane@acme.com' } })

test('an alert is diagnosed by its button', async () => {
  const world = await startWorld()
  const userId = await healthyCustomer(world, ['acme.test'])
  await plant(world, 'past-due', 'acme.test')
  await world.webhook(pastDue('acme.test', { userId }))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, 'Diagnose', world.vera.id)
  const told = await messageWith(world, world.alerts.id, 'The wallet covers it')
  expect(JSON.stringify(told)).toMatch(/acme\.test will stop sending/)
})

test('what CMR does not say is not green, and leaves the rest to be looked at', async () => {
  const world = await startWorld()
  await hear(world)
  await healthyCustomer(world, ['acme.test'])
  await world.control('faults', { endpoint: 'dns.list', fault: '409' })
  const answer = await diagnose(world, 'acme.test')
  expect(answer.text).toBe(
    ':grey_question: *Not all of acme.test could be checked.* What was checked is fine. Not checked: DNS.',
  )
  expect(chainIn(answer)).toMatchObject({
    DNS: expect.stringMatching(/^:grey_question: not checked: .*\(409\)/),
    Wallet: expect.stringMatching(/^:white_check_mark: \$/),
  })
  await world.control('faults', { endpoint: 'domains.workspace', fault: '409' })
  const chain = chainIn(await diagnose(world, 'acme.test'))
  expect(chain.Subscription).toMatch(/^:grey_question: ACTIVE until .*; the rest not checked/)
  await world.control('faults', { endpoint: '*', fault: '401' })
  await world.say('/cmr diagnose acme.test')
  await world.sees(/CMR refuses the API key/)
})

test('with two broken links the first is the headline, the other stands below with its own button', async () => {
  const world = await startWorld()
  await hear(world)
  await healthyCustomer(world, ['acme.test'], { mailboxes: 3 })
  await plant(world, 'subscription-expired', 'acme.test')
  await plant(world, 'dkim-missing', 'acme.test')
  await plant(world, 'export-failed', 'acme.test')
  const answer = await diagnose(world, 'acme.test')
  expect(answer.text).toMatch(
    /^:x: \*acme\.test cannot send\.\* Its subscription has expired .* its 3 mailboxes are/,
  )
  const [first, further] = labels(answer)
  expect([first, further]).toEqual(['Order mailboxes', 'Add DKIM'])
  // The export of a mailbox that is switched off follows from that: nobody is told to mend it.
  expect(labels(answer)).not.toContain('Export again')
  expect(chainIn(answer)).toMatchObject({
    Subscription: ':x: expired',
    Mailboxes: ':x: 3 EXPIRED',
    DNS: ':warning: DKIM missing',
    Domain: expect.stringContaining(':white_check_mark:'),
  })
  await press(world, 'Add DKIM')
  const form = await world.opened()
  expect(form.callback_id).toBe('dns.add')
})

test('money that is missing is named before the payment that failed for it, and for a domain in grace', async () => {
  const world = await startWorld()
  await hear(world)
  await healthyCustomer(world, ['acme.test', 'b.test'])
  await plant(world, 'past-due', 'acme.test')
  await plant(world, 'domain-in-grace', 'b.test')
  await world.control('wallet', { balanceCents: 200 })
  const pastDueAnswer = await diagnose(world, 'acme.test')
  expect(pastDueAnswer.text).toMatch(
    /wallet holds \$2\.00 and .* costs about \$5\.00: that is why it is past due\. Add \$3\.00/,
  )
  expect(labels(pastDueAnswer).slice(0, 2)).toEqual(['Add funds', 'Renew now'])
  const inGrace = await diagnose(world, 'b.test')
  expect(inGrace.text).toMatch(/lost for good at .*The wallet holds \$2\.00: add \$14\.50, then renew it/)
  expect(labels(inGrace).slice(0, 2)).toEqual(['Add funds', 'Renew domain'])
})

test('it is found by whatever name people have for it', async () => {
  const world = await startWorld()
  await hear(world)
  const userId = await healthyCustomer(world, ['acme.test', 'acme.example'], {
    company: 'Acme & Sons',
    mailboxes: 2,
  })
  const mailboxes = (await world.look('mailboxes')) as { email: string; mailboxId: string }[]
  const subscriptions = (await world.look('subscriptions')) as { domain: string; subscriptionId: string }[]
  const { mailboxId = '' } = mailboxes.find(({ email }) => email === 'maya@acme.test') ?? {}
  const { subscriptionId = '' } = subscriptions.find(({ domain }) => domain === 'acme.test') ?? {}
  const names = ['ACME.test', subscriptionId]
  for (const name of names) await diagnosed(world, name, /^:white_check_mark: \*acme\.test is fine/)
  for (const name of ['maya@acme.test', mailboxId])
    await diagnosed(world, name, /^:white_check_mark: \*maya@acme\.test is fine/)
  for (const name of ['"Acme & Sons"', 'Acme', userId])
    await diagnosed(world, name, /^:white_check_mark: The 2 domains of \*Acme &amp; Sons\* are fine/)
  const unknown = await diagnose(world, 'bob@acme.test')
  expect(unknown.text).toMatch(/^:x: \*bob@acme\.test cannot send\.\* CMR has no mailbox bob@acme\.test/)
  await world.say('/cmr diagnose nothing-like-this')
  await world.sees(/No customer is called “nothing-like-this”/)
  await world.say('/cmr diagnose')
  const form = await world.opened()
  expect(form.blocks.map(({ block_id }) => block_id)).toEqual(['thing'])
  const options = JSON.stringify(
    await world.interactions.options(
      { person: world.ana.id, view: form.id, values: {} },
      { action_id: 'form.thing', block_id: 'thing', value: 'acme' },
    ),
  )
  expect(options).toMatch(/mailbox maya@acme\.test/)
})

test('of a mailbox only what concerns it is told', async () => {
  const world = await startWorld()
  await hear(world)
  await healthyCustomer(world, ['acme.test'], { mailboxes: 2 })
  await plant(world, 'mailbox-suspended', 'acme.test')
  expect((await diagnose(world, 'maya@acme.test')).text).toMatch(
    /^:x: \*maya@acme\.test cannot send\.\* \*maya@acme\.test\* is SUSPENDED/,
  )
  expect((await diagnose(world, 'jonas@acme.test')).text).toMatch(
    /^:white_check_mark: \*jonas@acme\.test is fine/,
  )
})

test('of a customer the worst comes first, with how many domains have it', async () => {
  const world = await startWorld()
  await hear(world)
  const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.acme.test`)
  const userId = await healthyCustomer(world, names, { company: 'Acme' })
  for (const name of names.slice(0, 3)) await plant(world, 'dkim-missing', name)
  await plant(world, 'subscription-expired', 'd.acme.test')
  const { orderId = '' } = await plant(world, 'order-parked', 'e.acme.test')
  await world.say(`/cmr orders status --userId ${userId} --orderId ${orderId}`)
  await world.sees(/Waits to be processed/)
  const answer = await diagnose(world, 'Acme')
  expect(answer.text).toMatch(
    /^:x: \*Acme\*: 2 of 5 domains cannot send; mail of 3 of 5 domains does not arrive as it should\.$/,
  )
  const groups = (answer.blocks as { text?: { text: string } }[])
    .flatMap(({ text }) => text?.text ?? [])
    .slice(1)
  expect(groups[0]).toMatch(/^:x: \*e\.acme\.test\*\nIts order waits/)
  expect(groups[1]).toMatch(/^:x: \*d\.acme\.test\*\nIts subscription has expired/)
  expect(groups[2]).toMatch(
    /^:warning: \*3 domains\*: a\.acme\.test, b\.acme\.test, c\.acme\.test\n\*DNS\* DKIM missing/,
  )
  expect(labels(answer).slice(0, 3)).toEqual(['Process order', 'Order mailboxes', 'Diagnose a.acme.test'])
  await press(world, 'Diagnose a.acme.test')
  await world.sees(/Mail of a\.acme\.test does not arrive/)
  const none = await healthyCustomer(world, [], { company: 'Nobody Yet' })
  expect((await diagnose(world, none)).text).toMatch(/\*Nobody Yet\* has no domain/)
  const one = await healthyCustomer(world, ['only.test'], { company: 'Only One' })
  await plant(world, 'dkim-missing', 'only.test')
  expect((await diagnose(world, one)).text).toBe(
    ':warning: *Only One*: mail of only.test does not arrive as it should.',
  )
})

test('what CMR’s support asks for can be copied, without a secret', async () => {
  const world = await startWorld()
  await hear(world)
  const userId = await healthyCustomer(world, ['acme.test'])
  await plant(world, 'past-due', 'acme.test')
  await diagnose(world, 'acme.test')
  await press(world, 'Renew now')
  await world.opened()
  await world.submit({})
  await world.sees(/Renewing \*/)
  await diagnose(world, 'acme.test')
  await press(world, 'Copy for CMR’s support')
  await world.sees('For CMR’s support: acme.test')
  const [copied] = world.messages(world.ops.id).filter(({ text }) => text.startsWith('For CMR’s support'))
  const text = JSON.stringify(copied?.blocks)
  expect(text).toContain(userId)
  expect(text).toMatch(/Subscription: [A-Z0-9]{28} ACTIVE, period ends \d{4}-/)
  expect(text).toMatch(/Request: subscriptions\.renew .* actionId ACT_/)
  expect(text).not.toMatch(/\\u003c!date|<!date|test-key/)
  await press(world, 'Send to CMR')
  await eventually(() => expect(world.modalOf(world.ana.id)?.callback_id).toBe('errors.send'))
})

test('a bot that hears nothing says so, since nothing else is wrong', async () => {
  const world = await startWorld()
  await healthyCustomer(world, ['acme.test'])
  const answer = await diagnose(world, 'acme.test')
  expect(answer.text).toMatch(
    /^:bulb: \*Nothing keeps acme\.test from sending\.\* Worth knowing: No webhook has come yet/,
  )
  expect(labels(answer)[0]).toBe('Open CMR’s webhooks')
  expect(chainIn(answer).Webhooks).toBe(':bulb: none yet')
})

test('an order that was put down is found by its domain, and nothing else is wrong with that', async () => {
  const world = await startWorld()
  await hear(world)
  const [user] = (await world.look('users')) as { userId: string }[]
  await world.say(
    `/cmr orders create ${user?.userId} fresh-acme.com --mailboxes "jane Jane Doe" --serviceProvider GOOGLE --googleOauthRoute R --confirm no`,
  )
  await world.opened(world.ana.id, (view) => JSON.stringify(view.submit).includes('unconfirmed'))
  await world.submit({})
  await world.sees('not charged yet')
  const answer = await diagnosed(
    world,
    'fresh-acme.com',
    /^:x: \*fresh-acme\.com cannot send\.\* Its order waits/,
  )
  expect(labels(answer)[0]).toBe('Process order')
  await press(world, 'Process order')
  await confirm(world)
  await diagnosed(world, 'fresh-acme.com', /^:warning: .*SPF record is missing/)
})

test('a pre-warmed order that failed is known by its event, where CMR does not tell of it', async () => {
  const world = await startWorld()
  await hear(world)
  const userId = await healthyCustomer(world, ['acme.test'])
  const data = { userId, orderId: 'ORDER1', domain: 'warm-one.com', reason: 'Sold meanwhile' }
  await world.webhook({ event: 'prewarmup.order.failed', eventId: 'P1', data })
  for (const name of [`ORDER1 --userId ${userId}`, 'warm-one.com']) {
    const answer = await diagnosed(
      world,
      name,
      /^:x: \*warm-one\.com cannot send\.\* CMR could not deliver this pre-warmed domain: Sold meanwhile/,
    )
    expect(labels(answer)[0]).toBe('Search inventory')
  }
})

test('one button that mends two things stands once', async () => {
  const world = await startWorld()
  await hear(world)
  const userId = await healthyCustomer(world, ['acme.test', 'b.test'])
  await plant(world, 'past-due', 'acme.test')
  await plant(world, 'wallet-empty', 'b.test')
  const all = await diagnose(world, userId)
  expect(labels(all).filter((label) => label === 'Add funds')).toHaveLength(1)
  expect(chainIn(await diagnose(world, 'acme.test')).Wallet).toBe(
    ':rotating_light: $0.00, about $5.00 needed',
  )
})

test('nameservers of a customer’s only domain are held against those of other customers', async () => {
  const world = await startWorld()
  await hear(world)
  await healthyCustomer(world, ['alone.test'])
  expect((await diagnose(world, 'alone.test')).text).toMatch(/^:white_check_mark:/)
  await plant(world, 'nameservers-foreign', 'alone.test')
  expect((await diagnose(world, 'alone.test')).text).toMatch(
    /^:x: .*uses the nameservers `ns1\.parking\.test`/,
  )
})

test('an order that failed is not green, although the domain is there and well', async () => {
  const world = await startWorld()
  await hear(world)
  const userId = await healthyCustomer(world, ['acme.test'])
  const data = { userId, orderId: 'ORDER1', domain: 'acme.test', reason: 'Sold meanwhile' }
  await world.webhook({ event: 'prewarmup.order.failed', eventId: 'P1', data })
  for (const name of [`ORDER1 --userId ${userId}`, 'acme.test']) {
    const answer = await diagnosed(
      world,
      name,
      /^:bulb: \*Nothing keeps acme\.test from sending\.\* Worth knowing: An order of acme\.test failed: Sold meanwhile/,
    )
    expect(chainIn(answer).Order).toBe(':bulb: failed')
  }
})
