import { expect, test } from 'vitest'
import { csvText } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile, orderRow, outcomeOf } from '../support/imports.ts'
import { apiKey, startWorld, type World } from '../support/world.ts'

type Row = Record<string, string>

/** Somebody else registers a domain meanwhile. */
async function registerFor(world: World, userId: string, domain: string) {
  const answer = await fetch(`${world.env.CMR_API_URL}/orders/json?userId=${userId}`, {
    method: 'POST',
    headers: { 'cmr-x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({
      domains: [{ domain, years: 1 }],
      mailboxes: { [domain]: [{ username: 'x', firstName: 'X', lastName: 'Y' }] },
      billingCycle: 'MONTHLY',
      confirm: true,
      serviceProvider: 'GOOGLE',
      google: { googleOauthRoute: 'https://sender.test/oauth' },
    }),
  })
  expect(answer.status).toBe(200)
  await eventually(async () => {
    const all = (await world.look('domains')) as Row[]
    expect(all.some(({ domainName }) => domainName === domain)).toBe(true)
  })
}

test('a row whose domain was taken after the preview is refused in the outcome; the others of its order are placed', async () => {
  const world = await startWorld()
  const [first, second] = (await world.look('users')) as Row[]
  const user = String(first?.email)
  const names = ['row-one-new.com', 'row-two-new.com', 'row-three-new.com']
  await giveFile(world, 'orders import', csvText(names.map((name) => orderRow(user, name))))
  await registerFor(world, String(second?.userId), 'row-two-new.com')
  await world.submit({})
  const outcome = await outcomeOf(world)
  expect(outcome.map(({ domain, outcome: what, detail }) => [domain, what, detail])).toEqual([
    ['row-one-new.com', 'done', ''],
    ['row-two-new.com', 'failed', expect.stringMatching(/not available/)],
    ['row-three-new.com', 'done', ''],
  ])
  expect(outcome[0]?.id).toBe(outcome[2]?.id)
  expect(outcome[0]?.id).toMatch(/^[A-Z0-9]{20,}$/)
})

test('rows that CMR refuses all inside one 200 are refused each in CMR’s words, and nothing was ordered', async () => {
  const world = await startWorld()
  const [first] = (await world.look('users')) as Row[]
  const names = ['all-one-new.com', 'all-two-new.com']
  const message = 'The registry refused the name.'
  await giveFile(world, 'orders import', csvText(names.map((name) => orderRow(String(first?.email), name))))
  await world.control('faults', { endpoint: 'orders.create', fault: 'items', items: names, message })
  const before = (await world.look('state')).walletCents
  await world.submit({})
  const outcome = await outcomeOf(world)
  expect(outcome.map(({ domain, outcome: what }) => [domain, what])).toEqual(
    names.map((name) => [name, 'failed']),
  )
  for (const { detail } of outcome) expect(detail).toContain(message)
  expect((await world.look('state')).walletCents).toBe(before)
})
