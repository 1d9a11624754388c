import type { Kysely } from 'kysely'
import { isTrouble } from '../cmr/events/event.ts'
import { webhookEvents } from '../cmr/events/index.ts'
import { isObject } from '../cmr/json.ts'
import type { ListPrices } from '../cmr/money.ts'
import {
  type DomainHolding,
  domainHoldings,
  type SubscriptionHolding,
  subscriptionHoldings,
  walletBalance,
} from '../directory/store/holdings.ts'
import { ended, userNames } from '../directory/store/rows.ts'
import { isAboutOneOf, type StoredEvent } from '../events/store/events.ts'
import { type RenewalAmount, subscriptionAmount } from '../resources/renewal-amount.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { endsTrouble, isResolving } from './delivery/threads.ts'
import { type AlertDetails, type AlertEvent, type AlertHandling, alertOf } from './messages/alert-event.ts'
import { reminderEvents } from './own-events.ts'
import { reminderProgress } from './reminder-progress.ts'
import { type MuteRow, muteRows, pendingSnoozes } from './store/routes.ts'
import { threadsAbout } from './store/threads.ts'

/** An event as it is stored, as far as its alert needs it. */
type AlertRow = Omit<StoredEvent, 'operation_id'>

/** Reads events as alerts show them: with what is known of their things, and what was done about them since. */
export type AlertLookup = (rows: readonly AlertRow[]) => Promise<AlertEvent[]>

/** Creates the lookup: a handful of queries, however many events. @param parts.prices of warm-ups, which CMR does not tell */
export function createAlertLookup(parts: {
  readonly store: Pick<Store, 'db'>
  readonly prices: ListPrices
  readonly clock: () => Date
}): AlertLookup {
  const { store, prices, clock } = parts
  return async (rows) => {
    const details = await detailsOf(store, rows.map(thingsOf), prices)
    const now = clock()
    const handling = await handlingOf(store.db, rows, now)
    const progress = await reminderProgress(store, rows, now)
    return rows.map((row, at) => ({
      ...alertOf(row),
      details: withProgress(details[at], progress.get(row.event_id)),
      handling: handling.get(row.event_id),
    }))
  }
}

function withProgress(details: AlertDetails | undefined, progress: AlertDetails['progress']) {
  return progress ? { ...details, progress } : details
}

/** What an event is about. */
interface EventThings {
  readonly event: string
  readonly userId: string | undefined
  readonly domain: string | undefined
  readonly subscriptionId: string | undefined
}

function thingsOf({ event, data, subject, user_id, domain }: AlertRow): EventThings {
  const told = JSON.parse(data) as Record<string, unknown>
  const [, subscriptionId] = /^subscription:(.+)$/.exec(subject ?? '') ?? []
  const items = Array.isArray(told.items) ? told.items.filter(isObject) : []
  const owners = [...new Set(items.map(({ userId }) => userId))]
  const owner = owners.length === 1 ? owners[0] : undefined
  const textIn = (value: unknown) => (typeof value === 'string' && value ? value : undefined)
  return {
    event,
    userId: user_id ?? textIn(told.userId) ?? textIn(owner),
    domain: domain ?? undefined,
    subscriptionId: subscriptionId ?? textIn(told.subscriptionId),
  }
}

async function detailsOf(
  store: Pick<Store, 'db'>,
  things: readonly EventThings[],
  prices: ListPrices,
): Promise<(AlertDetails | undefined)[]> {
  const distinct = (values: (string | undefined)[]) => [...new Set(values.flatMap((value) => value ?? []))]
  const users = distinct(things.map(({ userId }) => userId))
  const domains = distinct(things.map(({ domain }) => domain))
  if (users.length + domains.length === 0) return []
  const names = await userNames(store, users)
  const subscriptions = domains.length ? await subscriptionHoldings(store.db, { domains }) : []
  const held = new Map(
    (domains.length ? await domainHoldings(store.db, { domains }) : []).map((one) => [one.name, one]),
  )
  const wallet = await walletBalance(store.db)
  return things.map((one) => {
    const { userId, domain = '' } = one
    const customer = userId === undefined ? undefined : names.get(userId)
    const known = one.event.startsWith('domain.')
      ? ofDomain(held.get(domain))
      : ofSubscription(subscriptionOf(one, subscriptions), prices)
    return { customer, walletCents: wallet?.cents, ...known }
  })
}

function subscriptionOf({ subscriptionId, domain }: EventThings, all: readonly SubscriptionHolding[]) {
  return subscriptionId
    ? all.find(({ id }) => id === subscriptionId)
    : all.find((one) => one.domain === domain && !ended(one.status))
}

function ofDomain(held: DomainHolding | undefined): Pick<AlertDetails, 'renewal' | 'autoRenew'> {
  const cents = held?.renewalCents
  const renewal: RenewalAmount | undefined =
    cents === undefined ? undefined : { cents, atMostCents: cents, isEstimate: false }
  return { renewal, autoRenew: held?.autoRenew }
}

function ofSubscription(
  held: SubscriptionHolding | undefined,
  prices: ListPrices,
): Pick<AlertDetails, 'renewal' | 'autoRenew'> {
  return { renewal: held && subscriptionAmount(held, prices), autoRenew: held?.autoRenew }
}

/** An event, as far as what was done about it depends on it. */
type HandledEvent = Pick<
  StoredEvent,
  'event_id' | 'event' | 'severity' | 'received_at' | 'subject' | 'domain' | 'user_id'
>

type EndingEvent = Pick<StoredEvent, 'event' | 'received_at' | 'subject' | 'domain' | 'severity'>

/** Returns what has been done about events since they came, by their ids; nothing was done about those that are missing. */
async function handlingOf(
  db: Kysely<Schema>,
  events: readonly HandledEvent[],
  now: Date,
): Promise<ReadonlyMap<string, AlertHandling>> {
  const troubles = events.filter(isTrouble)
  const endings = await endingsSince(db, troubles)
  const subjects = [...new Set(events.flatMap(({ subject }) => subject ?? []))]
  const threads = subjects.length > 0 ? await threadsAbout(db, ...subjects) : []
  const taken = new Map(threads.filter((one) => one.acknowledged_by).map((one) => [one.subject, one]))
  const mutes = await muteRows(db, now)
  const ids = events.map(({ event_id }) => event_id)
  const snoozes = Map.groupBy(await pendingSnoozes(db, ids), ({ event_id }) => event_id)
  return new Map(
    events.map((event) => {
      const ended = endings.find((one) => isEndOf(one, event))
      const thread = taken.get(event.subject ?? '')
      const isTaken = thread?.acknowledged_by && (thread.acknowledged_at ?? '') >= event.received_at
      return [
        event.event_id,
        {
          ended: ended && { event: ended.event, at: ended.received_at },
          acknowledged:
            isTaken && thread.acknowledged_by
              ? { by: thread.acknowledged_by, at: thread.acknowledged_at ?? event.received_at }
              : undefined,
          mute: muteOf(mutes, event),
          snoozes: snoozes
            .get(event.event_id)
            ?.map(({ created_by, due_at }) => ({ by: created_by, at: due_at })),
        },
      ]
    }),
  )
}

const endingNames = [...Object.keys(webhookEvents), ...Object.keys(reminderEvents)].filter(isResolving)

/** What has come since the first of these events and ends trouble with any of their things, the oldest first. */
async function endingsSince(db: Kysely<Schema>, troubles: readonly HandledEvent[]): Promise<EndingEvent[]> {
  const named = troubles.filter(({ subject, domain }) => subject || domain)
  const [first] = troubles.map(({ received_at }) => received_at).toSorted()
  if (!first || named.length === 0) return []
  return db
    .selectFrom('events')
    .select(['event', 'received_at', 'subject', 'domain', 'severity'])
    .where('event', 'in', endingNames)
    .where('received_at', '>', first)
    .where('source', '!=', 'test')
    .where(({ or }) => or(isAboutOneOf(db, named)))
    .orderBy('received_at')
    .execute()
}

/** Returns whether one event ends the trouble of another: of the same thing, and later. */
function isEndOf(ending: EndingEvent, trouble: HandledEvent): boolean {
  if (!isTrouble(trouble) || ending.received_at <= trouble.received_at) return false
  const { subject, domain } = trouble
  const areSubscriptions = [subject, ending.subject].every((one) => one?.startsWith('subscription:'))
  const isSame =
    (subject !== null && subject === ending.subject) ||
    // Of two subscriptions on one domain each is renewed by itself.
    (domain !== null && domain === ending.domain && !areSubscriptions)
  return isSame && endsTrouble(ending, trouble)
}

function muteOf(mutes: readonly MuteRow[], { subject, domain, user_id }: HandledEvent) {
  const names = [subject, domain && `domain:${domain}`, user_id && `user:${user_id}`]
  const found = mutes.find((mute) => names.includes(mute.subject))
  return (
    found && { subject: found.subject, until: found.until ? new Date(found.until) : null, by: found.muted_by }
  )
}
