import { expect, test } from 'vitest'
import { confirm } from '../support/clicks.ts'
import { startWorld, type World } from '../support/world.ts'

/** Registers domains as another program of the partner would. */
async function registered(world: World, userId: string, domains: readonly string[]) {
  const answer = await fetch(`${world.env.CMR_API_URL}/orders/json?userId=${userId}`, {
    method: 'POST',
    headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
    body: JSON.stringify({
      domains: domains.map((domain) => ({ domain, years: 1 })),
      mailboxes: {},
      billingCycle: 'MONTHLY',
      confirm: true,
      serviceProvider: 'GOOGLE',
      google: { googleOauthRoute: 'R' },
    }),
  })
  expect(answer.status).toBe(200)
}

test('however many domains I renew, what it costs, what the wallet holds and who is told are not cut off', async () => {
  const world = await startWorld()
  await world.control('wallet', { balanceCents: 1_000_000 })
  const [{ userId }] = await world.look('users')
  const domains = Array.from({ length: 80 }, (_, at) => `outreach-for-a-customer-${at}.com`)
  await registered(world, userId, domains)
  // CMR renews a domain from 45 days before its expiry on.
  await world.control('clock', { advanceMs: 330 * 86_400_000 })
  await world.control('wallet', { balanceCents: 1_000_000 })
  await world.say(`/cmr domains renew --userId ${userId} --domains "${domains.join(' ')}" --years 1`)
  const asked = JSON.stringify((await confirm(world)).blocks)
  expect(asked).toContain('It costs *$1,160.00*')
  expect(asked).toMatch(/and 65 more/)
  expect(asked).toMatch(/after it\*/)
  expect(asked).toContain(`The receipt is posted in <#${world.ops.id}>`)
})

test('changing a user whose every field I gave names the customer that I change, not only the id', async () => {
  const world = await startWorld()
  const [user] = await world.look('users')
  const fields = Object.entries(user).filter(
    ([name, value]) =>
      /^(email|company|.*Name|country|city|address.*|language.*|postal.*|state|phone.*)$/.test(name) && value,
  )
  const flags = fields.map(([name, value]) => `--${name} "${name === 'company' ? 'Renamed Inc.' : value}"`)
  await world.say(`/cmr users update ${user.userId} ${flags.join(' ')}`)
  const asked = JSON.stringify(
    (await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('Update this customer')))
      .blocks,
  )
  expect(asked).toContain(`Customer: *${user.company.replace('&', '&amp;')}* (${user.email}`)
  expect(asked).toContain('Company: Renamed Inc.')
})

test('deleting a user says where that will be told', async () => {
  const world = await startWorld()
  await world.say('/cmr users delete "Kestrel Analytics"')
  const asked = await world.opened()
  expect(JSON.stringify(asked)).toContain(`The receipt is posted in <#${world.ops.id}>`)
})

test('subscriptions are recreated by domains or by ids, not by both; one of them has to be said', async () => {
  const world = await startWorld()
  const [{ domain, subscriptionId }] = await world.look('subscriptions')
  await world.say('/cmr subscriptions recreate')
  await world.opened()
  expect((await world.submit({})).errors?.domainNames).toMatch(/Name domains or subscriptions/)
  const both = await world.submit({ domainNames: domain, subscriptionIds: subscriptionId })
  expect(both.errors?.domainNames).toMatch(/not both/)
})
