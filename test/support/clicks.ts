import type { ShownMessage, View } from '../../src/playground/types.ts'
import { eventually } from './eventually.ts'
import { stateOf } from './form-state.ts'
import type { World } from './world.ts'

type Block = Record<string, unknown>
type Button = { action_id: string; value?: string; text: { text: string } }

/** Every button in some blocks, accessories included, each with the block it stands in. */
export function buttonsIn(blocks: readonly Block[]): Button[] {
  return blocks.flatMap((block) => {
    const accessory = block.accessory as Button | undefined
    const elements = block.type === 'actions' ? (block.elements as Button[]) : []
    const { block_id } = block
    return [...elements, ...(accessory?.action_id ? [accessory] : [])].map((one) => ({ ...one, block_id }))
  })
}

/** Presses the latest button of that name in #ops. */
export function press(world: World, label: string, person = world.ana.id): Promise<void> {
  return pressLatest(world, person, label, (button) => button.text.text === label)
}

/** Presses the latest button of that `action_id` in #ops. */
export function pressAction(world: World, actionId: string, person = world.ana.id): Promise<void> {
  return pressLatest(world, person, actionId, (button) => button.action_id === actionId)
}

async function pressLatest(world: World, person: string, name: string, isMeant: (button: Button) => boolean) {
  const { button, message } = await eventually(() => {
    const all = world
      .messages(world.ops.id)
      .flatMap((message: ShownMessage) =>
        buttonsIn(message.blocks as Block[]).map((button) => ({ button, message })),
      )
    const found = all.findLast((one) => isMeant(one.button))
    if (!found) throw new Error(`no button “${name}” in ${world.read()}`)
    return found
  })
  const place = { person, message: { channel: world.ops.id, ts: message.ts }, values: {} }
  await world.interactions.act(place, { type: 'button', ...button })
}

/** Presses a button in the form that is open. */
export async function pressInForm(world: World, label: string, person = world.ana.id): Promise<void> {
  const view = world.modalOf(person)
  const button = buttonsIn((view?.blocks ?? []) as Block[]).find((one) => one.text.text === label)
  if (!view || !button) throw new Error(`no button “${label}” in the form`)
  await world.interactions.act({ person, view: view.id, values: {} }, { type: 'button', ...button })
}

/** Chooses or enters something in a field that brings others along, with what stands in the form already. */
export async function choose(
  world: World,
  field: string,
  values: Record<string, string>,
  person = world.ana.id,
): Promise<void> {
  const view = world.modalOf(person)
  const block = view?.blocks.find((one) => one.block_id === field)
  if (!view || !block) throw new Error(`the form has no ${field}`)
  const element = block.element as { type: string; action_id: string }
  await world.interactions.act(
    { person, view: view.id, values: stateOf(view, values) },
    { type: element.type, action_id: element.action_id, block_id: field },
  )
}

/** What each input of a form holds before anybody has typed. */
export function initialOf(view: View): Record<string, unknown> {
  return Object.fromEntries(
    view.blocks
      .filter((block) => block.type === 'input')
      .map((block) => {
        const element = block.element as { initial_value?: string; initial_option?: { value: string } }
        return [block.block_id, element.initial_value ?? element.initial_option?.value]
      }),
  )
}

/** Goes through a confirmation, typing the name where it is asked for. */
export async function confirm(world: World, person = world.ana.id): Promise<View> {
  const confirmation = (view: View) => {
    const state = JSON.parse(String(view.private_metadata) || '{}')
    return view.submit !== null && (state.input !== undefined || state.draft !== undefined)
  }
  const view = await world.opened(person, confirmation)
  const { typed } = JSON.parse(String(view.private_metadata))
  await world.submit(typed ? { confirmName: typed } : {}, person)
  return view
}
