import { expect, onTestFinished } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { eventually } from './eventually.ts'
import type { World } from './world.ts'

/** A webhook about a subscription of its own, with an id that says so. */
export const subscription = (event: string, id: string, more: object = {}) => ({
  event: `subscription.${event}`,
  eventId: `${id}-${event}`,
  data: { subscriptionId: `SUB-${id}`, domain: `${id}.com`, userId: 'USER1', ...more },
})

/** The events that messages tell, by their metadata. */
export const idsIn = (messages: Awaited<ReturnType<World['history']>>) =>
  messages.flatMap(({ metadata }) => metadata?.event_payload.event_ids?.split(' ') ?? [])

/** Waits until Slack has all of these events, each in one message. @returns what stands in the channel */
export async function delivered(world: World, channel: string, ids: readonly string[]) {
  const stands = async () => expect(idsIn(await world.history(channel)).toSorted()).toEqual(ids.toSorted())
  await eventually(stands)
  return world.history(channel)
}

/** The bot's own database, as a second reader. */
export async function storeOf(world: World) {
  const store = await openStore(world.env.DATABASE_URL ?? '')
  onTestFinished(() => store.close())
  return store
}

/** Returns a clock for the bot that can be moved, or run a hundred times as fast. */
export function adjustableClock() {
  let offset = 0
  return {
    clock: () => new Date(Date.now() + offset),
    now: () => ({ now: new Date(Date.now() + offset) }),
    pass(ms: number) {
      offset += ms
    },
    runFast() {
      const timer = setInterval(() => {
        offset += 10_000
      }, 100)
      onTestFinished(() => clearInterval(timer))
    },
  }
}

/** Waits until the first message of the alerts channel says so. */
export const rootSays = (world: World, text: string | RegExp) =>
  eventually(async () => {
    const [root] = await world.history(world.alerts.id)
    expect(JSON.stringify(root)).toMatch(text)
    return root
  })
