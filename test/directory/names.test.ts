import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

interface Pressable {
  readonly action_id: string
  readonly value: string
  readonly text: { readonly text: string }
}

/** The buttons under blocks, by what stands on them. */
function buttonsIn(blocks: readonly unknown[]): Pressable[] {
  return (blocks as { type: string; elements?: Pressable[] }[]).flatMap(({ type, elements = [] }) =>
    type === 'actions' ? elements : [],
  )
}

async function press(world: World, label: RegExp) {
  const message = await eventually(() => {
    const found = world.messages(world.ops.id).findLast((one) => buttonsIn(one.blocks).length > 0)
    if (!found) throw new Error('no buttons yet')
    return found
  })
  const pressed = buttonsIn(message.blocks).find(({ text }) => label.test(text.text))
  if (!pressed) throw new Error(`no button ${label}: ${JSON.stringify(message.blocks)}`)
  await world.interactions.act(
    { person: world.ana.id, message: { channel: message.channel, ts: message.ts }, values: {} },
    { type: 'button', action_id: pressed.action_id, value: pressed.value },
  )
}

test('whose a domain is need not be said, and the confirmation names the customer', async () => {
  const world = await startWorld()
  const { domainName, userId } = (await world.look('domains')).find(isRenewable)
  const user = (await world.look('users')).find((one: { userId: string }) => one.userId === userId)
  await world.say(`/cmr domains renew ${domainName} --years 1`)
  const view = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('Renew domains?'))
  expect(JSON.stringify(view.blocks)).toContain(`Customer: *${user.company}* (${user.email}, \`${userId}\`)`)
  await world.submit({})
  await eventually(async () =>
    expect(await world.requests('domains.renew')).toMatchObject([
      { body: { userId, domains: [domainName], years: 1 } },
    ]),
  )
})

test('a thing of another customer than the one that is named is refused', async () => {
  const world = await startWorld()
  const domains = await world.look('domains')
  const [mine] = domains
  const other = domains.find((one: { userId: string }) => one.userId !== mine.userId)
  await world.say(`/cmr domains list ${mine.userId}`)
  await world.say(`/cmr domains list ${other.userId}`)
  await world.sees(new RegExp(other.domainName.replace('.', '\\.')))
  await world.say(`/cmr dns list ${mine.domainName} --userId ${other.userId}`)
  await world.sees(/belongs to another customer than the one you named/)
  expect(await world.requests('dns.list')).toEqual([])
})

test('a name that means two customers asks back with buttons, and the button does it', async () => {
  const world = await startWorld()
  await world.say('/cmr users list reyes')
  await world.say('/cmr domains list reyes')
  await world.sees(/customers match “reyes”/)
  const [first] = (await world.look('users')).filter((one: { email: string }) => /reyes/.test(one.email))
  await press(world, new RegExp(first.company))
  await eventually(async () =>
    expect(await world.requests('domains.list')).toMatchObject([{ query: { userId: first.userId } }]),
  )
})

test('a mistyped domain gets the nearest names as buttons, also where a form had to open first', async () => {
  const world = await startWorld()
  const [{ domainName, userId }] = (await world.look('domains')).filter(isRenewable)
  await world.say(`/cmr domains list ${userId}`)
  await world.sees(new RegExp(domainName.replace('.', '\\.')))
  const mistyped = domainName.replace(/\.\w+$/, '')
  await world.say(`/cmr domains renew ${mistyped}`)
  const view = await world.opened(world.ana.id, (one) => buttonsIn(one.blocks).length > 0)
  expect(JSON.stringify(view.blocks)).toContain(`No domain is called “${mistyped}”`)
  const [near] = buttonsIn(view.blocks)
  if (!near) throw new Error('no button')
  expect(near.text.text).toContain(domainName)
  await world.interactions.act(
    { person: world.ana.id, view: view.id, values: {} },
    { type: 'button', action_id: near.action_id, value: near.value },
  )
  await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('Renew domains?'))
  await world.submit({})
  // The receipt stands where it was said, not where the button was.
  await world.sees(new RegExp(`Renewing \\*${domainName.replace('.', '\\.')}`))
})

test('a picker finds mailboxes of the chosen customer first, and takes several', async () => {
  const world = await startWorld()
  const boxes = await world.look('mailboxes')
  const [box] = boxes
  const theirs = boxes.filter((one: { userId: string }) => one.userId === box.userId)
  await world.say('/cmr mailboxes all')
  await world.sees(/@/)
  await world.say('/cmr mailboxes remove')
  const view = await world.opened(
    world.ana.id,
    (one) => one.callback_id === 'mailboxes.remove' && one.submit !== null,
  )
  const field = view.blocks.find((block) => block.block_id === 'mailboxId')
  expect(field).toMatchObject({ element: { type: 'multi_external_select', min_query_length: 0 } })
  const options = async (value: string, userId?: string) => {
    const chosen = userId ? { selected_option: { value: userId, text: { text: 'x' } } } : {}
    const values = { userId: { 'form.userId': { type: 'external_select', ...chosen } } }
    const answer = await world.interactions.options(
      { person: world.ana.id, view: view.id, values },
      { action_id: 'form.mailboxId', block_id: 'mailboxId', value },
    )
    return answer.options as { value: string; text: { text: string } }[]
  }
  await eventually(async () => expect((await options('')).length).toBeGreaterThan(0))
  const own = await options('', box.userId)
  expect(own.map(({ value }) => value).toSorted()).toEqual(
    theirs.map(({ mailboxId }: { mailboxId: string }) => mailboxId).toSorted(),
  )
  const [first] = await options(box.email)
  expect(first).toMatchObject({ value: box.mailboxId, text: { text: expect.stringContaining('ACTIVE') } })
  // What the mirror does not know yet can be said all the same.
  expect(await options('nobody@new.io')).toMatchObject([{ value: 'nobody@new.io' }])
  await world.submit({ mailboxId: theirs.map(({ email }: { email: string }) => email).join(' ') })
  const confirmation = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('Customer'))
  expect(JSON.stringify(confirmation.blocks)).toContain(box.email)
})

test('an order that the bot has never heard of is asked of CMR by its id, whatever that looks like', async () => {
  const world = await startWorld()
  const [{ userId }] = await world.look('users')
  await world.say(`/cmr orders get ord_7a078272-0fa7 --userId ${userId}`)
  await world.sees(/order does not exist/)
  expect(await world.requests('orders.get')).toMatchObject([{ query: { orderId: 'ord_7a078272-0fa7' } }])
})

test('a subscription is known by its id, whatever that looks like', async () => {
  const world = await startWorld()
  const [{ userId }] = await world.look('users')
  await world.webhook({
    event: 'subscription.updated',
    eventId: 'odd-1',
    data: { subscriptionId: 'sub_0a1b', userId, domain: 'odd-id.com', subscriptionStatus: 'ACTIVE' },
  })
  await eventually(async () => {
    await world.say('/cmr find odd-id')
    expect(world.read()).toMatch(/odd-id\.com\* {2}subscription/)
  })
  await world.say('/cmr subscriptions renew sub_0a1b')
  const view = await world.opened(world.ana.id, (one) => one.submit !== null)
  expect(JSON.stringify(view.blocks)).toContain('Subscriptions: odd-id.com')
})

test('an id that is known to be of something else is not taken for what is wanted', async () => {
  const world = await startWorld()
  const [{ userId }] = await world.look('users')
  await world.say('/cmr users list')
  await world.sees(/customers\*/)
  await world.say(`/cmr subscriptions renew ${userId}`)
  await world.opened(world.ana.id, (view) =>
    JSON.stringify(view).includes(`${userId} is the id of a customer, not of a subscription`),
  )
})

test('a name that is offered in place of a wrong one is no formatting', async () => {
  const world = await startWorld()
  await world.control('customers', { company: '*Evil* `Co`', domains: ['evil.com'] })
  await world.say('/cmr subscriptions list evil.com')
  await world.sees(/evil\.com/)
  await world.say('/cmr subscriptions cancel evil')
  const asked = await eventually(() => {
    const view = JSON.stringify(world.modalOf(world.ana.id))
    expect(view).toMatch(/No subscription is called “evil”\. Similar names: /)
    return view
  })
  expect(/Similar names: [^"]*/.exec(asked)?.[0]).not.toMatch(/(?<!\u2060)\*Evil|`/)
})

test('the things that a diagnosis offers to choose from are no formatting', async () => {
  const world = await startWorld()
  await world.control('customers', { company: '*Evil* `One`', domains: ['evilone.com'] })
  await world.control('customers', { company: '*Evil* `Two`', domains: ['eviltwo.com'] })
  // The bot knows both customers before it is asked for one of them.
  await world.say('/cmr users list')
  await world.sees(/One.*Two|Two.*One/)
  for (const domain of ['evilone.com', 'eviltwo.com']) {
    await world.say(`/cmr subscriptions list ${domain}`)
    await world.sees(domain)
  }
  await world.say('/cmr diagnose evil')
  const asked = await eventually(() => {
    const shown = JSON.stringify(world.everything())
    expect(shown).toMatch(/(?:match|are called) “evil”/i)
    return shown
  })
  expect(/(?:match|are called) “evil”: [^"]*/i.exec(asked)?.[0]).not.toMatch(/(?<!\u2060)\*Evil|`/)
})

test('a number picks no customer whose name or address happens to hold it, but one of that name', async () => {
  const world = await startWorld()
  await world.control('customers', { company: 'Studio 3257', domains: [] })
  await world.say('/cmr domains list --customer 3257')
  await world.sees(/No customer is called “3257”/)
  await world.control('customers', { company: '7523', domains: [] })
  await world.say('/cmr domains list --customer 7523')
  await world.sees(/No domain yet for 7523/)
})

test('a day that the calendar has not is refused, and is no customer', async () => {
  const world = await startWorld()
  await world.say('/cmr renewals Dec 32')
  await eventually(() =>
    expect(JSON.stringify([world.read(), world.modalOf(world.ana.id)])).toMatch(
      /“Dec 32” is not a date\. Check the day and the month\./,
    ),
  )
})
