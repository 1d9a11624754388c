import type { Kysely } from 'kysely'
import type { RemindedItem } from '../../alerts/messages/renewals.ts'
import { threadsAbout } from '../../alerts/store/threads.ts'
import { hasEventAbout, type StoredEvent } from '../../events/store/events.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import type { Announce } from './announce.ts'
import { daysUntil, type HeldThings, type ItemAtRisk } from './at-risk.ts'
import { reminderEventOf, thingOf, WALLET } from './reminder-event.ts'
import { openReminders, type ReminderRow, settleReminders } from './store.ts'

/** Ends what is taken care of, or lost: things that are no longer at risk in the period they were reminded of. */
export async function settleReminded(
  { store, announce }: { readonly store: Store; readonly announce: Announce },
  items: readonly ItemAtRisk[],
  held: HeldThings,
  now: Date,
): Promise<readonly StoredEvent[]> {
  const atRisk = new Set(items.map((item) => `${thingOf(item)} ${item.period}`))
  const open = (await openReminders(store.db)).filter(({ thing }) => thing !== WALLET)
  const told: StoredEvent[] = []
  for (const [subject, rows] of Map.groupBy(open, (row) => row.subject)) {
    const over = rows.filter(({ thing, period }) => !atRisk.has(`${thing} ${period}`))
    const things = [...new Set(over.map(({ thing }) => thing))]
    // A thread of several things is over when all of them are.
    if (things.length === 0 || (over.length < rows.length && subject !== WALLET)) continue
    const safe = things.flatMap((thing) => safeItem(thing, held, now))
    told.push(
      ...(await announce(async (transaction) => {
        const isMine = await settleReminders(transaction, subject, things, now)
        if (!isMine || safe.length === 0 || subject === WALLET) return []
        if (!(await isStillOpen(transaction, subject, rows))) return []
        return [reminderEventOf('renewal.safe', 'good', { items: safe }, { subject, at: now })]
      })),
    )
  }
  return told
}

/** Whether a thread still shows the trouble, and CMR has not told of its end itself. */
async function isStillOpen(
  transaction: Kysely<Schema>,
  subject: string,
  rows: readonly ReminderRow[],
): Promise<boolean> {
  const threads = await threadsAbout(transaction, subject)
  const isTroubled = threads.some(
    ({ resolved_at, trouble_at }) => resolved_at === null && trouble_at !== null,
  )
  if (!isTroubled) return false
  const since = rows.map(({ told_at }) => told_at).toSorted()[0] ?? ''
  const events = ['domain.renewal.success', 'subscription.renewal.success']
  return !(await hasEventAbout(transaction, { subject, events, since }))
}

/** A thing that is renewed, or renews by itself now; nothing where it is lost. */
function safeItem(thing: string, { domains, subscriptions }: HeldThings, now: Date): RemindedItem[] {
  const [, kind, id = ''] = /^(domain|subscription):(.+)$/.exec(thing) ?? []
  const domain = kind === 'domain' ? domains.get(id) : undefined
  const subscription = kind === 'subscription' ? subscriptions.get(id) : undefined
  const row = domain ?? subscription
  const at = domain?.expiresAt ?? subscription?.periodEnd
  if (!row || !at || (row.status !== 'ACTIVE' && row.status !== 'RENEWING')) return []
  return [
    {
      kind: domain ? 'domain' : 'subscription',
      id,
      domain: domain?.name ?? subscription?.domain ?? id,
      userId: row.userId,
      at,
      days: daysUntil(new Date(at), now),
    },
  ]
}
