import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { csvText, customerRow } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile, outcomeOf } from '../support/imports.ts'
import { startWorld } from '../support/world.ts'

test('what CMR tells of an order before its import has a message is told in its thread once it has', async () => {
  let later = 0
  const world = await startWorld({ clock: () => new Date(Date.now() + later) })
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  const [user] = await world.look('users')
  const person = { username: 'jane', firstName: 'Jane', lastName: 'Doe' }
  const order = { user: user.email, domain: 'early-of.com', provider: 'GOOGLE', 'Client ID': 'C1', ...person }
  await giveFile(world, 'orders import', csvText([order]))
  world.slack.fault = 'refuses'
  await world.submit({})
  await eventually(() =>
    expect(inStore(world, 'select event from events')).toContainEqual({ event: 'mailbox.order.success' }),
  )
  expect(world.read()).not.toContain('early-of.com')
  world.slack.fault = 'well'
  // What may have been posted is looked for, later.
  later = 20_000
  const told = () => {
    const thread = world.messages(world.ops.id).filter(({ threadTs }) => threadTs)
    expect(JSON.stringify(thread)).toContain('early-of.com')
  }
  await eventually(told)
})

test('an import whose message Slack took without saying so is shown in it, though the bot is no member there', async () => {
  let later = 0
  const world = await startWorld({ clock: () => new Date(Date.now() + later) })
  await giveFile(world, 'users import', csvText([customerRow(1)]))
  world.slack.fault = 'drops-after'
  world.slack.next = 'outside'
  await world.submit({})
  const runs = () => world.messages(world.ops.id).filter(({ text }) => text.includes('users import: '))
  await eventually(() => expect(runs()).toHaveLength(1))
  later = 20_000
  expect(await outcomeOf(world)).toHaveLength(1)
  await eventually(() =>
    expect(runs().map(({ text }) => text)).toEqual([expect.stringContaining('its one row is done')]),
  )
  const direct = world.messages(world.directMessages(world.ana.id))
  expect(direct.filter(({ text }) => text.includes('users import: '))).toEqual([])
})
