import type { Logger } from 'pino'
import type { PlaceEvent } from '../../events/ingest.ts'
import { createBackgroundLoop, type Worker } from '../../process/background-loop.ts'
import type { Monotonic } from '../../process/clock.ts'
import { addMilliseconds, millisecondsInMinute } from '../../process/dates.ts'
import type { Store } from '../../store/store.ts'
import type { CurrentForecast, Held } from '../forecast/read.ts'
import { type HeldThings, horizonOf, itemsAtRisk, type ReminderSettings } from './at-risk.ts'
import { remindOfItems, remindOfWallet, walletCovered } from './remind.ts'
import { createAnnounce } from './reminder-event.ts'
import { settleReminded } from './settle.ts'

/** How often it is looked whether it is time for the next round, which comes every minute of the bot's clock. */
const LOOK_MS = 1000
const EVERY_MS = millisecondsInMinute
/** What has just happened is looked at soon, but a burst not with every event. */
const AFTER_NEWS_MS = 5000

/** Reminds of renewals. */
export interface RenewalReminders extends Worker {
  /** Something was renewed, paid or switched: who waits for that need not wait for the next round. */
  noteNews(): void
}

/**
 * Reminds of what will not renew by itself, cannot be paid or is blocked: once a thing, period and threshold, whatever
 * restarts and whoever looks. The row that says so is written in the transaction that puts the event into the outbox.
 * What is learnt late is reminded of where it stands now, not of all that was missed.
 * @param parts.forecast computes today and so many days after it from what the directory holds
 * @param parts.onTold there is something to post
 */
export function createRenewalReminders(parts: {
  readonly store: Store
  readonly forecast: (days: number) => Promise<CurrentForecast>
  readonly place: PlaceEvent
  readonly onTold: () => void
  readonly settings: ReminderSettings
  readonly clock: () => Date
  readonly monotonic?: Monotonic
  readonly logger: Logger
}): RenewalReminders {
  const { store, forecast, onTold, settings, clock, monotonic = () => performance.now(), logger } = parts
  const announce = createAnnounce(store, parts.place)
  let lookedAt: Date | undefined
  let ranAt = Number.NEGATIVE_INFINITY
  let hasNews = false

  const loop = createBackgroundLoop({
    name: 'Renewal reminders',
    serves: 'renewals',
    everyMs: LOOK_MS,
    async round() {
      if (!isTime()) return
      hasNews = false
      ranAt = monotonic()
      const now = clock()
      await remind(now)
      lookedAt = now
    },
    onError: 'nobody could be reminded of renewals; tries again',
    logger,
  })

  function isTime(): boolean {
    if (hasNews && monotonic() - ranAt >= AFTER_NEWS_MS) return true
    const now = clock()
    // A clock that was set back must not silence the reminders until it has caught up.
    return !lookedAt || now >= addMilliseconds(lookedAt, EVERY_MS) || now < lookedAt
  }

  async function remind(now: Date) {
    const current = await forecast(horizonOf(settings))
    const held = heldThings(current.held)
    const items = itemsAtRisk(current.renewals, held, now)
    const shared = { store, announce, settings }
    const reminded = await remindOfItems(shared, items, now)
    const settled = await settleReminded(shared, items, held, { now, covered: walletCovered(current, now) })
    const ofWallet = await remindOfWallet(shared, current, now)
    if (reminded.length + settled.length + ofWallet.length > 0) onTold()
  }

  return {
    ...loop,
    noteNews() {
      hasNews = true
    },
  }
}

function heldThings({ domains, subscriptions }: Held): HeldThings {
  return {
    domains: new Map(domains.map((row) => [row.name, row])),
    subscriptions: new Map(subscriptions.map((row) => [row.id, row])),
  }
}
