import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const google = ['sandbox.nexora-tech.com', 'mail-sandbox.brightplathlabs.com']

/** What the receipt in #ops says, with everything under it. */
const opsSays = (world: World, ...texts: RegExp[]) =>
  eventually(() => {
    for (const text of texts) expect(world.read()).toMatch(text)
  })

async function order(world: World, domains: readonly string[], scenario?: string) {
  const [{ userId }] = await world.look('users')
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  const more = scenario ? ` --scenario ${scenario}` : ''
  const verb = scenario ? 'sandbox-order' : 'order'
  await world.say(
    `/cmr prewarm ${verb} --userId ${userId} --domains ${domains.join(',')} --serviceProvider GOOGLE --googleOauthRoute DEFAULT${more}`,
  )
  await world.opened(world.ana.id, (view) => view.submit !== null)
  await world.submit({})
  return String(userId)
}

test('one event about several domains completes each, names them, and tells the directory', async () => {
  const world = await startWorld()
  const stock = (await world.look('inventory')) as { domain: string; serviceProvider: string }[]
  const [a = '', b = ''] = stock.flatMap(({ domain, serviceProvider }) =>
    serviceProvider === 'GOOGLE' ? [domain] : [],
  )
  await order(world, [a, b])
  await opsSays(world, /pre-warmed domains 2\/2/, new RegExp(`Pre-warmed \\*${a}, ${b}\\* are yours`))
  for (const domain of [a, b]) {
    const [{ subscriptionId }] = (await world.look('subscriptions')).filter(
      (one: { domain: string }) => one.domain === domain,
    )
    const boxes = (await world.look('mailboxes')).filter((one: { domain: string }) => one.domain === domain)
    for (const name of [domain, ...boxes.map(({ email }: { email: string }) => email)]) {
      await eventually(async () => {
        await world.say(`/cmr find ${name}`)
        expect(world.read()).toContain(name)
      })
    }
    await world.say(`/cmr find ${subscriptionId}`)
    await world.sees(new RegExp(`${subscriptionId}`))
  }
})

test('CMR’s sandbox plays a partial failure: both events of one order find their domains', async () => {
  const world = await startWorld({ prewarmSandbox: true })
  await order(world, google, 'partial_failure')
  await opsSays(
    world,
    /Pre-warmed \*sandbox\.nexora-tech\.com\* is yours/,
    /Pre-warmed \*mail-sandbox\.brightplathlabs\.com\* could not be delivered/,
    /pre-warmed domains 1\/2/,
  )
})

test('other domains than the four do not exist in CMR’s sandbox', async () => {
  const world = await startWorld({ prewarmSandbox: true })
  await order(world, ['acme.com'], 'success')
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toContain('acme.com does not exist in the sandbox'),
  )
  await world.say('/cmr prewarm sandbox-list')
  await world.sees(/4 pre-warmed domains/)
})

test.each([
  ['domain', (domain: string) => ({ domain })],
  ['domains[] of names', (domain: string) => ({ domains: [domain] })],
  ['domains[] of objects', (domain: string) => ({ domains: [{ domainName: domain }] })],
  ['mailboxDetails[]', (domain: string) => ({ mailboxDetails: [{ domain, preWarmedUpMailboxes: [] }] })],
])('a failure that names its domain in %s is found', async (_, shape) => {
  const world = await startWorld({ prewarmSandbox: true })
  await world.control('webhooks', { mode: 'held' })
  await order(world, google, 'success')
  await eventually(async () => expect(await world.look('sandbox-orders')).toHaveLength(2))
  const [{ orderId }] = await world.look('sandbox-orders')
  const [first = '', second = ''] = google
  const fail = (domain: string) => ({
    event: 'prewarmup.order.failed',
    eventId: `FAILED-${domain}`,
    data: { orderId, reason: 'Sold meanwhile', ...shape(domain) },
  })
  expect(await world.webhook(fail(first))).toBe(200)
  await opsSays(world, new RegExp(`Pre-warmed \\*${first.replaceAll('.', '\\.')}\\* could not be delivered`))
  expect(world.read()).not.toContain('is finished, but not everything succeeded')
  expect(await world.webhook(fail(second))).toBe(200)
  await opsSays(world, /Pre-warmed \*mail-sandbox\.brightplathlabs\.com\* could not be delivered/)
})
