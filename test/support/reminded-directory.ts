import { pino } from 'pino'
import { expect, onTestFinished } from 'vitest'
import { openedBy } from '../../src/alerts/delivery/threads.ts'
import { alertOf } from '../../src/alerts/messages/alert-event.ts'
import { eventMessage } from '../../src/alerts/messages/event-message.ts'
import { keepThread } from '../../src/alerts/store/threads.ts'
import { traitsOf } from '../../src/command-list.ts'
import { noteWallet } from '../../src/directory/store/holdings.ts'
import { createDirectoryUpdater } from '../../src/directory/updater.ts'
import type { StoredEvent } from '../../src/events/store/events.ts'
import { currentForecast } from '../../src/renewals/forecast/read.ts'
import { createRenewalReminders } from '../../src/renewals/reminders/reminders.ts'
import type { Store } from '../../src/store/store.ts'
import { openTestStore } from './databases.ts'
import { eventually } from './eventually.ts'
import { limitsBroken } from './limits.ts'

const DAY = 86_400_000
const start = new Date('2027-01-04T09:00:00.000Z')
export const prices = { mailbox: 300, mailboxAfterYear: 500, warmup: 200, warmupGuessed: true }
const settings = { days: [45, 30, 14, 7, 3, 1], walletDays: 14 }

/** A store whose directory holds what a test says, and a clock that it moves. */
export async function openDirectory(dialect: string) {
  const store = await openTestStore(dialect)
  let now = start
  const clock = () => now
  const logger = pino({ level: 'silent' })
  const updater = createDirectoryUpdater({ store, traitsOf, clock, logger, findsChanges: false } as never)
  const answer = async (endpoint: string, request: object, data: unknown) => {
    updater.answered({ endpoint, request, data, refused: [], sentMsAgo: 0 })
    await updater.settled()
  }
  return {
    store,
    clock,
    moveTo(day: number, hours = 0) {
      now = new Date(start.getTime() + day * DAY + hours * 3_600_000)
    },
    at: (day: number) => new Date(start.getTime() + day * DAY).toISOString(),
    domain: (name: string, expiryDate: string, more: object = {}) =>
      answer(
        'domains.list',
        { query: { userId: 'U1' } },
        {
          rows: [
            {
              domainName: name,
              status: 'ACTIVE',
              autoRenew: false,
              expiryDate,
              registeredOn: '2026-01-01',
              ...more,
            },
          ],
        },
      ),
    subscription: (domain: string, periodEnd: string, more: object = {}) =>
      answer(
        'subscriptions.list',
        {},
        {
          rows: [
            {
              subscriptionId: `SUB-${domain}`,
              domain,
              userId: 'U1',
              subscriptionStatus: 'ACTIVE',
              pricePerMailbox: '3.00',
              totalMailboxQuantity: 4,
              periodEnd,
              autoRenew: true,
              ...more,
            },
          ],
        },
      ),
    /** Shows the newest event as the root of a thread, as the channel would. */
    async showThread() {
      const [event] = (await events(store)).toReversed()
      if (!event?.subject) throw new Error('nothing was told')
      const row = { ...event, channel: 'C1', subject: event.subject }
      await keepThread(store.db, openedBy(row, '1.1', now))
    },
    wallet: (cents: number) => noteWallet(store.db, { cents, currency: 'USD', seenAt: now }),
    /** One look of an instance, as after a restart. */
    async look() {
      const reminders = instance(store, clock)
      let rounds = 0
      reminders.onRound(() => rounds++)
      await reminders.start()
      await eventually(() => expect(rounds).toBeGreaterThan(0))
      await reminders.stop()
    },
  }
}

export function instance(store: Store, clock: () => Date) {
  let told = () => {}
  const reminders = createRenewalReminders({
    store,
    async forecast(days) {
      const forecast = await currentForecast(store, { now: clock(), zone: 'UTC', days, prices })
      // The round goes on with what it has read.
      setTimeout(() => told(), 50)
      return forecast
    },
    place: () => [{ channel: 'C1', threaded: true }],
    onTold: () => {},
    settings,
    clock,
    logger: pino({ level: 'silent' }),
  })
  onTestFinished(() => reminders.stop())
  return {
    ...reminders,
    onRound(listener: () => void) {
      told = listener
    },
  }
}

export const events = (store: Store): Promise<StoredEvent[]> =>
  store.db.selectFrom('events').selectAll().orderBy('received_at').orderBy('event').execute()
export const told = async (store: Store) =>
  (await events(store)).map(({ event, severity }) => `${event} ${severity}`)

/** What people read of an event. */
export function read(event: StoredEvent | undefined): string {
  if (!event) throw new Error('nothing was told')
  const message = eventMessage(alertOf(event), { subject: event.subject })
  expect(limitsBroken('message', message as never)).toEqual([])
  return JSON.stringify(message)
}
