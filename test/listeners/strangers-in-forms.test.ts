import { expect, test } from 'vitest'
import { storeOf } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { stateOf } from '../support/form-state.ts'
import { anyUser, onStep } from '../support/order-form.ts'
import { startQuietWorld } from '../support/quiet-world.ts'
import type { World } from '../support/world.ts'

const strangers: Record<string, RegExp> = {
  gwen: /your account is a guest account\./,
  stan: /your account belongs to another workspace\./,
  dora: /your account is deactivated\./,
}

/** Brings Ana to the third step of an order. @returns what her form shows */
async function ordering(world: World) {
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email}`)
  await world.opened(world.ana.id, onStep(2))
  await world.submit({ domains: 'acme-one.com' })
  return world.opened(world.ana.id, onStep(3))
}

const draftOf = (metadata: unknown): string => JSON.parse(String(metadata)).draft
const draftsIn = async (world: World) =>
  JSON.stringify(await (await storeOf(world)).db.selectFrom('drafts').selectAll().execute())
const requests = async (world: World): Promise<number> => (await world.look('requests')).length

test.each(Object.keys(strangers))(
  '%s gets nothing by Back, a step’s buttons, a draft or a reload of a form',
  async (handle) => {
    const world = await startQuietWorld({ role: 'operator' })
    const person = world.outsiders[handle] ?? ''
    const reason = strangers[handle] ?? /never/
    for (const [action_id, type] of [
      ['orders.create:back', 'button'],
      ['orders.create:resume', 'button'],
      ['orders.create:draft', 'button'],
      ['orders.create:list', 'button'],
      ['form.serviceProvider', 'static_select'],
      ['users.get', 'button'],
    ] as const) {
      const form = await ordering(world)
      const before = { drafts: await draftsIn(world), requests: await requests(world) }
      const values = stateOf(form, { mailboxes: 'Eve Intruder' })
      const action = { type, action_id, block_id: 'serviceProvider', value: draftOf(form.private_metadata) }
      await world.interactions.act({ person, view: form.id, values }, action)
      // The form that a stranger can reach becomes the sentence, with nothing of it left.
      await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(reason))
      expect(JSON.stringify(world.modalOf(world.ana.id))).not.toContain('acme-one.com')
      expect({ drafts: await draftsIn(world), requests: await requests(world) }).toEqual(before)
      await world.interactions.close(world.ana.id)
    }

    // The button of a receipt that goes on from a draft.
    const form = await ordering(world)
    const value = draftOf(form.private_metadata)
    await world.interactions.close(world.ana.id)
    const { ts = '' } = (await world.call('chat.postMessage', {
      channel: world.ops.id,
      text: 'receipt',
    })) as {
      ts?: string
    }
    const before = await requests(world)
    await world.send({
      payload: JSON.stringify({
        type: 'block_actions',
        team: { id: world.team },
        user: { id: person, team_id: world.accounts.get(person)?.team_id ?? world.team },
        trigger_id: '1.1',
        container: { type: 'message', message_ts: ts, channel_id: world.ops.id },
        channel: { id: world.ops.id },
        actions: [{ type: 'button', action_id: 'orders.create:draft', block_id: 'b', value, action_ts: '1' }],
      }),
    })
    const seen = () =>
      JSON.stringify(world.everything().messages.filter((one) => one.ephemeralFor === person))
    await eventually(() => expect(seen()).toMatch(reason))
    expect(world.modalOf(person)).toBeUndefined()
    expect(await requests(world)).toBe(before)
  },
)

test.each(Object.keys(strangers))(
  '%s gets nothing by a shortcut, a closed form, options or App Home',
  async (handle) => {
    const world = await startQuietWorld({ role: 'operator' })
    const person = world.outsiders[handle] ?? ''
    const reason = strangers[handle] ?? /never/
    const user = { id: person, team_id: world.accounts.get(person)?.team_id ?? world.team }
    const from = { user, team: { id: world.team }, trigger_id: '1.1', token: 't' }
    const form = await ordering(world)
    const before = await requests(world)
    const told = () => JSON.stringify(world.everything().messages)
    const send = (payload: object) => world.send({ payload: JSON.stringify({ ...from, ...payload }) })

    for (const type of ['shortcut', 'message_action']) {
      const count = told().split(reason).length
      expect(await send({ type, callback_id: 'orders.create', message: { text: 'x' } })).toMatchObject({
        ok: true,
      })
      await eventually(() => expect(told().split(reason).length).toBeGreaterThan(count))
    }
    const quiet = told()
    expect(await send({ type: 'view_closed', view: form, is_cleared: false })).toMatchObject({
      ok: true,
      body: {},
    })
    for (const action_id of ['form.userId', 'form.domains', 'form.country'])
      expect(
        await send({ type: 'block_suggestion', view: form, action_id, block_id: 'x', value: '' }),
      ).toMatchObject({ ok: true, body: { options: [] } })
    expect(told()).toBe(quiet)
    await world.interactions.openHome(person)
    await eventually(() => expect(JSON.stringify(world.home(person))).toMatch(reason))
    expect(JSON.stringify(world.home(person))).not.toContain('"action_id"')
    // Ana's form is as it was, and nobody was asked about anything.
    expect(world.modalOf(world.ana.id)).toEqual(form)
    expect(world.modalOf(person)).toBeUndefined()
    expect(await requests(world)).toBe(before)
  },
)
