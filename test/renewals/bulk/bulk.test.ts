import { expect, test } from 'vitest'
import type { View } from '../../../src/playground/types.ts'
import { inStore } from '../../support/alerts.ts'
import { confirm } from '../../support/clicks.ts'
import { eventually } from '../../support/eventually.ts'
import { receiptOf, says, worldOfOrders } from '../../support/own-orders.ts'
import { isRenewable } from '../../support/renewable.ts'
import type { World } from '../../support/world.ts'
import type { WorldOptions } from '../../support/world-options.ts'

type Row = Record<string, string> & { autoRenew: boolean }
const textOf = (view: View) => JSON.stringify(view.blocks)
const asking = (view: View) => view.submit !== null && /It costs|Nothing of this/.test(textOf(view))
const cents = async (world: World) => (await world.look('state')).walletCents as number

const endsWithin = (periodEnd: string | undefined, days: number) =>
  Date.parse(String(periodEnd)) < Date.now() + days * 86_400_000

/** What does not renew by itself and is due, as a person reads it in the receipt. */
async function due(world: World): Promise<string[]> {
  const domains: Row[] = await world.look('domains')
  const subscriptions: Row[] = await world.look('subscriptions')
  return [
    ...domains
      .filter((one) => isRenewable(one) && !one.autoRenew)
      .map(({ domainName }) => String(domainName)),
    ...subscriptions
      .filter(({ autoRenew, periodEnd }) => !autoRenew && endsWithin(periodEnd, 14))
      .map(({ domain }) => `mailboxes on ${domain}`),
  ]
}

const renewals = async (world: World) => [
  ...(await world.requests('domains.renew')),
  ...(await world.requests('subscriptions.renew')),
]

/** A world in which the bot knows all that CMR has. */
async function knowing(options: WorldOptions = {}): Promise<World> {
  const world = await worldOfOrders({ pace: 0.05, ...options, env: { CMR_SYNC_INTERVAL: '3600' } })
  const held = async (kind: string) =>
    (await world.look(kind === 'mailbox' ? 'mailboxes' : `${kind}s`)).length
  const known = (kind: string) =>
    inStore(world, `select id from directory_entries where kind = '${kind}'`).length
  await eventually(async () => {
    for (const kind of ['domain', 'subscription', 'mailbox']) expect(known(kind)).toBe(await held(kind))
  })
  return world
}

test('all that is due is renewed as one operation, each with its price and its outcome', async () => {
  const world = await knowing()
  const names = await due(world)
  expect(names.length).toBeGreaterThan(3)
  const before = await cents(world)
  await world.say('/cmr renewals renew all')
  const view = await world.opened(world.ana.id, asking)
  for (const name of names)
    expect(textOf(view)).toContain(
      name.startsWith('mailboxes')
        ? `${name.split(' ').at(-1)}, its mailboxes for a month: `
        : `${name}, the domain for a year: *$14.50*`,
    )
  // What is paid already is not taken for what is bought.
  expect(textOf(view)).toMatch(/ · ends <!date[^>]*>, then paid until <!date/)
  expect(textOf(view)).not.toMatch(/\* · paid until/)
  const price = Number(/It costs (?:about )?\*\$([\d,.]+)\*/.exec(textOf(view))?.[1]?.replace(',', '')) * 100
  expect(textOf(view)).toMatch(/The wallet holds .* after it\*\. What is left covers .*renews by itself/)
  expect(JSON.stringify(view.submit)).toContain('Renew for $')
  await confirm(world)
  await says(world, /\*Done\*/)
  expect(before - (await cents(world))).toBe(Math.round(price))
  for (const name of names) await says(world, new RegExp(`:white_check_mark: ${name}`))
  expect(await renewals(world)).toHaveLength(names.length)
  for (const { body } of await world.requests('domains.renew'))
    expect(body).toMatchObject({ domains: [expect.any(String)] })
  const audit = inStore(world, "select command, outcome from audit where command like '%.renew'")
  expect(audit.filter(({ outcome }) => outcome === 'ok')).toHaveLength(names.length + 1)
  // The next month of the mailboxes, which ends in these 45 days as well, is not offered again; nor by an old button.
  await world.say('/cmr renewals renew --within 45d')
  await eventually(() =>
    expect(world.read() + JSON.stringify(world.modalOf(world.ana.id))).toMatch(/Nothing due/),
  )
  await world.interactions.close(world.ana.id)
  const paid = (await world.look('subscriptions'))
    .filter((one: Row) => !endsWithin(one.periodEnd, 25))
    .slice(0, 2)
  await world.say(
    `/cmr renewals renew "${paid.map((one: Row) => `subscription:${one.subscriptionId}`).join(' ')}"`,
  )
  await world.opened(world.ana.id, (one) => /Nothing of this.*are paid until/s.test(textOf(one)))
})

test('a domain in its grace period is renewed before its mailboxes, in one operation', async () => {
  const world = await worldOfOrders({ pace: 0.05 })
  const found = (await world.look('domains')).find((one: Row) => isRenewable(one) && !one.autoRenew)
  const { userId, domainName, expiryDate } = found
  // Of CMR's own renewals of the meantime nobody is told: one that was told of now would be asked about.
  await world.control('webhooks', { mode: 'lost' })
  await world.control('clock', { advanceMs: Date.parse(expiryDate) - Date.now() + 86_400_000 })
  await eventually(async () => {
    const states = (await world.look('subscriptions')).map((one: Row) => one.subscriptionStatus)
    expect(states).not.toContain('RENEWING')
  })
  await world.control('webhooks', { mode: 'normal' })
  const [subscription] = (await world.look('subscriptions')).filter(
    ({ domain }: Row) => domain === domainName,
  )
  await world.say(`/cmr domains list ${userId}`)
  await world.sees('GRACE PERIOD')
  await world.say(`/cmr renewals renew "domain:${domainName} subscription:${subscription.subscriptionId}"`)
  const view = await world.opened(world.ana.id, asking)
  expect(textOf(view)).toContain('renewed once the domain is')
  await confirm(world)
  await says(world, /\*Done\*.*:white_check_mark: .*:white_check_mark: mailboxes on/s)
  const order = (await world.look('requests'))
    .map(({ endpoint }: { endpoint: string }) => endpoint)
    .filter((one: string) => /\.renew$/.test(one))
  expect(order).toEqual(['domains.renew', 'subscriptions.renew'])
})

test('a plan waits while spending is frozen, says so, and goes on afterwards', async () => {
  const world = await knowing()
  const names = await due(world)
  await world.say('/cmr renewals renew all')
  await world.opened(world.ana.id, asking)
  await world.control('faults', { endpoint: 'domains.renew', fault: 'slow', delayMs: 1500, times: 1 })
  await confirm(world)
  await eventually(async () => expect(await renewals(world)).toHaveLength(1))
  await world.say('/cmr freeze "Audit"')
  await confirm(world)
  await says(world, /mailboxes on \S+: waits until an admin ends the freeze/)
  const before = (await renewals(world)).length
  expect(before).toBeLessThan(names.length)
  await world.say('/cmr unfreeze')
  await confirm(world)
  await world.sees(/Charging and deleting are allowed again/)
  await says(world, /\*Done\*/)
  expect(JSON.stringify(receiptOf(world).blocks)).not.toContain('freeze')
  expect(await renewals(world)).toHaveLength(names.length)
})

test('what CMR refuses, or never answers, concerns that alone, and is sent once', async () => {
  const world = await knowing({ deadlines: 0.02 })
  const names = await due(world)
  await world.say('/cmr renewals renew all')
  await world.opened(world.ana.id, asking)
  await world.control('webhooks', { mode: 'lost' })
  await world.control('faults', { endpoint: 'domains.renew', fault: 'accepted-dropped', times: 1 })
  await world.control('faults', { endpoint: 'subscriptions.renew', fault: '409', times: 1 })
  await confirm(world)
  await says(world, /did not answer: the bot looks whether it happened/)
  await says(world, /Finished, but not everything succeeded/)
  const shown = JSON.stringify(receiptOf(world).blocks)
  expect(shown.match(/:white_check_mark: /g)).toHaveLength(names.length - 1)
  expect(shown.match(/:x: mailboxes on /g)).toHaveLength(1)
  expect(await renewals(world)).toHaveLength(names.length)
})

test('after a restart a plan goes on where it was, and nothing is sent twice', async () => {
  const world = await knowing()
  const names = await due(world)
  await world.control('faults', { endpoint: 'subscriptions.renew', fault: 'slow', delayMs: 300 })
  await world.say('/cmr renewals renew --within 45d')
  await world.opened(world.ana.id, asking)
  await confirm(world)
  await eventually(async () => expect((await renewals(world)).length).toBeGreaterThan(2))
  await world.restart()
  await says(world, /\*Done\*/)
  expect(await renewals(world)).toHaveLength(names.length)
})

test('who may not charge may not renew many either; what is under way, or done, is not renewed again', async () => {
  const world = await knowing({ pace: 1000 })
  const [domain] = await due(world)
  await world.say('/cmr renewals renew all', world.omar.id)
  await world.sees(/needs the role \*finance\*/)
  await world.say(`/cmr domains renew ${domain}`)
  await world.opened(world.ana.id, asking)
  await confirm(world)
  await world.sees('Renewing')
  await world.say('/cmr renewals renew --within 45d')
  const view = await world.opened(world.ana.id, (one) => asking(one) && one.callback_id === 'renewals.renew')
  expect(textOf(view)).not.toContain(`${domain}, the domain`)
  await world.interactions.close(world.ana.id)
  await world.say(`/cmr renewals renew domain:${domain}`)
  await world.opened(world.ana.id, (one) =>
    /Nothing of this can be renewed now.*is already renewing it/s.test(textOf(one)),
  )
})

test('a limit counts what was confirmed, not all that is due', async () => {
  const world = await knowing()
  const omar = world.omar.id
  const [first, ...others] = (await world.look('domains')).filter(isRenewable)
  await world.say('/cmr access limit --role operator --operation 15')
  await world.sees(/Every \*operator\* may spend/)
  const both = [first, others[0]].map(({ domainName }) => `domain:${domainName}`).join(' ')
  await world.say(`/cmr renewals renew "${both}"`, omar)
  await world.opened(omar, asking)
  await confirm(world, omar)
  await eventually(() => expect(JSON.stringify(world.modalOf(omar))).toMatch(/beyond a limit/))
  expect(await renewals(world)).toEqual([])
  await world.interactions.close(omar)
  await world.say(`/cmr renewals renew domain:${first.domainName}`, omar)
  await world.opened(omar, asking)
  await confirm(world, omar)
  await eventually(async () => expect(await renewals(world)).toHaveLength(1))
})

test('what belongs to another customer than the one that is named is not renewed', async () => {
  const world = await knowing()
  const [one] = (await world.look('domains')).filter(isRenewable)
  const other = (await world.look('users')).find(({ userId }: Row) => userId !== one.userId)
  await world.say(`/cmr renewals renew domain:${one.domainName} --userId ${other.userId}`)
  await eventually(() =>
    expect(world.read() + JSON.stringify(world.modalOf(world.ana.id))).toMatch(/belongs to another customer/),
  )
})

test('what to renew is chosen from a list, or by when it is due', async () => {
  const world = await knowing()
  const [domain] = await due(world)
  await world.say('/cmr renewals renew')
  const form = await world.opened()
  const ask = { action_id: 'form.items', block_id: 'items', value: String(domain) }
  const options = await world.interactions.options({ person: world.ana.id, view: form.id, values: {} }, ask)
  expect(JSON.stringify(options)).toContain(`domain:${domain}`)
  expect((await world.submit({})).errors?.items).toMatch(/Choose what to renew/)
  await world.submit({ within: '45d' })
  await world.opened(world.ana.id, asking)
})
