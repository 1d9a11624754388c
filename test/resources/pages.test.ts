import { expect, test } from 'vitest'
import { startWorld } from '../support/world.ts'

test('a list ends with its last page, whatever CMR says of a next one', async () => {
  const world = await startWorld()
  const [subscription] = await world.look('subscriptions')
  await world.say(`/cmr subscriptions list ${subscription.domain}`)
  await world.sees(subscription.domain)
  expect(world.read()).not.toContain('subscriptions.list:next')
  const answer = await fetch(`${world.env.CMR_API_URL}/subscriptions?domain=${subscription.domain}`, {
    headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY) },
  })
  const { data } = (await answer.json()) as { data: { pagination: unknown } }
  expect(data.pagination).toMatchObject({ nextPage: 2, totalPages: 1 })
})
