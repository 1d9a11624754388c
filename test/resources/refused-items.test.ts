import { expect, test } from 'vitest'
import { csvText } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile, outcomeOf } from '../support/imports.ts'
import { isRenewable } from '../support/renewable.ts'
import { apiKey, startWorld, type World } from '../support/world.ts'

type Row = Readonly<Record<string, string>>
const early = 'can be renewed from 45 days before its expiry on.'

/** A user with a domain that CMR renews, and one that it has renewed already. */
async function domainsOf(world: World) {
  const all = ((await world.look('domains')) as Row[]).filter(isRenewable)
  const [good, bad] =
    [...Map.groupBy(all, (one) => one.userId).values()].find((mine) => mine.length > 1) ?? []
  if (!good || !bad) throw new Error('the sandbox has no such user')
  const { userId, domainName } = bad
  await fetch(`${world.env.CMR_API_URL}/domains/renew`, {
    method: 'POST',
    headers: { 'cmr-x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ userId, domains: [domainName] }),
  })
  await eventually(async () => {
    const now = ((await world.look('domains')) as Row[]).find((one) => one.domainName === domainName)
    if (!now || isRenewable(now) || now.status !== 'ACTIVE') throw new Error('it is not renewed yet')
  })
  return { userId: String(userId), good: String(good.domainName), bad: String(domainName) }
}

test('a domain that CMR refuses inside a 200 is refused in the receipt and the operation, the others are renewed', async () => {
  const world = await startWorld()
  const { userId, good, bad } = await domainsOf(world)
  await world.say(`/cmr domains renew --userId ${userId} --domains "${good} ${bad}" --years 1`)
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('It costs'))
  // What CMR refuses costs nothing, and the confirmation says so.
  const view = JSON.stringify(world.modalOf(world.ana.id)?.blocks)
  expect(view).toContain(`${bad}: :no_entry: CMR refused it: ${bad} ${early}`)
  await world.submit({})
  await world.sees(new RegExp(`Renewing \\*${good}\\*`))
  const data = { domainName: good, expiryDate: '2030-01-01T00:00:00.000Z' }
  expect(await world.webhook({ event: 'domain.renewal.success', eventId: 'renewed', data })).toBe(200)
  await world.sees(/Finished, but not everything succeeded/)
  const said = world.read()
  expect(said).toContain(`:no_entry: *${bad}*: ${bad} ${early}`)
  expect(said).not.toMatch(/Renewing \*2 domains/)
  await world.sees(`:x: ${bad}: CMR refused it: ${bad} ${early}`)
})

test('an answer that refuses everything is a refusal: nothing is under way', async () => {
  const world = await startWorld()
  const { userId, bad } = await domainsOf(world)
  await world.say(`/cmr domains renew --userId ${userId} --domains ${bad} --years 1`)
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('Renew domains?'))
  await world.submit({})
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes(`${bad} ${early}`))
  await world.say('/cmr operations')
  await world.sees('Nothing is open')
  expect(world.read()).not.toContain('Under way')
})

test('the price of renewal tells of all of a user’s domains, and which of them CMR refuses now', async () => {
  const world = await startWorld()
  const { userId, good, bad } = await domainsOf(world)
  await world.say(`/cmr domains renewal-price --userId ${userId} --years 2`)
  await world.sees(/Renewal of \d+ domains?: \$[\d.]+ for 2 years/)
  expect(world.read()).toContain(`*${good}*`)
  expect(world.read()).toContain(`:no_entry: *${bad}*: ${bad} ${early}`)
  expect((await world.requests('domains.renewal-price')).map(({ body }) => body)).toEqual([
    { userId, years: 2 },
  ])
})

test('rows that CMR refuses inside a 200 stand in the outcome with its own words, also where it refuses all', async () => {
  const world = await startWorld()
  const all = (await world.look('mailboxes')) as Row[]
  const mine = [...Map.groupBy(all, ({ userId }) => userId).values()].find((boxes) => boxes.length > 3) ?? []
  const names = mine.map(({ email = '' }) => email.split('@')[0] ?? '')
  // An address that exists already is refused.
  const sameDomain = mine.filter(({ domain }) => domain === mine[0]?.domain)
  const [first, second, third] = sameDomain.length > 2 ? sameDomain : mine
  expect(names.length).toBeGreaterThan(3)
  const taken = (row: Row | undefined) => row?.email?.split('@')[0] ?? ''
  await giveFile(
    world,
    'mailboxes update',
    csvText([
      { Mailbox: String(first?.email), Username: taken(second) },
      { Mailbox: String(second?.email), Username: taken(third) },
    ]),
  )
  await world.submit({})
  const outcome = await outcomeOf(world)
  expect(outcome.map((row) => [row.outcome, row.detail])).toEqual([
    ['failed', expect.stringContaining(`CMR refused it: ${second?.email} exists already.`)],
    ['failed', expect.stringContaining(`CMR refused it: ${third?.email} exists already.`)],
  ])
})
