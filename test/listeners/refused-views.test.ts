import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

test.each(['invalid_blocks', 'invalid_arguments', 'view_too_large'])(
  'a form that Slack refuses with %s is a fault of the bot, with a reference for whoever runs it',
  async (says) => {
    const world = await startWorld()
    world.slack.fault = { says, of: /views\.open/ }
    await world.say('/cmr users create')
    await world.sees(/users create\* failed inside the bot.*reference: `[0-9a-f]{8}`/)
    expect(world.read()).not.toContain('three seconds')
  },
)

test('a form whose contents Slack refuses once they are there says so in the form', async () => {
  const world = await startWorld()
  world.slack.fault = { says: 'invalid_blocks', of: /views\.update/, times: 1 }
  await world.say('/cmr orders create')
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/orders create\* failed inside the bot/),
  )
})

test.each([
  ['invalid_trigger_id', /because it took more than three seconds\. Nothing was done/],
  ['expired_trigger_id', /because it took more than three seconds\. Nothing was done/],
  ['push_limit_reached', /because the one that it belongs to was closed\. Nothing was done/],
  ['internal_error', /because Slack did not answer the bot\. Nothing was done/],
])('a form that Slack does not open with %s says why', async (says, answer) => {
  const world = await startWorld()
  world.slack.fault = { says, of: /views\.open/ }
  await world.say('/cmr users create')
  await world.sees(answer)
})
