import { expect, test } from 'vitest'
import type { KeptMessage } from '../support/history.ts'
import { killProcess, startProcess } from '../support/process.ts'
import { startWorld } from '../support/world.ts'

const long = process.env.CHAOS === 'long'
const EVENTS = long ? 10_000 : 600
const SUBJECTS = long ? 200 : 30
const KILLS = long ? 50 : 3
/** Of the bot between two murders, at most. */
const LIFE_MS = 1500

const kinds = ['renewing', 'updated', 'renewal.success', 'past_due', 'renewal.failed'] as const

/** The n-th event of a subject, with an id as long as CMR's. */
function eventOf(subject: number, n: number) {
  const domain = `d${subject}.com`
  return {
    event: `subscription.${kinds[(subject + n) % kinds.length]}`,
    eventId: `S${String(subject).padStart(4, '0')}N${String(n).padStart(22, '0')}`,
    data: { subscriptionId: `SUB-${subject}`, domain, userId: `U${subject}` },
  }
}

test(
  'whatever Slack answers and however often the bot is killed, each event is told once, in its subject’s order',
  async () => {
    const world = await startWorld({ withBot: false, env: { CMR_ALERT_PACE_MS: '40' } })
    world.slack.fault = 'storm'
    let child = await startProcess(world)

    /** As CMR does: again until it is taken. */
    async function send(event: ReturnType<typeof eventOf>) {
      while ((await world.webhook(event).catch(() => 0)) !== 200)
        await new Promise((resolve) => setTimeout(resolve, 50))
    }
    async function sendAll(subject: number) {
      for (let n = 0; n < EVENTS / SUBJECTS; n++) {
        await send(eventOf(subject, n))
        // So that the murders fall between events, not after them.
        await new Promise((resolve) => setTimeout(resolve, Math.random() * (long ? 4000 : 600)))
      }
    }
    async function killRepeatedly() {
      for (let kill = 0; kill < KILLS; kill++) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * LIFE_MS))
        await killProcess(child)
        child = await startProcess(world)
      }
    }
    const subjects = Array.from({ length: SUBJECTS }, (_, subject) => subject)
    await Promise.all([...subjects.map(sendAll), killRepeatedly()])

    const told = await settled(() => world.history(world.alerts.id), EVENTS)
    const ids = told.flatMap(idsOf)
    expect(ids).toHaveLength(EVENTS)
    expect(new Set(ids).size).toBe(EVENTS)
    for (const subject of subjects) {
      const own = ids.filter((id) => id.startsWith(eventOf(subject, 0).eventId.slice(0, 6)))
      expect(own).toEqual(own.toSorted())
    }
  },
  long ? 1_800_000 : 120_000,
)

function idsOf({ metadata }: KeptMessage): string[] {
  return metadata?.event_payload.event_ids.split(' ') ?? []
}

/** Waits until as many events are told, and nothing comes after them. */
async function settled(look: () => Promise<KeptMessage[]>, wanted: number): Promise<KeptMessage[]> {
  const until = Date.now() + (long ? 240_000 : 60_000)
  for (;;) {
    const messages = await look()
    const count = messages.flatMap(idsOf).length
    if (count >= wanted || Date.now() > until) {
      // A second message of something would come right behind.
      await new Promise((resolve) => setTimeout(resolve, 5000))
      return look()
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
