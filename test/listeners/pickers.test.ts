import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

/** What a field of the open form offers for what is typed into it. */
async function offered(world: World, field: string, typed: string) {
  const view = await world.opened(world.ana.id, (one) => one.blocks.some((block) => block.block_id === field))
  const answer = await world.interactions.options(
    { person: world.ana.id, view: view.id, values: {} },
    { action_id: `form.${field}`, block_id: field, value: typed },
  )
  return answer.options as { value: string; text: { text: string } }[]
}

/** Chooses an option in the open form, as a person does. */
async function choose(world: World, field: string, option: { value: string; text: { text: string } }) {
  const view = await world.opened(world.ana.id, (one) => one.blocks.some((block) => block.block_id === field))
  const selected_option = { value: option.value, text: { type: 'plain_text', text: option.text.text } }
  const element = { type: 'external_select', action_id: `form.${field}`, selected_option }
  await world.interactions.act(
    { person: world.ana.id, view: view.id, values: { [field]: { [element.action_id]: element } } },
    { ...element, block_id: field },
  )
}

test('a user that is picked in the form of an update fills it in', async () => {
  const world = await startWorld()
  const [user] = await world.look('users')
  await world.say('/cmr users update')
  const options = await eventually(async () => {
    const found = await offered(world, 'userId', user.email)
    expect(found).toHaveLength(1)
    return found
  })
  await choose(world, 'userId', options[0] as (typeof options)[0])
  const view = await world.opened(world.ana.id, (one) =>
    JSON.stringify(one.blocks).includes(user.addressLineOne),
  )
  expect(JSON.stringify(view.blocks)).toContain(`"${user.city}"`)
  await world.submit({ city: 'Boston' })
  await world.sees(/updated.*Changed: City/s)
})

test('a route is picked by its channel, and the form of an edit is filled in with it', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add subscription.* --channel #billing --severities urgent')
  await world.sees(/gets subscription/)
  await world.say('/cmr alerts edit')
  expect(await offered(world, 'id', 'nowhere')).toEqual([])
  const [route] = await offered(world, 'id', 'bill')
  expect(route).toMatchObject({ value: 'r1', text: { text: expect.stringContaining('#billing') } })
  if (route) await choose(world, 'id', route)
  await world.opened(world.ana.id, (one) =>
    one.blocks.some(
      ({ block_id, element }) =>
        block_id === 'events' &&
        JSON.stringify(element).includes(
          '"initial_options":[{"text":{"type":"plain_text","text":"subscription.*"',
        ),
    ),
  )
})

test('an event is picked by what it is about, and by its id', async () => {
  const world = await startWorld()
  const [{ domain }] = await world.look('subscriptions')
  const event = { eventId: 'ev-picked', event: 'subscription.past_due', data: { domain } }
  await world.webhook(event)
  await world.say('/cmr events show')
  for (const typed of [domain, 'past_due', 'ev-picked', '']) {
    expect(await offered(world, 'eventId', typed), typed).toMatchObject([
      { value: 'ev-picked', text: { text: expect.stringContaining(domain) } },
    ])
  }
  expect(await offered(world, 'eventId', '%')).toEqual([])
})

test('an operation is picked by what it was about', async () => {
  const world = await startWorld({ pace: 1 })
  const [{ domainName }] = (await world.look('domains')).filter(isRenewable)
  await world.say(`/cmr domains renew ${domainName} --years 1`)
  await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('It costs'))
  await world.submit({})
  await world.sees(/Renewing/)
  await world.say('/cmr operations check')
  const [found] = await offered(world, 'id', domainName)
  expect(found?.text.text).toMatch(new RegExp(`^domains renew · ${domainName}`))
  await world.submit({ id: found?.value ?? '' })
  await world.sees(/Sent to CMR: domains renew/)
})
