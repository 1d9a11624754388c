import { setTimeout as sleep } from 'node:timers/promises'
import { webhookEvents } from '../../../src/cmr/webhook-events.ts'
import { go, type Journey, type Studio } from './studio.ts'

export const alerts: Journey = async (page, { take }) => {
  await take(page, 'alerts')
  await page.locator('.messages').evaluate((list) => list.scrollTo(0, 0))
  await take(page, 'alerts-first')
  await go(page, /Home|CMR/)
  await sleep(500)
  await take(page, 'home')
}

/** One of each event, so that there is something to see. */
export async function fireAll({ tell }: Studio): Promise<void> {
  for (const event of Object.keys(webhookEvents)) {
    await tell('events', { event })
    await sleep(1200)
  }
}
