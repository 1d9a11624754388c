import { expect, test, vi } from 'vitest'
import { allEndpoints } from '../../src/cmr/endpoints/index.ts'
import { createCommands } from '../../src/commands/index.ts'
import { startWorld } from '../support/world.ts'

type World = Awaited<ReturnType<typeof startWorld>>

test('each of the 64 endpoints is a command, and each command has a form', async () => {
  const { byId } = createCommands()
  for (const { id, effect } of allEndpoints) {
    const command = byId(id)
    expect(command, id).toBeDefined()
    expect(command?.effect).toBe(effect)
    expect(command?.summary.length, id).toBeLessThanOrEqual(24)
    if (effect === 'charge' || effect === 'destroy') expect(command?.confirm, id).toBeDefined()
  }
})

/** Says a command, goes through its form and its confirmation as a person would. */
async function carryOut(world: World, id: string, values: Record<string, string>) {
  const command = createCommands().byId(id)
  if (!command) throw new Error(`no ${id}`)
  const isRead = command.effect === 'read'
  const flags = Object.entries(values).map(([name, value]) => `--${name} "${value}"`)
  // A read is said whole; everything else goes through its form.
  const line = isRead ? flags.join(' ') : ''
  await world.say(`/cmr ${command.noun} ${command.verb} ${line}`)
  if (isRead) return
  await world.opened(world.ana.id, (view) => view.callback_id === id && view.submit !== null)
  const answer = await world.submit(values)
  expect(answer.errors, id).toBeUndefined()
  if (!command.confirm) return
  const view = await world.opened(
    world.ana.id,
    (one) => one.callback_id === id && one.submit !== null && JSON.parse(String(one.private_metadata)).input,
  )
  const { typed } = JSON.parse(String(view.private_metadata))
  expect((await world.submit(typed ? { confirmName: typed } : {})).errors).toBeUndefined()
}

test('everything that CMR offers can be done from Slack', { timeout: 100_000 }, async () => {
  const world = await startWorld()
  await world.control('rate-limit', { perSecond: 0 })
  await world.control('wallet', { balanceCents: 10_000_00 })
  const [subscription] = await world.look('subscriptions')
  const users = await world.look('users')
  const user = users.find((one: { userId: string }) => one.userId === subscription.userId)
  const boxes = (await world.look('mailboxes')).filter(
    (one: { subscriptionId: string }) => one.subscriptionId === subscription.subscriptionId,
  )
  const userId = user.email
  const domain = subscription.domain
  const [box] = boxes
  const mailboxId = box.email
  const done = async (id: string, values: Record<string, string> = {}) => {
    await carryOut(world, id, values)
    await vi.waitFor(
      async () =>
        expect(
          (await world.requests(id)).at(-1),
          `${id}: ${JSON.stringify(world.modalOf(world.ana.id)?.blocks)} ${world.read().slice(-600)}`,
        ).toMatchObject({ status: expect.toSatisfy((status) => status === 200 || status === 201) }),
      { timeout: 12_000 },
    )
  }

  await done('domains.list', { userId })
  await done('domains.get', { userId, domain })
  await done('domains.suggest', { keyword: 'acme' })
  await done('domains.available', { domain: 'acme-new.com' })
  await done('domains.workspace', { domainName: domain, serviceProvider: 'GOOGLE' })
  await done('domains.renewal-price', { userId, domains: domain })
  await done('domains.renew', { userId, domains: domain, years: '1' })
  await done('domains.auto-renew', { userId, domains: domain, autoRenew: 'true' })
  await done('domains.forward', { userId, domains: domain, forwardTo: 'https://acme.com' })
  await done('domains.forward-email', { userId, domain, forwardTo: 'jane@acme.com' })
  await done('domains.client-id', { userId, domains: domain, clientId: 'c1', appName: 'App' })
  await done('dns.add', {
    userId,
    domain,
    host: '@',
    value: 'v=spf1 include:_spf.google.com ~all',
    recordType: 'TXT',
  })
  await done('dns.list', { userId, domain })
  const record = (await world.look('domains')).find(
    (one: { domainName: string }) => one.domainName === domain,
  ).records[0]
  await done('dns.update', {
    userId,
    domain,
    recordId: record.recordId,
    host: '@',
    value: 'mx.acme.com',
    recordType: 'MX',
  })
  await done('dns.delete', { userId, domain, recordId: record.recordId })
  await done('dns.nameservers', { userId, domain, nameservers: 'ns1.acme.com\nns2.acme.com' })
  await done('orders.create', {
    userId,
    domains: 'one-new.com\ntwo-new.com',
    mailboxes: 'jane Jane Doe\njohn John van Dyk',
    serviceProvider: 'GOOGLE',
    confirm: 'false',
  })
  const [order] = await world.look('orders')
  expect(order.request.mailboxes['two-new.com'][1]).toEqual({
    username: 'john',
    firstName: 'John',
    lastName: 'van Dyk',
  })
  await done('orders.get', { userId, orderId: order.orderId })
  await done('orders.status', { userId, orderId: order.orderId })
  const before = (await world.look('state')).walletCents
  await done('orders.process', { userId, orderId: order.orderId })
  expect(before - (await world.look('state')).walletCents).toBe(2 * 1450 + 4 * 300)
  await done('orders.create-with-images', { userId, domains: 'three-new.com', serviceProvider: 'GOOGLE' })
  await done('orders.mailboxes', { userId, subscriptionId: domain, domain, mailboxes: 'zoe Zoe Park' })
  await done('orders.add-mailboxes', { userId, subscriptionId: domain, domain, mailboxes: 'max Max Park' })
  await done('mailboxes.list', { userId })
  await done('mailboxes.all')
  await done('mailboxes.get', { mailboxId })
  await done('mailboxes.admin', { userId, mailboxId })
  await done('mailboxes.update', { userId, mailboxId, firstName: 'Janet' })
  await done('mailboxes.validate', { userId, mailboxes: mailboxId })
  await done('mailboxes.reexport', { userId, mailboxId, appName: 'App', clientId: 'c1' })
  const cold = (await world.look('mailboxes')).find((one: { warmup: unknown }) => !one.warmup)
  await done('warmup.add', { mailboxId: cold.email })
  await done('warmup.toggle', { mailboxId: cold.email })
  await done('warmup.status', { mailboxId: cold.email, status: 'PAUSED' })
  await done('warmup.settings', { mailboxId: cold.email, warmupLimit: '30' })
  await done('warmup.remove', { mailboxId: cold.email })
  await done('placement.run', { userId, mailboxIds: mailboxId })
  await done('placement.reports', { userId })
  await done('subscriptions.list', { domain })
  await done('subscriptions.renew', { subscriptionIds: domain })
  await done('subscriptions.auto-renew', { subscriptionId: domain, autoRenew: 'false' })
  await done('exports.platforms', { userId })
  await done('exports.connect', { userId, app: 'SMARTLEAD', email: 'a@b.co', password: 'hunter2-secret' })
  const [{ credentialId }] = await world.look('credentials')
  await done('exports.update', { userId, credentialId, workspace: 'Main' })
  await done('exports.workspaces', { credentialId })
  await done('exports.send', { credentialId, mailboxIds: mailboxId })
  await done('exports.disconnect', { userId, credentialId })
  await done('prewarm.list', { contains: 'warm' })
  const [stock] = await world.look('inventory')
  await done('prewarm.order', { userId, domains: stock.domain, serviceProvider: 'GOOGLE' })
  await done('errors.send', { message: 'A test of reporting' })
  await done('mailboxes.remove', { userId, mailboxIds: mailboxId })
  await world.control('clock', { advanceMs: 400 * 86_400_000 })
  await done('subscriptions.recreate', { domainNames: domain })
  await done('subscriptions.cancel', { subscriptionId: domain })
  expect(world.read()).not.toContain('hunter2-secret')
})
