import { afterAll, beforeAll, expect, test } from 'vitest'
import type { View } from '../../src/playground/types.ts'
import { messageWith, pastDue } from '../support/alerts.ts'
import { buttonsIn } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { shareWorld, startWorld, type World } from '../support/world.ts'

type Shared = Awaited<ReturnType<typeof shareWorld>>
let world: Shared

beforeAll(async () => {
  world = await shareWorld({ role: 'operator' })
})
afterAll(() => world.close())

const textIn = (view: View | undefined) => JSON.stringify(view?.blocks ?? [])

async function homeOf(world: World, person = world.ana.id): Promise<View> {
  await world.interactions.openHome(person)
  return eventually(() => {
    const view = world.home(person)
    if (!view) throw new Error('Home is empty')
    return view
  })
}

/** Presses a button of a view. */
async function pressIn(world: World, view: View | undefined, label: string, person = world.ana.id) {
  const button = buttonsIn(view?.blocks ?? []).find((one) => one.text.text === label)
  if (!view || !button) throw new Error(`no “${label}” in ${textIn(view)}`)
  return world.interactions.act({ person, view: view.id, values: {} }, { type: 'button', ...button })
}

/** The topmost modal, once it says this. */
const modal = (world: World, text: RegExp, person = world.ana.id) =>
  eventually(() => {
    const view = world.modalOf(person)
    expect(textIn(view)).toMatch(text)
    return view as View
  })

const chatsOf = (world: World, person: string) => JSON.stringify(world.messages(world.directMessages(person)))

test('Home shows open alerts with who has them, and changes by itself for whoever looks at it', async () => {
  const empty = await homeOf(world)
  expect(textIn(empty)).toMatch(
    /Nothing known is at risk.*Nothing is under way · No order waits to be processed.*No open alerts/,
  )
  await homeOf(world, world.omar.id)

  await world.webhook(pastDue('acme-home.com'))
  await messageWith(world, world.alerts.id, 'acme-home.com')
  for (const person of [world.ana.id, world.omar.id])
    await eventually(() =>
      expect(textIn(world.home(person))).toMatch(/acme-home\.com.*nobody has taken it over yet/),
    )

  await pressIn(world, world.home(world.omar.id), 'Take over', world.omar.id)
  await modal(world, /You have taken this over/, world.omar.id)
  for (const person of [world.ana.id, world.omar.id])
    await eventually(() =>
      expect(textIn(world.home(person))).toMatch(new RegExp(`<@${world.omar.id}> took it over at`)),
    )

  const { data } = pastDue('acme-home.com')
  await world.webhook({ event: 'subscription.renewal.success', eventId: 'paid-home', data })
  await eventually(() => expect(textIn(world.home(world.ana.id))).toMatch(/No open alerts/))
  await world.interactions.close(world.omar.id)
})

test('what a button on Home does is shown there: answers, the next page, stories and errors in a modal', async () => {
  const home = await homeOf(world)
  await pressIn(world, home, 'Wallet')
  await pressIn(world, await modal(world, /in the wallet/), 'Refresh')
  await modal(world, /in the wallet/)
  expect(world.everything().modals[world.ana.id]).toHaveLength(1)
  await world.interactions.close(world.ana.id)

  for (const [label, answer] of [
    ['Open operations', /Nothing is open/],
    ['Alerts', /route/i],
    ['Status', /Running since/],
    ['Help', /Look something up/],
  ] as const) {
    await pressIn(world, home, label)
    await modal(world, answer)
    await world.interactions.close(world.ana.id)
  }

  // A form, whose answer is shown in it; its buttons open the next view on it.
  await pressIn(world, home, 'Find')
  await world.opened()
  await world.submit({ text: 'nobody-is-called-so' })
  await modal(world, /nobody-is-called-so/)
  await world.interactions.close(world.ana.id)

  const old = { type: 'button', action_id: 'gone.command', block_id: 'b', value: '', text: { text: 'Old' } }
  await world.interactions.act({ person: world.ana.id, view: home.id, values: {} }, old)
  await modal(world, /older version of the bot/)
  await world.interactions.close(world.ana.id)

  await world.interactions.act(
    { person: world.ana.id, view: home.id, values: {} },
    { type: 'button', action_id: 'users.get', block_id: 'c', value: 'USER_NOBODY', text: { text: 'User' } },
  )
  await modal(world, /USER_NOBODY|exist|called/)
  expect(chatsOf(world, world.ana.id)).toBe('[]')
})

test('an operation from Home stands in its form and on Home until it is over; a parked order waits there', async () => {
  const world = await startWorld({ role: 'operator', pace: 1 })
  await world.interactions.close(world.ana.id)
  const home = await homeOf(world)
  const [user] = await world.look('users')
  await world.interactions.act(
    { person: world.ana.id, view: home.id, values: {} },
    { type: 'button', action_id: 'subscriptions.renew', block_id: 'b', value: '', text: { text: 'Renew' } },
  )
  await world.opened()
  await world.interactions.close(world.ana.id)
  await world.say(
    `/cmr orders create ${user.userId} "parked-home.com" --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R --confirm no`,
  )
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('It costs'))
  await world.submit({})
  await eventually(() =>
    expect(textIn(world.home(world.ana.id))).toMatch(/Orders that wait to be processed.*nothing is charged/),
  )
})

test('whoever has lost their place sees nothing new; whoever has no role sees why', async () => {
  const world = await startWorld({ role: 'none' })
  expect(textIn(await homeOf(world, world.vera.id))).toMatch(/you have no role here/)
  expect(buttonsIn(world.home(world.vera.id)?.blocks ?? [])).toEqual([])
})

test('Slack refuses Home for a while, the bot restarts: it is brought up to date all the same', async () => {
  const world = await startWorld({ role: 'operator' })
  await homeOf(world)
  await world.restart()
  world.slack.fault = { says: 'ratelimited', of: /views\.publish/, times: 1 }
  await world.webhook(pastDue('after-restart.com'))
  await eventually(() => expect(textIn(world.home(world.ana.id))).toContain('after-restart.com'))
})
