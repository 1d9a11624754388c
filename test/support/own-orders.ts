import { expect } from 'vitest'
import type { ShownMessage } from '../../src/playground/types.ts'
import { eventually } from './eventually.ts'
import { startWorld, type World } from './world.ts'
import type { WorldOptions } from './world-options.ts'

type Button = { action_id: string; value?: string; text: { text: string } }

const people = 'jane Jane Doe\njohn John Roe\nmax Max Poe'

/** A world whose webhooks reach the bot, and in which nothing waits for the pace of real life. */
export async function worldOfOrders(options: WorldOptions = {}): Promise<World> {
  const world = await startWorld({ ...options })
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  return world
}

/** Orders by the whole line, to the confirmation. @returns the price that it shows, in cents */
export async function confirmation(
  world: World,
  domains: readonly string[],
  mailboxes = people,
): Promise<number> {
  const [user] = await world.look('users')
  await world.say(
    `/cmr orders create ${user.userId} "${domains.join(' ')}" --mailboxes "${mailboxes}" --service-provider GOOGLE --google-oauth-route R`,
  )
  const view = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('It costs'))
  const price = /It costs (?:about )?\*\$([\d,.]+)\*/.exec(JSON.stringify(view))?.[1] ?? ''
  return Math.round(Number(price.replaceAll(',', '')) * 100)
}

export async function order(world: World, domains: readonly string[], mailboxes = people): Promise<number> {
  const cents = await confirmation(world, domains, mailboxes)
  await world.submit({})
  return cents
}

export const domainsNamed = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${name}-${at + 1}.com`)

/** What the bot has said in #ops for everybody to read. */
export const posted = (world: World): readonly ShownMessage[] =>
  world.messages(world.ops.id).filter((one) => one.author === 'bot' && !one.ephemeralFor)

export const receiptOf = (world: World): ShownMessage => {
  const [first] = posted(world).filter((one) => !one.threadTs)
  if (!first) throw new Error('there is no receipt')
  return first
}

export const says = (world: World, text: RegExp) =>
  eventually(() => expect(JSON.stringify(receiptOf(world).blocks)).toMatch(text))

export const thread = (world: World) => posted(world).filter((one) => one.threadTs === receiptOf(world).ts)

/** Presses a button of a message. */
export async function press(world: World, message: ShownMessage, label: string) {
  const button = message.blocks
    .flatMap((block) => (block.type === 'actions' ? (block.elements as Button[]) : []))
    .find((one) => one.text.text === label)
  if (!button) throw new Error(`no button ${label}`)
  await world.interactions.act(
    { person: world.ana.id, message: { channel: message.channel, ts: message.ts }, values: {} },
    { type: 'button', ...button },
  )
}

/** The beginning of the id that the receipt shows. */
export async function idOf(world: World): Promise<string> {
  return /Operation `([0-9a-f]{8})`/.exec(JSON.stringify(receiptOf(world).blocks))?.[1] ?? ''
}
