import { expect, test } from 'vitest'
import { isRenewable } from '../support/renewable.ts'
import { startWorld } from '../support/world.ts'

type Row = Readonly<Record<string, string>>

test('a warm-up’s price that nobody has set says that it is a guess', async () => {
  const world = await startWorld()
  const cold = ((await world.look('mailboxes')) as Row[]).find((one) => !one.warmup)
  await world.say(`/cmr warmup add ${cold?.email}`)
  const view = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('It costs'))
  expect(JSON.stringify(view.blocks)).toMatch(
    /\$2\.00 for a warm-up is a guess.*An admin can set what CMR’s dashboard shows/,
  )
})

test('a domain that CMR does not renew yet says from when on it does', async () => {
  const world = await startWorld()
  const far = ((await world.look('domains')) as Row[]).find((one) => !isRenewable(one))
  await world.say(`/cmr domains renew --userId ${far?.userId} --domains ${far?.domainName}`)
  const view = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('Renew domains?'))
  expect(JSON.stringify(view.blocks)).toContain(`${far?.domainName} from <!date^`)
  // It may be sent all the same: CMR's word counts, not the bot's clock.
  await world.submit({})
  await world.opened(world.ana.id, (one) =>
    JSON.stringify(one).includes('can be renewed from 45 days before its expiry'),
  )
})
