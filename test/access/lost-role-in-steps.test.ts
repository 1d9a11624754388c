import { afterAll, beforeAll, expect, test } from 'vitest'
import type { View } from '../../src/playground/types.ts'
import { seenBy } from '../support/approvals.ts'
import { eventually } from '../support/eventually.ts'
import { stateOf } from '../support/form-state.ts'
import { anyUser, confirming, onStep } from '../support/order-form.ts'
import { shareWorld } from '../support/world.ts'

// Omar is ordering for a customer, in steps, when his role is taken away, lowered, or given for another customer only.

let world: Awaited<ReturnType<typeof shareWorld>>
let user: { userId: string; email: string }
let other: { userId: string }
beforeAll(async () => {
  world = await shareWorld({ role: 'none' })
  user = await anyUser(world)
  other =
    ((await world.look('users')) as { userId: string }[]).find(({ userId }) => userId !== user.userId) ?? user
})
afterAll(() => world.close())

const say = async (line: string, seen: RegExp) => {
  const count = world.read().match(new RegExp(seen, 'g'))?.length ?? 0
  await world.say(line)
  await eventually(() =>
    expect(world.read().match(new RegExp(seen, 'g'))?.length ?? 0).toBeGreaterThan(count),
  )
}
const grant = async (role: string, customers = '') => {
  await say(`/cmr access revoke ${world.omar.id}`, /no role of their own/)
  await say(`/cmr access grant ${world.omar.id} ${role} ${customers}`, /has the role/)
}

const losses: Record<string, { readonly lose: () => Promise<void>; readonly reason: RegExp }> = {
  'is taken away': {
    lose: () => grant('none'),
    reason: /orders create\* needs the role \*finance\*, and you have no role here/,
  },
  'is lowered': {
    lose: () => grant('operator'),
    reason: /orders create\* needs the role \*finance\*, and you are an \*operator/,
  },
  'holds for another customer only': {
    lose: () => grant('finance', `--customers ${other.userId}`),
    reason: /orders create\*: your role is not for this customer/,
  },
}

/** Brings Omar to the third step. @returns what his form shows */
async function ordering() {
  await grant('finance')
  await world.say(`/cmr orders create ${user.userId}`, world.omar.id)
  await world.opened(world.omar.id, onStep(2))
  await world.submit({ domains: 'acme-one.com' }, world.omar.id)
  return world.opened(world.omar.id, onStep(3))
}

const draftOf = (view: View): string => JSON.parse(String(view.private_metadata)).draft
/** Endpoints that were asked. The bot reads the wallet now and then, to see whether its key works. */
const requests = async (): Promise<string[]> =>
  ((await world.look('requests')) as { endpoint: string }[])
    .map(({ endpoint }) => endpoint)
    .filter((endpoint) => endpoint !== 'wallet.get')
const shown = () => JSON.stringify(world.modalOf(world.omar.id))

const actions = [
  ['orders.create:back', 'button'],
  ['orders.create:resume', 'button'],
  ['orders.create:list', 'button'],
  ['form.serviceProvider', 'static_select'],
] as const

test.each(Object.entries(losses))(
  'a role that %s closes the steps of a form that is open, and its draft',
  async (_, { lose, reason }) => {
    const person = world.omar.id
    for (const [action_id, type] of actions) {
      const form = await ordering()
      await lose()
      const before = await requests()
      const place = { person, view: form.id, values: stateOf(form, { mailboxes: 'Eve Intruder' }) }
      await world.interactions.act(place, {
        type,
        action_id,
        block_id: 'serviceProvider',
        value: draftOf(form),
      })
      await eventually(() => expect(shown()).toMatch(reason))
      expect([action_id, shown()]).toEqual([action_id, expect.not.stringContaining('acme-one.com')])
      expect(await requests()).toEqual(before)
      await world.interactions.close(person)
    }

    const form = await ordering()
    await lose()
    const before = await requests()
    await world.submit({ mailboxes: 'Jane Doe' }, person)
    await eventually(() => expect(shown()).toMatch(reason))
    await world.interactions.close(person)
    // A message leads back to the draft.
    const ts = String(world.messages(world.ops.id).at(-1)?.ts)
    for (const [action_id, value] of [
      ['orders.create:draft', draftOf(form)],
      ['orders.create:correct', `draft:${draftOf(form)}`],
    ] as const) {
      const told = seenBy(world, person).split(reason).length
      const place = { person, message: { channel: world.ops.id, ts }, values: {} }
      await world.interactions.act(place, { type: 'button', action_id, block_id: 'b', value })
      await eventually(() => expect(seenBy(world, person).split(reason).length).toBeGreaterThan(told))
    }
    expect(world.modalOf(person)).toBeUndefined()
    expect(await requests()).toEqual(before)
  },
)

test.each(Object.entries(losses))(
  'an order that waits for the last word is not placed by a role that %s',
  async (_, { lose, reason }) => {
    const person = world.omar.id
    await ordering()
    await world.submit({ mailboxes: 'Jane Doe' }, person)
    await world.opened(person, onStep(4))
    await world.submit({ serviceProvider: 'GOOGLE', forwardTo: 'https://acme.com' }, person)
    await world.opened(person, (view) => JSON.stringify(view).includes('CMR needs the Google OAuth route'))
    await world.submit({ googleOauthRoute: 'https://sender.test/oauth' }, person)
    await world.opened(person, confirming)
    await lose()
    await world.submit({}, person)
    await eventually(() => expect(shown()).toMatch(reason))
    expect(await world.requests('orders.create')).toEqual([])
    await world.interactions.close(person)
  },
)
