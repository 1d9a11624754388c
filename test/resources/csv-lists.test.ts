import { expect, test } from 'vitest'
import { readBack } from '../support/csv.ts'
import { startWorld, type World } from '../support/world.ts'

/** The files in the bot's messages to Ana, the latest last. */
const files = async (world: World) => Object.values(await world.filesIn(world.directMessages(world.ana.id)))

test('what is under way, and the story of one, can be had as a file', async () => {
  const world = await startWorld()
  const [{ domainName, userId }] = await world.look('domains')
  await world.say(`/cmr domains auto-renew ${domainName} off --userId ${userId}`)
  await world.opened()
  await world.submit({})
  await world.sees(/Auto-renew is \*off/)
  await world.say('/cmr operations list --all yes --csv yes')
  await world.sees(/List open operations\*: 1 row, all pages/)
  const [listed = ''] = await files(world)
  expect(readBack(listed)).toMatchObject([
    { what: 'domains auto-renew', label: domainName, actor: world.ana.id, state: 'ended' },
  ])
})

test('the bot’s own lists can be had as files too', async () => {
  const world = await startWorld()
  await world.say(
    `/cmr alerts add "subscription.* domain.*" --channel ${world.billing.id} --severities urgent`,
  )
  await world.sees(/r1/)
  for (const [list, name] of [
    ['alerts list', 'alerts-list-'],
    ['alerts failed', 'alerts-failed-'],
    ['events list test.*', 'events-list-'],
    ['imports list', 'imports-list-'],
    ['geo countries ger', 'geo-countries-'],
  ]) {
    await world.say(`/cmr ${list} --csv yes`)
    await world.sees(new RegExp(`\\d rows?, all pages, as ${name}`))
  }
  const shared = await files(world)
  expect(readBack(shared[0] ?? '')).toMatchObject([
    { id: 'r1', channel: world.billing.id, 'filter.events': 'subscription.* domain.*' },
  ])
  expect(readBack(shared.at(-1) ?? '')).toContainEqual({ name: 'Germany', code: 'DE' })
})
