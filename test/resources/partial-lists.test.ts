import { expect, test } from 'vitest'
import { subscriptions } from '../../src/cmr/endpoints/subscriptions.ts'
import { eventually } from '../support/eventually.ts'
import { layLine } from '../support/line.ts'
import { startWorld } from '../support/world.ts'

/** A world in which CMR's lists of subscriptions hold one more row, which does not say which subscription it is. */
async function worldOfPartialLists() {
  const world = await startWorld({ withBot: false })
  const line = await layLine(String(world.env.CMR_API_URL), subscriptions.list)
  line.meet = async ({ carry, reply }) => {
    const { body, ...rest } = await carry()
    const answer = JSON.parse(body)
    answer.data.subscriptions.push({ subscriptionStatus: 'ACTIVE', totalMailboxQuantity: 3 })
    reply({ ...rest, body: JSON.stringify(answer) })
  }
  world.env.CMR_API_URL = line.url
  await world.start()
  return world
}

test('a list with a row that has no id shows the others, and says that one is missing', async () => {
  const world = await worldOfPartialLists()
  await world.say('/cmr subscriptions list')
  await world.sees(/\d+ subscriptions.*CMR also sent 1 row that the bot could not read/s)
})

test('what would be changed is not chosen from a list in which a row cannot be read', async () => {
  const world = await worldOfPartialLists()
  const [{ domain }] = await world.look('subscriptions')
  await world.say(`/cmr subscriptions cancel ${domain}`)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(
      /CMR gave a list in which the bot cannot read a row/,
    ),
  )
  expect(await world.requests('subscriptions.cancel')).toEqual([])
})
