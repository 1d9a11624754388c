import { expect, test } from 'vitest'
import { press } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

test('a sentence is acted upon or asked back with buttons, and spends nothing by itself', async () => {
  const world = await startWorld()
  const [{ domainName: domain, userId }] = await world.look('domains')
  await world.say(`/cmr domains list ${userId}`)
  await world.sees(/: \d+ domains?\*/)

  await world.say('/cmr balance')
  await world.sees(/in the wallet/)
  await world.say('/cmr customers')
  await world.sees(/"users\.get|users\.list/)
  await world.say('/cmr help money')
  await world.sees(/Help on Money/)
  await world.say(`/cmr ${domain}`)
  await world.sees(new RegExp(`"domains\\.get:0".*domain=${domain}`))

  await world.say(`/cmr renew ${domain}`)
  await world.sees(new RegExp(`What do you want to renew: “${domain}”`))
  await press(world, `Renew domains: ${domain}`)
  await eventually(() => {
    const view = world.modalOf(world.ana.id)
    expect(view?.callback_id).toBe('domains.renew')
    expect(JSON.stringify(view?.blocks)).toContain(domain)
    expect(JSON.stringify(view?.blocks)).not.toContain('Asking CMR')
  })
  await world.interactions.close(world.ana.id)

  await world.say(`/cmr add 5 mailboxes to ${domain}`)
  await eventually(() => expect(world.modalOf(world.ana.id)?.callback_id).toBe('orders.mailboxes'))
  await world.interactions.close(world.ana.id)
  await world.say('/cmr usrs')
  await world.sees(/Did you mean `\/cmr users`/)
  await press(world, 'List users')
  for (const endpoint of ['domains.renew', 'subscriptions.renew', 'orders.mailboxes'])
    expect(await world.requests(endpoint)).toEqual([])
})
