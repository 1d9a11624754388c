import { expect, test } from 'vitest'
import type { View } from '../../src/playground/types.ts'
import { buttonsIn, choose, confirm, initialOf, press, pressInForm } from '../support/clicks.ts'
import { csvText, customerRow } from '../support/csv.ts'
import { customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { anyUser, confirming, titleOf } from '../support/order-form.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'
import type { WorldOptions } from '../support/world-options.ts'

/** CMR refuses a request, and takes its time to say so. */
const refuseLate = (world: World, endpoint: string, refusedWith: string, message?: string) =>
  world.control('faults', { endpoint, fault: 'held', refusedWith, ...(message && { message }) })
const release = (world: World) => world.control('faults/clear', {})
const form = (world: World, text: RegExp) => world.opened(world.ana.id, (view) => text.test(titleOf(view)))
const labelsIn = (view: View) => buttonsIn(view.blocks).map((one) => one.text.text)

/** A domain that can be renewed. */
async function withDomain(options: WorldOptions = {}) {
  const world = await startWorld(options)
  const domain = (await world.look('domains')).find(isRenewable)
  return { world, domain: domain.domainName as string }
}

test('a late refusal comes back into the form, at its field, with everything that was entered', async () => {
  const world = await startWorld()
  const [{ email }] = await world.look('users')
  await world.say('/cmr users create')
  await form(world, /form\.email/)
  await refuseLate(world, 'users.create', '409', 'A user with this email exists already.')
  await world.submit({ ...customer, email })
  await form(world, /Sending to CMR/)
  await release(world)
  const view = await form(world, /has this e-mail already/)
  expect(initialOf(view)).toMatchObject({ company: 'Wąs', city: 'New York' })
  expect(labelsIn(view)).toContain('Show customer')
})

test('whoever has closed the form gets a late refusal as a message that leads back to it', async () => {
  const world = await startWorld()
  await world.say('/cmr users create')
  await form(world, /form\.email/)
  await refuseLate(world, 'users.create', '422')
  await world.submit(customer)
  await form(world, /Sending to CMR/)
  await world.interactions.close(world.ana.id)
  await release(world)
  await world.sees(/did not accept what was sent/)
  await press(world, 'Back to the form')
  expect(initialOf(await form(world, /form\.email/))).toMatchObject({
    email: customer.email,
    company: 'Wąs',
    firstName: 'Michał',
    phone: '2125551234',
  })
})

test('what was confirmed and refused leads back to the form, in its place', async () => {
  const { world, domain } = await withDomain()
  await world.say(`/cmr domains renew ${domain}`)
  await world.control('faults', { endpoint: 'domains.renew', fault: '402' })
  await confirm(world)
  const refused = await form(world, /does not hold enough/)
  expect(labelsIn(refused)).toEqual(['Back to the form', 'Report to CMR'].toSorted().reverse())
  await pressInForm(world, 'Back to the form')
  const again = await form(world, /form\.domains/)
  expect(again.id).toBe(refused.id)
  expect(titleOf(again)).toContain(domain)
  await release(world)
  await world.submit({})
  await confirm(world)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(2))
})

test('an order that is refused late keeps its steps, in the form and in a message', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  const order = async () => {
    await world.say(
      `/cmr orders create ${user.email} brand-new-name.com --mailboxes "Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
    )
    await world.opened(world.ana.id, confirming)
    await refuseLate(world, 'orders.create', '400')
    await world.submit({})
    await form(world, /Sending to CMR/)
  }
  await order()
  await release(world)
  await form(world, /did not accept what was sent/)
  await pressInForm(world, '‹ Back')
  expect(titleOf(await form(world, /Step \d of/))).toContain('jane.doe')
  await world.interactions.close(world.ana.id)

  await order()
  await world.interactions.close(world.ana.id)
  await release(world)
  await world.sees(/did not accept what was sent/)
  await press(world, 'Back to the form')
  const step = await form(world, /Step \d of/)
  expect(titleOf(step)).toContain('jane.doe')
  await world.submit({})
  await world.opened(world.ana.id, confirming)
})

test('what CMR refuses of one field stands in the step that asks for it', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(
    `/cmr orders create ${user.email} brand-new-name.com --mailboxes "Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
  )
  await world.opened(world.ana.id, confirming)
  await refuseLate(world, 'orders.create', '422', 'serviceProvider is not available in this country')
  await world.submit({})
  await form(world, /Sending to CMR/)
  await release(world)
  const step = await form(world, /Step 4 of/)
  expect(titleOf(step)).toMatch(/Nothing was sent\. \*Provider\*: .*not available in this country/)
  await world.submit({})
  await world.opened(world.ana.id, confirming)
})

test('an order that is stopped before it leaves leads back to its steps', async () => {
  const world = await startWorld()
  await world.say(`/cmr access grant ${world.omar.id} admin`)
  await world.sees(/has the role \*admin\* now/)
  const user = await anyUser(world)
  await world.say(
    `/cmr orders create ${user.email} brand-new-name.com --mailboxes "Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
  )
  await world.opened(world.ana.id, confirming)
  await world.say('/cmr freeze "the wallet is checked"', world.omar.id)
  await confirm(world, world.omar.id)
  await world.sees(/is stopped/)
  await world.submit({})
  await form(world, /has frozen everything/)
  await world.say('/cmr unfreeze', world.omar.id)
  await confirm(world, world.omar.id)
  await world.sees(/are allowed again/)
  await pressInForm(world, '‹ Back')
  expect(titleOf(await form(world, /Step \d of/))).toContain('jane.doe')
})

test('whoever comes second reads who was first, and can change what they entered', async () => {
  const { world, domain } = await withDomain()
  await world.say(`/cmr access grant ${world.omar.id} finance`)
  await world.sees(/has the role \*finance\* now/)
  const people = [world.ana.id, world.omar.id]
  for (const person of people) {
    await world.say(`/cmr domains renew ${domain}`, person)
    await eventually(() => expect(titleOf(world.modalOf(person))).toMatch(/It costs/))
  }
  for (const person of people) await confirm(world, person)
  await eventually(() => expect(titleOf(world.modalOf(world.omar.id))).toMatch(/it would be done twice/))
  await pressInForm(world, 'Back to the form', world.omar.id)
  await eventually(() => expect(titleOf(world.modalOf(world.omar.id))).toContain('form.domains'))
})

test('where CMR does not answer in time, the dialog says what is known and tries again', async () => {
  const { world, domain } = await withDomain({ cmrTimeoutMs: 300 })
  // Once, so that the price and the balance are known.
  await world.say(`/cmr domains renew ${domain}`)
  await form(world, /It costs/)
  await world.interactions.close(world.ana.id)
  await world.control('faults', { endpoint: 'domains.renewal-price', fault: 'timeout' })
  await world.say('/cmr domains renew')
  await form(world, /form\.domains/)
  await world.submit({ domains: domain })
  const late = await form(world, /did not answer in time/)
  expect(titleOf(late)).toMatch(new RegExp(`What is known without CMR.*${domain}.*The wallet held .* ago`))
  expect(late.submit).toBeNull()
  expect(labelsIn(late)).toEqual(['Try again', 'Back to the form', 'Report to CMR'])
  await pressInForm(world, 'Back to the form')
  expect(titleOf(await form(world, /form\.domains/))).toContain(domain)
  await world.submit({})
  await form(world, /did not answer in time/)
  await release(world)
  await pressInForm(world, 'Try again')
  expect((await form(world, /It costs/)).id).toBe(late.id)
})

test('the price that CMR told last is known with its age', async () => {
  const { world, domain } = await withDomain({ cmrTimeoutMs: 300 })
  await world.say(`/cmr domains renew ${domain}`)
  await form(world, /It costs/)
  await world.interactions.close(world.ana.id)
  await world.control('faults', { endpoint: 'domains.renewal-price', fault: 'timeout' })
  await world.say(`/cmr domains renew ${domain}`)
  expect(titleOf(await form(world, /did not answer in time/))).toMatch(
    new RegExp(`${domain}: a year was \\*\\$[\\d.]+\\* \\d+ seconds? ago`),
  )
})

test('a choice that CMR does not answer leaves the form as it is, and says so on top', async () => {
  const world = await startWorld({ cmrTimeoutMs: 300 })
  const [{ userId }] = await world.look('users')
  await world.say('/cmr users update')
  await form(world, /form\.userId/)
  await world.control('faults', { endpoint: 'users.get', fault: 'timeout' })
  await choose(world, 'userId', { userId, company: 'Typed already' })
  const view = await form(world, /did not answer in time/)
  expect(initialOf(view)).toMatchObject({ company: 'Typed already' })
})

test('a view that Slack does not take is not waited for forever', async () => {
  const { world, domain } = await withDomain()
  world.slack.fault = { says: 'invalid_arguments', of: /views\.update/, times: 1 }
  await world.say(`/cmr domains renew ${domain}`)
  expect(titleOf(await world.opened(world.ana.id, (view) => view.submit === null))).toBeDefined()
  await form(world, /domains renew\* failed inside the bot.*reference/)
})

test('an answer whose modal was closed meanwhile comes as a message', async () => {
  const world = await startWorld()
  await world.interactions.openHome(world.ana.id)
  const home = await eventually(() => {
    const view = world.home(world.ana.id)
    if (!view) throw new Error('no App Home')
    return view
  })
  const [{ userId, company }] = await world.look('users')
  const action = { type: 'button', action_id: 'users.get', block_id: 'b', value: userId }
  await world.control('faults', { endpoint: 'users.get', fault: 'held' })
  await world.interactions.act({ person: world.ana.id, view: home.id, values: {} }, action)
  await form(world, /Asking CMR/)
  await world.interactions.close(world.ana.id)
  await release(world)
  await eventually(() =>
    expect(JSON.stringify(world.messages(world.directMessages(world.ana.id)))).toContain(company),
  )
})

test('a file that Slack did not give is kept in the form, and read again', async () => {
  const world = await startWorld()
  await world.say('/cmr users import')
  await world.opened()
  const file = await world.upload('customers.csv', csvText([customerRow(1)]))
  world.slack.fault = { says: 'internal_error', of: /files\.info/ }
  await world.submit({ file })
  await form(world, /does not say where the file is/)
  world.slack.fault = 'well'
  expect(titleOf(await form(world, /The file that you gave is kept/))).toMatch(/"optional":true/)
  await world.submit({})
  await form(world, /The one row of `customers\.csv` can be sent/)
})
