import { createServer } from 'node:http'
import { expect, vi } from 'vitest'
import { type ReachedStage, stagesIn } from '../../src/cmr/events/index.ts'
import { inStore } from './alerts.ts'
import { listening } from './servers.ts'
import { cleanups, startWorld, type World } from './world.ts'

const DAY_MS = 86_400_000

/** Hundreds of things are read and told. */
const waitFor = (see: () => void | Promise<void>) => vi.waitFor(see, { timeout: 120_000, interval: 100 })

/** A webhook as CMR sends it. */
export interface SentWebhook {
  readonly body: string
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * The whole product with a partner whose days the test moves, CMR's clock and the bot's together. CMR's webhooks reach
 * the test, which decides what becomes of each.
 * @param options.orders each of so many domains with two mailboxes, beside what the sandbox begins with
 */
export async function startMovingPartner(options: { readonly orders: number; readonly domainsEach: number }) {
  let offset = 0
  const clock = () => new Date(Date.now() + offset)
  const sent: SentWebhook[] = []
  const world: World = await startWorld({
    clock,
    withBot: false,
    env: { CMR_SYNC_INTERVAL: '1', CMR_ALERT_PACE_MS: '0' },
  })
  const relay = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const { event, eventType, data } = JSON.parse(body)
    sent.push({ body, event: event ?? eventType, data })
    response.end()
  })
  const port = await listening(relay, cleanups)
  await world.control('webhooks', { url: `http://127.0.0.1:${port}/` })
  await world.control('wallet', { balanceCents: 100_000_000 })
  const [user] = await world.look('users')
  for (let at = 0; at < options.orders; at++) await orderDomains(world, user.userId, at, options.domainsEach)

  const partner = {
    world,
    clock,
    /** Lets time pass at CMR and here. @returns the webhooks that CMR sent meanwhile */
    async pass(ms: number): Promise<readonly SentWebhook[]> {
      const before = sent.length
      offset += ms
      await world.control('clock', { advanceMs: ms })
      let seen = -1
      await waitFor(async () => {
        const { deliveries } = await world.look('state')
        const open = deliveries.filter((one: { delivered: boolean }) => !one.delivered).length
        const isStill = open === 0 && seen === sent.length
        seen = sent.length
        expect(isStill).toBe(true)
      })
      return sent.slice(before)
    },
    async deliver(webhooks: readonly SentWebhook[]) {
      for (const { body } of webhooks)
        expect(await world.webhook(undefined, { body, now: clock() })).toBe(200)
    },
    /** Waits until all of CMR has been read since now. */
    async readWhole() {
      const since = clock().toISOString()
      await waitFor(() => {
        const rows = inStore(
          world,
          `select kind from directory_passes where kind in ('user', 'domain', 'subscription', 'mailbox')
            and (before_started_at >= '${since}' or started_at >= '${since}' and ended_at is not null)`,
        )
        expect(rows).toHaveLength(4)
      })
    },
    /** Waits until nothing waits to be told. */
    async quiet() {
      await waitFor(() => {
        expect(inStore(world, 'select 1 from directory_changes')).toEqual([])
        expect(inStore(world, `select 1 from outbox where state in ('waiting', 'held')`)).toEqual([])
      })
    },
    /** Lets the time pass in which webhooks may still come, and waits until all is told. */
    async settle() {
      await partner.readWhole()
      const webhooks = await partner.pass(8 * 60_000)
      await partner.quiet()
      return webhooks
    },
    /** What stands in the channel of alerts: each change as often as it is told there. */
    async told(): Promise<string[]> {
      const posted = (await world.history(world.alerts.id)).flatMap(
        ({ metadata }) => metadata?.event_payload.event_ids.split(' ') ?? [],
      )
      const events = new Map(
        inStore(world, 'select event_id, event, data from events').map((row) => [row.event_id, row]),
      )
      return posted.flatMap((id) => {
        const row = events.get(id)
        return row ? keysOf(String(row.event), JSON.parse(String(row.data))) : [`unknown ${id}`]
      })
    },
  }
  return partner
}

async function orderDomains(world: World, userId: string, at: number, count: number) {
  const names = Array.from({ length: count }, (_, of) => `moving${at}x${of}.com`)
  const people = ['jane', 'john'].map((username) => ({ username, firstName: username, lastName: 'Doe' }))
  const answer = await fetch(`${world.env.CMR_API_URL}/orders/json?userId=${userId}`, {
    method: 'POST',
    headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
    body: JSON.stringify({
      domains: names.map((domain) => ({ domain, years: 1 })),
      mailboxes: Object.fromEntries(names.map((domain) => [domain, people])),
      billingCycle: 'MONTHLY',
      confirm: true,
      serviceProvider: 'GOOGLE',
      google: { googleOauthRoute: 'R' },
      autoRenew: at % 2 === 0,
    }),
  })
  expect(answer.status).toBe(200)
}

/** A change as one word: what it is, of which thing, and in which term. */
export function keysOf(event: string, data: Readonly<Record<string, unknown>>): string[] {
  return stagesIn(event, data).map((stage: ReachedStage) => {
    const day = stage.term === undefined ? '' : new Date(stage.term).toISOString().slice(0, 10)
    return [event, stage.id, stage.detail ?? '', event === 'domain.expired' ? '' : day]
      .filter(Boolean)
      .join(' ')
  })
}

/** What a list of CMR's cannot show: it passes at once, or leaves no trace of its own. */
const unseen = /^(subscription[.]renewing|subscription[.]renewal[.]failed|domain[.]renewal[.]failed)$/

/** Returns the changes that reading CMR shows, of what webhooks told. */
export function changesIn(webhooks: readonly SentWebhook[]): string[] {
  return webhooks.filter(({ event }) => !unseen.test(event)).flatMap(({ event, data }) => keysOf(event, data))
}

export { DAY_MS }
