import type { ShownMessage } from '../../src/playground/types.ts'
import { buttonsIn } from './clicks.ts'
import { eventually } from './eventually.ts'
import type { World } from './world.ts'

type Block = Record<string, unknown>

/** What only one person was shown. */
export const seenBy = (world: World, person: string): string =>
  JSON.stringify(world.everything().messages.filter((one) => one.ephemeralFor === person))

/** The requests in the approvals channel, #billing. */
export const cards = (world: World): readonly ShownMessage[] =>
  world.messages(world.billing.id).filter((one) => JSON.stringify(one).includes('asks for approval of'))

/** Presses a button of a request, the newest where none is named. */
export async function decide(world: World, label: string, person: string, card = cards(world).at(-1)) {
  const button = buttonsIn((card?.blocks ?? []) as Block[]).find((one) => one.text.text === label)
  if (!card || !button) throw new Error(`no button ${label}`)
  const place = { person, message: { channel: card.channel, ts: card.ts }, values: {} }
  await world.interactions.act(place, { type: 'button', ...button })
}

/** Presses “Ask for approval” in the refusal of a command. */
export async function askFor(world: World, person: string, command: string): Promise<void> {
  const refusal = await eventually(() => {
    const isIt = (text: string) => text.includes('Ask for approval') && text.includes(`*${command}* needs`)
    const found = world
      .everything()
      .messages.find((one) => one.ephemeralFor === person && isIt(JSON.stringify(one)))
    if (!found) throw new Error('no button')
    return found
  })
  const [ask] = buttonsIn(refusal.blocks as Block[])
  const place = { person, message: { channel: world.ops.id, ts: refusal.ts }, values: {} }
  await world.interactions.act(place, { type: 'button', ...(ask as object) } as never)
}
