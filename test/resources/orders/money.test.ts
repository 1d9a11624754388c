import { expect, test } from 'vitest'
import { confirm, press as pressLabelled } from '../../support/clicks.ts'
import { eventually } from '../../support/eventually.ts'
import { anyUser, cents, confirming, onStep, press, pressIn, titleOf } from '../../support/order-form.ts'
import { startWorld } from '../../support/world.ts'

test('an order of 30 domains with 90 mailboxes from one pasted list costs what it says', {
  timeout: 40_000,
}, async () => {
  const world = await startWorld()
  await world.control('wallet', { balanceCents: 500_000 })
  const user = await anyUser(world)
  const endings = ['com', 'net', 'io', 'org', 'co']
  const domains = Array.from({ length: 30 }, (_, at) => `outreach-number-${at}.${endings[at % 5]}`)
  const before = await cents(world)
  await world.say(
    `/cmr orders create ${user.email} "${domains.join(' ')}" --mailboxes "jane Jane Doe\nbob Bob Roe\nzoe Zoe Park" --service-provider MICROSOFT --microsoft-oauth-route R`,
  )
  const confirmation = await world.opened(world.ana.id, confirming)
  const shown = titleOf(confirmation)
  for (const domain of domains) expect(shown).toContain(`*${domain}*  jane · bob · zoe`)
  const told = Number(/It costs (?:about )?\*\$([\d,.]+)\*/.exec(shown)?.[1]?.replace(',', '')) * 100
  await world.submit({})
  await world.sees(/30 domains with 90 mailboxes ordered/)
  expect(before - (await cents(world))).toBe(Math.round(told))
})

test('what the wallet does not cover is left unconfirmed; Process shows the price and does it', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.control('wallet', { balanceCents: 1000 })
  await world.say(
    `/cmr orders create ${user.email} late-name.com --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
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
  await eventually(async () => expect(await cents(world)).toBe(3250))
})

test('an order that waits is shown with a Process order button, and no longer once it was processed', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(
    `/cmr orders create ${user.email} waiting-name.com --mailboxes "Jane Doe, bob Robert Roe" --service-provider GOOGLE --google-oauth-route R --confirm no`,
  )
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.sees(/not charged yet/)
  const [{ orderId }] = await world.look('orders')
  const before = await cents(world)
  await world.say(`/cmr orders get ${orderId}`)
  await world.sees(
    /waiting-name\.com\* {2}jane\.doe · bob.*Waits to be processed.*nothing is charged until then/s,
  )
  await pressLabelled(world, 'Process order')
  await confirm(world)
  await eventually(async () => expect(await cents(world)).toBe(before - 1450 - 2 * 300))
  await world.say(`/cmr orders status ${orderId}`)
  await world.sees(new RegExp(`Order ${orderId}: (PROCESSING|COMPLETED)`))
  const shown = world.messages(world.ops.id).findLast(({ text }) => text.startsWith(`Order ${orderId}`))
  expect(JSON.stringify(shown)).not.toContain('orders.process')
})

test('mailboxes are not ordered for nobody', async () => {
  const world = await startWorld()
  const [{ userId, domain }] = await world.look('subscriptions')
  await world.say(`/cmr orders mailboxes ${userId} ${domain}`)
  await world.opened(world.ana.id, onStep(2))
  expect((await world.submit({})).errors?.mailboxes).toMatch(/Name at least one person/)
})

test('an address that is there already is not paid for again: I go back and leave it out', async () => {
  const world = await startWorld()
  const [{ email, userId, domain }] = await world.look('mailboxes')
  const [username] = email.split('@')
  await world.say(
    `/cmr orders mailboxes ${userId} ${domain} --mailboxes "${username} Jane Doe, new.one New One"`,
  )
  await world.opened(world.ana.id, (view) => titleOf(view).includes('Already there'))
  expect(titleOf(world.modalOf(world.ana.id))).toContain(`Already there:* ${email}. Go back`)
  await press(world, 'orders.mailboxes:back')
  await world.opened(world.ana.id, onStep(2))
  await world.submit({ mailboxes: 'new.one New One' })
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.sees(`1 mailbox ordered* for`)
  await world.sees(`new.one@${domain}`)
})
