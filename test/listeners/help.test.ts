import { afterAll, beforeAll, expect, test } from 'vitest'
import { press } from '../support/clicks.ts'
import { shareWorld } from '../support/world.ts'

let world: Awaited<ReturnType<typeof shareWorld>>

beforeAll(async () => {
  world = await shareWorld()
})
afterAll(() => world.close())

test('help says in words what a command takes, opens its form, and keeps the names of the API behind More', async () => {
  await world.say('/cmr help orders mailboxes')
  await world.sees(/Help on orders mailboxes/)
  const help = world.read()
  expect(help).toMatch(/Adds mailboxes to a domain that a customer has.*Costs money/)
  expect(help).toContain('/cmr orders mailboxes jane@acme.com acme.com')
  expect(help).toMatch(/\*Customer\*: E-mail, company or id/)
  expect(help).toMatch(/\*Warm the mailboxes up\* _\(optional\)_: Yes or no/)
  expect(help).not.toMatch(/userId|subscriptionId|onWarmup/)
  await press(world, 'More')
  await world.sees(/Help on orders mailboxes.*--onWarmup/)
  await press(world, 'Open form')
  await world.opened(world.ana.id, ({ callback_id }) => callback_id === 'orders.mailboxes')
  await world.interactions.close(world.ana.id)
})

test('what is no command is said as it was typed', async () => {
  await world.say('/cmr help <a&b>')
  await world.sees(/I don’t know \*&lt;a&amp;b&gt;\*/)
})

test('what few people need is behind More, and what is said otherwise is explained', async () => {
  await world.say('/cmr help warm-up')
  await world.sees(/Help on warmup/)
  const help = world.read()
  expect(help).not.toContain('/cmr warmup toggle')
  await press(world, 'More')
  await world.sees(/Help on warmup.*\/cmr warmup toggle/)
  await world.say('/cmr help customers')
  await world.sees(/Help on users/)
})
