import type { Kysely } from 'kysely'
import type { RemindedItem, ReminderData } from '../../alerts/messages/reminded-items.ts'
import { ownTroublesEndedBy } from '../../alerts/own-events.ts'
import { outdateAlerts } from '../../alerts/store/messages.ts'
import { threadsAbout } from '../../alerts/store/threads.ts'
import { eventsNamed, hasEventAbout, type StoredEvent } from '../../events/store/events.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { daysUntil, type HeldThings, type ItemAtRisk } from './at-risk.ts'
import { type Announce, reminderEventOf, thingOf, WALLET } from './reminder-event.ts'
import { noteProgress, openReminders, type ReminderRow, remindersUnder, settleReminders } from './store.ts'

/**
 * Ends what is taken care of, or lost: things that are no longer at risk in the period they were reminded of. A renewal
 * that is under way may still fail: until it is over, nothing is said of it.
 * @param at.covered what ends the wallet's thread once nothing that it did not cover is left
 */
export async function settleReminded(
  { store, announce }: { readonly store: Store; readonly announce: Announce },
  items: readonly ItemAtRisk[],
  held: HeldThings,
  { now, covered }: { readonly now: Date; readonly covered: StoredEvent | undefined },
): Promise<readonly StoredEvent[]> {
  const atRisk = new Set(items.map((item) => `${thingOf(item)} ${item.period}`))
  const all = await openReminders(store.db)
  const isWalletLow = all.some(({ thing }) => thing === WALLET)
  const open = all.filter(({ thing }) => thing !== WALLET)
  const told: StoredEvent[] = []
  for (const [subject, rows] of Map.groupBy(open, (row) => row.subject)) {
    const over = rows.filter(
      ({ thing, period }) => !atRisk.has(`${thing} ${period}`) && !isUnderWay(thing, held),
    )
    await showProgress(subject, rows, over)
    const things = [...new Set(over.map(({ thing }) => thing))]
    // A thread of several things is over when all of them are.
    if (things.length === 0 || (over.length < rows.length && subject !== WALLET)) continue
    const isLast = over.length === rows.length && !isWalletLow
    const end = subject === WALLET ? (isLast ? covered : undefined) : safeEvent(subject, things)
    told.push(
      ...(await announce(async (transaction) => {
        const isMine = await settleReminders(transaction, subject, things, now)
        if (!isMine || !end) return []
        return (await isStillOpen(transaction, subject, rows)) ? [end] : []
      })),
    )
  }
  return told

  /** Lets the messages of a subject show what of them is done; nothing where they show it. */
  async function showProgress(
    subject: string,
    rows: readonly ReminderRow[],
    over: readonly ReminderRow[],
  ): Promise<void> {
    const progressOf = (row: ReminderRow) =>
      over.includes(row) ? 'over' : isUnderWay(row.thing, held) ? 'under way' : null
    const changed = rows.filter((row) => progressOf(row) !== row.progress)
    const [since] = rows.map(({ told_at }) => told_at).toSorted()
    if (changed.length === 0 || !since) return
    await store.db.transaction().execute(async (transaction) => {
      for (const [progress, some] of Map.groupBy(changed, progressOf))
        await noteProgress(transaction, subject, some, progress)
      const events = await remindersOf(
        transaction,
        { subject, since },
        changed.map(({ thing }) => thing),
      )
      await outdateAlerts(transaction, { events }, { since: new Date(since), at: now, withRoots: true })
    })
  }

  /** What says that things are taken care of; nothing where all of them are lost. */
  function safeEvent(subject: string, things: readonly string[]): StoredEvent | undefined {
    const items = things.flatMap((thing) => safeItem(thing, held, now))
    return items.length > 0 ? reminderEventOf('renewal.safe', 'good', { items, subject, at: now }) : undefined
  }
}

/** Returns the ids of the reminders under a subject that tell of one of these things. */
async function remindersOf(
  db: Kysely<Schema>,
  under: { readonly subject: string; readonly since: string },
  things: readonly string[],
): Promise<string[]> {
  const events = await remindersUnder(db, under)
  return events.flatMap(({ event_id, data }) => {
    const { items = [] } = JSON.parse(data) as Partial<ReminderData>
    return items.some((item) => things.includes(thingOf(item))) ? [event_id] : []
  })
}

function isUnderWay(thing: string, held: HeldThings): boolean {
  return heldThing(thing, held)?.status === 'RENEWING'
}

/** Whether a thread still shows the reminder, quiet ones too, and CMR has not told of its end itself. */
async function isStillOpen(
  transaction: Kysely<Schema>,
  subject: string,
  rows: readonly ReminderRow[],
): Promise<boolean> {
  const threads = (await threadsAbout(transaction, subject)).filter(({ resolved_at }) => resolved_at === null)
  const latest = await eventsNamed(
    transaction,
    threads.map(({ last_event_id }) => last_event_id),
  )
  const shows = threads.some(
    ({ trouble_at, last_event_id }) => trouble_at !== null || isReminding(latest.get(last_event_id)?.event),
  )
  if (!shows) return false
  const since = rows.map(({ told_at }) => told_at).toSorted()[0] ?? ''
  const events = ['domain.renewal.success', 'subscription.renewal.success']
  return !(await hasEventAbout(transaction, { subject, events, since }))
}

/** Returns whether an event asks somebody to renew something. */
const isReminding = (event: string | undefined) =>
  event !== undefined && ownTroublesEndedBy('renewal.safe').includes(event)

/** Returns what CMR holds of a thing that somebody was reminded of. */
function heldThing(thing: string, { domains, subscriptions }: HeldThings) {
  const [, kind, id = ''] = /^(domain|subscription):(.+)$/.exec(thing) ?? []
  if (kind === 'domain') {
    const row = domains.get(id)
    return (
      row && {
        kind: 'domain' as const,
        id,
        domain: row.name,
        userId: row.userId,
        status: row.status,
        at: row.expiresAt,
      }
    )
  }
  const row = subscriptions.get(id)
  const { domain = id, userId, status, periodEnd: at } = row ?? {}
  return row && { kind: 'subscription' as const, id, domain, userId, status, at }
}

/** A thing that is renewed, or renews by itself now; nothing where it is lost. */
function safeItem(thing: string, held: HeldThings, now: Date): RemindedItem[] {
  const found = heldThing(thing, held)
  if (!found?.at || (found.status !== 'ACTIVE' && found.status !== 'RENEWING')) return []
  const { status: _, at, ...item } = found
  return [{ ...item, at, days: daysUntil(new Date(at), now) }]
}
