import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { press } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { titleOf } from '../support/order-form.ts'
import { shareWorld } from '../support/world.ts'

interface Known {
  readonly domainName: string
  readonly userId: string
}

let world: Awaited<ReturnType<typeof shareWorld>>
let domain: string
let customer: { readonly userId: string; readonly email: string; readonly company: string }

beforeAll(async () => {
  world = await shareWorld()
  const [{ domainName, userId }] = (await world.look('domains')) as [Known]
  domain = domainName
  customer = (await world.look('users')).find((one: { userId: string }) => one.userId === userId)
  await world.say(`/cmr domains list ${userId}`)
  await world.sees(/: \d+ domains?\*/)
  await world.say('/cmr users list')
  await world.sees(/"users\.get|users\.list/)
})
afterEach(async () => {
  while (world.modalOf(world.ana.id)) await world.interactions.close(world.ana.id)
  for (const endpoint of ['domains.renew', 'subscriptions.renew', 'orders.mailboxes'])
    expect(await world.requests(endpoint)).toEqual([])
})
afterAll(() => world.close())

/** What is said in #ops after a line is typed. */
async function answers(line: string, text: RegExp) {
  const before = world.messages(world.ops.id).length
  await world.say(line)
  await eventually(() => expect(JSON.stringify(world.messages(world.ops.id).slice(before))).toMatch(text))
}

/** The form that is open, once it shows this. */
const form = (command: string, text: RegExp) =>
  world.opened(world.ana.id, (view) => view.callback_id === command && text.test(titleOf(view)))

test('synonyms and questions are acted upon', async () => {
  await answers('/cmr balance', /in the wallet/)
  await answers('/cmr what is in the wallet?', /in the wallet/)
  await answers('/cmr customers', /"users\.get|users\.list/)
  await answers('/cmr help money', /Help on Money/)
  await answers('/cmr renewals by friday', /(renews|renew) until [A-Z][a-z]{2} \d/)
})

test('a bare domain, e-mail, company or id is shown, and no list of one', async () => {
  await answers(`/cmr ${domain}`, new RegExp(`"dns\\.list.*${domain}`))
  for (const name of [customer.email, customer.company, customer.userId])
    await answers(`/cmr ${name}`, new RegExp(`${customer.email}.*"users\\.update`))
  await answers('/cmr nobody-has-this-name.com', /Nothing matches/)
})

test('a verb that fits several things is asked back with buttons', async () => {
  await answers(`/cmr renew ${domain}`, new RegExp(`What do you want to renew: “${domain}”`))
  await press(world, `Renew domains: ${domain}`)
  const view = await form('domains.renew', new RegExp(domain))
  expect(titleOf(view)).not.toContain('Asking CMR')
})

test('what somebody does not want is not begun: the thing is shown', async () => {
  for (const line of [`do not cancel ${domain}`, `don’t renew ${domain}`, `never delete ${domain}`]) {
    await answers(`/cmr ${line}`, new RegExp(`"dns\\.list.*${domain}`))
    expect(world.modalOf(world.ana.id)).toBeUndefined()
  }
})

test('two domains to renew are asked about as one is', async () => {
  const { domainName } = (await world.look('domains')).find((one: Known) => one.domainName !== domain)
  await answers(`/cmr renew ${domain} and ${domainName}`, /What do you want to renew/)
  await world.say(`/cmr buy acme-one.com and acme-two.com for ${customer.company}`)
  const view = await form('orders.create', /acme-one\.com \$.*acme-two\.com \$/)
  expect(titleOf(view)).toContain(customer.email)
})

test('a type of record is kept where its value is wrong', async () => {
  await answers(`/cmr dns add ${domain} A @ 999.1.1.1`, /\*Value\*.*recordType=\\"A\\" host=\\"@\\"/)
})

test('how many were asked for stands in the form, and another number is asked about once', async () => {
  await world.say(`/cmr add 5 mailboxes to ${domain}`)
  await form('orders.mailboxes', /You asked for \*5 mailboxes\*/)
  await world.submit({ mailboxes: 'Jane Doe\nJohn Roe' })
  await form('orders.mailboxes', /You asked for 5 mailboxes, and 2 are named here/)
  await world.submit({ mailboxes: 'Jane Doe\nJohn Roe' })
  await form('orders.mailboxes', /2 mailboxes|2 × |John/)
})

test('a slip of a word is a button, and so is a value that cannot be', async () => {
  await answers('/cmr usrs', /Did you mean `\/cmr users`/)
  await press(world, 'List customers')

  await answers(`/cmr users list --lmit 2`, /has no `--lmit`.*Did you mean `--limit`/)
  await press(world, 'Use --limit')
  await world.sees(/customers\* · page 1 of 20/)

  await answers(`/cmr dns add ${domain} FOO @ hello`, /Nothing was done.*"TXT"/)
  await press(world, 'TXT')
  await form('dns.add', /hello/)
})

test('what is wrong in a line is corrected in the form, which holds all that was typed', async () => {
  await answers(`/cmr domains renew ${domain} --years many`, /\*Years\*: Give a (whole )?number/)
  await press(world, 'Correct it')
  const view = await form('domains.renew', /warning.*Give a (whole )?number/)
  expect(titleOf(view)).toContain(domain)
})
