import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import type { ShownMessage } from '../../src/playground/types.ts'
import { eventually } from './eventually.ts'
import type { World } from './world.ts'

type Json = Record<string, unknown>

/** A webhook's body. */
export interface Envelope {
  readonly event: string
  readonly eventId: string
  readonly data: Json
}

/** Urgent, about a subscription of its own. */
export function pastDue(domain: string, more: Json = {}): Envelope {
  return {
    event: 'subscription.past_due',
    eventId: `past-due-${domain}`,
    data: { subscriptionId: `SUB-${domain}`, domain, autoRenew: true, ...more },
  }
}

/** Bad, about a domain. */
export function renewalFailed(domain: string): Envelope {
  return { event: 'domain.renewal.failed', eventId: `failed-${domain}`, data: { domainName: domain } }
}

/** All that stands in a channel, as one text. */
export function textOf(world: World, channel: string): string {
  return JSON.stringify(world.messages(channel))
}

/** Waits until a channel reads something. */
export async function reads(world: World, channel: string, text: string | RegExp): Promise<void> {
  await eventually(() => expect(textOf(world, channel)).toMatch(text))
}

/** The latest message of a channel that says this. */
export async function messageWith(
  world: World,
  channel: string,
  text: string | RegExp,
): Promise<ShownMessage> {
  await reads(world, channel, text)
  const found = world.messages(channel).findLast((one) => JSON.stringify(one).match(text))
  if (!found) throw new Error(`Nothing says ${text}`)
  return found
}

/** Presses a button of a message, or an entry of its menu, by its words. */
export async function pressOn(world: World, message: ShownMessage, words: string, person = world.ana.id) {
  const place = { person, message: { channel: message.channel, ts: message.ts }, values: {} }
  for (const element of message.blocks.flatMap(elementsIn)) {
    if ((element.text as { text?: string } | undefined)?.text === words)
      return world.interactions.act(place, { type: 'button', ...element })
    const options = (element.options ?? []) as { text: { text: string }; value: string }[]
    const selected_option = options.find((option) => option.text.text === words)
    if (selected_option) {
      const { action_id } = element
      return world.interactions.act(place, { type: 'overflow', action_id, selected_option })
    }
  }
  throw new Error(`There is no “${words}” in ${JSON.stringify(message.blocks)}`)
}

function elementsIn(block: Json): Json[] {
  const elements = (block.elements as Json[] | undefined) ?? []
  return block.accessory ? [...elements, block.accessory as Json] : elements
}

/** Says something to the bot's own database, while it runs: hours pass, Slack has refused. */
export function inStore(world: World, statement: string): Json[] {
  const database = new DatabaseSync(String(world.env.DATABASE_URL).slice('file:'.length))
  database.exec('pragma busy_timeout = 2000')
  const rows = database.prepare(statement).all() as Json[]
  database.close()
  return rows
}
