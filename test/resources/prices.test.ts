import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { isRenewable } from '../support/renewable.ts'
import { shareWorld } from '../support/world.ts'

let world: Awaited<ReturnType<typeof shareWorld>>
beforeAll(async () => {
  world = await shareWorld()
  await world.control('wallet', { balanceCents: 1_000_000 })
})
afterAll(() => world?.close())

const cents = async () => (await world.look('state')).walletCents as number
type Row = Record<string, string> & { priceCents: number }
const rows = async (kind: string): Promise<Row[]> => world.look(kind)

/** Says a command, reads the price in its confirmation, confirms, and sees the wallet lose just that. */
async function costs(line: string): Promise<number> {
  const before = await cents()
  await world.say(`/cmr ${line}`)
  const view = await world.opened(
    world.ana.id,
    (one) => one.submit !== null && JSON.stringify(one).includes('It costs'),
  )
  const shown = JSON.stringify(view.blocks)
  const price = Math.round(
    Number(/It costs (?:about )?\*\$([\d,.]+)\*/.exec(shown)?.[1]?.replace(',', '')) * 100,
  )
  expect(shown).toMatch(/after it\*/)
  const { typed } = JSON.parse(String(view.private_metadata))
  await world.submit(typed ? { confirmName: typed } : {})
  await eventually(async () => expect(before - (await cents())).toBe(price))
  return price
}

/** A subscription that is not about to cross its first year. */
async function young(skip = 0): Promise<Row> {
  const all = await rows('subscriptions')
  const found = all.filter(
    (one) => Date.now() - Date.parse(String(one.since)) < 300 * 86_400_000 && one.priceCents === 300,
  )
  return found[skip] as Row
}

test('renewing a domain for two years costs what I was shown', async () => {
  const { domainName, userId } = (await rows('domains')).find(isRenewable) as Row
  expect(await costs(`domains renew --userId ${userId} --domains ${domainName} --years 2`)).toBe(2 * 1450)
})

test('renewing a subscription costs its own price for each mailbox', async () => {
  const { subscriptionId } = await young(1)
  const boxes = (await rows('mailboxes')).filter((one) => one.subscriptionId === subscriptionId)
  const warm = boxes.filter(({ warmup }) => (warmup as { status?: string } | undefined)?.status === 'ACTIVE')
  expect(await costs(`subscriptions renew ${subscriptionId}`)).toBe(boxes.length * 300 + warm.length * 200)
})

test('list, confirmation and its button show the same amount for the same renewal, warm-ups included', async () => {
  const boxes = Map.groupBy(await rows('mailboxes'), (one) => one.subscriptionId)
  const warm = (one: Row) => (one.warmup as { status?: string } | undefined)?.status === 'ACTIVE'
  const found = (await rows('subscriptions')).findLast(
    ({ subscriptionId, subscriptionStatus }) =>
      subscriptionStatus === 'ACTIVE' && boxes.get(subscriptionId)?.some(warm),
  ) as Row
  await world.say(`/cmr subscriptions renew ${found.domain}`)
  const view = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('It costs'))
  const amount = /It costs about \*(\$[\d.]+)\*/.exec(JSON.stringify(view.blocks))?.[1]
  expect(view.submit).toMatchObject({ text: `Renew for about ${amount}` })
  await world.interactions.close(world.ana.id)
  // What the confirmation read, the directory knows from then on.
  await eventually(async () => {
    await world.say(`/cmr subscriptions list ${found.domain}`)
    await eventually(() => expect(world.read()).toContain(`= about *${amount}* a month`))
  })
  expect(world.read()).toContain('for a warm-up is a guess')
})

test('a domain in its first year has a certain price; one past it may step to $5.00, and CMR charges that', async () => {
  const first = await young(2)
  await world.say(`/cmr subscriptions renew ${first.domain}`)
  const certain = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('It costs'))
  expect(JSON.stringify(certain.blocks)).not.toContain('may step')
  await world.interactions.close(world.ana.id)
  // A year and a month later the domain has been renewed, as CMR's domain renewal does.
  const old = (await rows('domains')).find(
    (one) => isRenewable(one) && Date.now() - Date.parse(String(one.registeredOn)) < 365 * 86_400_000,
  )
  const { domainName, userId } = old as Row
  const { subscriptionId } = (await rows('subscriptions')).find((one) => one.domain === domainName) as Row
  const boxes = (await rows('mailboxes')).filter((one) => one.subscriptionId === subscriptionId)
  await costs(`domains renew --userId ${userId} --domains ${domainName}`)
  await world.control('domain-age', { domain: domainName, days: 400 })
  const before = await cents()
  await world.say(`/cmr subscriptions renew ${domainName}`)
  const view = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('It costs'))
  const shown = JSON.stringify(view.blocks)
  const warm = boxes.filter(({ warmup }) => (warmup as { status?: string } | undefined)?.status === 'ACTIVE')
  const dear = boxes.length * 500 + warm.length * 200
  expect(shown).toContain(`may cost up to *$${(dear / 100).toFixed(2)}*`)
  expect(shown).toMatch(new RegExp(`${domainName} may step to \\$5\\.00 a mailbox`))
  await world.submit({})
  await eventually(async () => expect(before - (await cents())).toBe(dear))
})

test('a warm-up costs the days that are left of the month', async () => {
  const cold = (await rows('mailboxes')).find((one) => !one.warmup)
  expect(await costs(`warmup add ${cold?.email}`)).toBeGreaterThan(0)
})

test('pre-warmed mailboxes cost what the inventory says', async () => {
  const [stock] = await rows('inventory')
  const [user] = await rows('users')
  await costs(
    `prewarm order --userId ${user?.userId} --domains ${stock?.domain} --serviceProvider ${stock?.serviceProvider} ${stock?.serviceProvider === 'GOOGLE' ? '--googleOauthRoute' : '--microsoftOauthRoute'} DEFAULT`,
  )
})

test('what a placement test costs CMR tells only when it charges, and the confirmation says so', async () => {
  const box = (await rows('mailboxes')).find((one) => one.status === 'ACTIVE')
  await world.say(`/cmr placement run --userId ${box?.userId} --mailboxIds ${box?.email}`)
  const view = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('The wallet holds'))
  expect(JSON.stringify(view.blocks)).toContain('CMR shows the price only when it charges')
})

test('mailboxes added to a subscription cost its own price, with their warm-ups', async () => {
  const dear = (await rows('subscriptions')).find(
    (one) => one.priceCents === 500 && one.subscriptionStatus === 'ACTIVE',
  )
  const people = 'zoe Zoe Park\nmax Max Park'
  expect(
    await costs(
      `orders mailboxes ${dear?.userId} ${dear?.subscriptionId} --mailboxes "${people}" --onWarmup yes`,
    ),
  ).toBe(2 * 500 + 2 * 200)
})
