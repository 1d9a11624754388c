import { setTimeout as sleep } from 'node:timers/promises'
import { webhookEvents } from '../../../src/cmr/events/index.ts'
import { go, type Journey, type Studio, takeAll } from './studio.ts'

export const alerts: Journey = async (page, studio) => {
  await takeAll(page, 'alerts', studio)
  await go(page, /Home|CMR/)
  await sleep(500)
  await studio.take(page, 'home')
}

/** In a channel that hears more, they would be told together. */
const APART_MS = 10_000

/** One of each event, each in a message of its own. */
export async function fireAll({ tell }: Studio): Promise<void> {
  for (const event of Object.keys(webhookEvents)) {
    await tell('events', { event })
    await sleep(APART_MS)
  }
}
