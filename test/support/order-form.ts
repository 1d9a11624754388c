import type { View } from '../../src/playground/types.ts'
import { buttonsIn } from './clicks.ts'
import { eventually } from './eventually.ts'
import { stateOf } from './form-state.ts'
import type { World } from './world.ts'

/** All that a form shows, as one text. */
export const titleOf = (view: View | undefined) => JSON.stringify(view?.blocks ?? '')
/** Whether a form is at a step, counted from 1. */
export const onStep = (number: number) => (view: View) =>
  view.submit !== null && titleOf(view).includes(`Step ${number} of`)
/** Whether an order's form asks for the last word. */
export const confirming = (view: View) =>
  view.submit !== null &&
  !titleOf(view).includes('Step ') &&
  JSON.stringify(view.submit).match(/Order for|unconfirmed/) !== null

/** Presses a button of the form that is open, with what is typed into it. */
export async function press(world: World, action: string, values: Record<string, string> = {}) {
  const view = world.modalOf(world.ana.id)
  if (!view) throw new Error('no form is open')
  const button = buttonsIn(view.blocks).find((one) => one.action_id === action)
  if (!button) throw new Error(`no ${action} in ${JSON.stringify(view.blocks)}`)
  const place = { person: world.ana.id, view: view.id, values: stateOf(view, values) }
  return world.interactions.act(place, { type: 'button', ...button })
}

/** Presses a button of a message in #ops. */
export async function pressIn(world: World, action: string) {
  const { message, button } = await eventually(() => {
    for (const message of world.messages(world.ops.id)) {
      const button = buttonsIn(message.blocks).find((one) => one.action_id === action)
      if (button) return { message, button }
    }
    throw new Error(`no ${action}: ${world.read()}`)
  })
  const { channel, ts } = message
  const place = { person: world.ana.id, message: { channel, ts }, values: {} }
  return world.interactions.act(place, { type: 'button', ...button })
}

/** What the wallet holds. */
export const cents = async (world: World) => (await world.look('state')).walletCents as number
/** A customer to order for. */
export const anyUser = async (world: World) =>
  (await world.look('users'))[5] as { userId: string; email: string; company: string }
