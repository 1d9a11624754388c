import type { WalletData } from '../../alerts/messages/renewals.ts'
import { userNames } from '../../directory/store/rows.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import { portionsOf } from '../../process/portions.ts'
import { MOST_RENEWED } from '../../resources/renewal-items.ts'
import type { Store } from '../../store/store.ts'
import { type Forecast, toAddUntil } from '../forecast/forecast.ts'
import {
  daysUntil,
  type ItemAtRisk,
  LASTS_DAYS,
  type ReachedThreshold,
  type ReminderSettings,
  severityOf,
  thresholdOf,
  walletThreshold,
} from './at-risk.ts'
import {
  type Announce,
  reminderEventOf,
  subjectOf,
  thingOf,
  WALLET,
  walletEventOf,
} from './reminder-event.ts'
import {
  insertReminders,
  lastSettled,
  openReminders,
  type ReminderRow,
  remindedOf,
  reminderKey,
  settleReminders,
} from './store.ts'

type Reached = ReachedThreshold & { readonly item: ItemAtRisk }

/** More customers at once than that share a message, so that each message keeps its buttons. */
const MOST_BY_THEMSELVES = 10

/** Reminds of everything that has reached a threshold of which nobody has been reminded. */
export async function remindOfItems(
  { store, announce, settings }: { store: Store; announce: Announce; settings: ReminderSettings },
  items: readonly ItemAtRisk[],
  now: Date,
): Promise<readonly StoredEvent[]> {
  const reached = items.flatMap((item): Reached[] => {
    const threshold = thresholdOf(item, settings)
    return threshold ? [{ ...threshold, item }] : []
  })
  const known = await remindedOf(store.db, [...new Set(reached.map(({ item }) => thingOf(item)))])
  const due = reached.filter((one) => !known.has(reminderKey(keyOf(one))))
  const told: StoredEvent[] = []
  const byCustomer = groupsOf(due, ({ item }) => item.userId)
  const groups = byCustomer.length > MOST_BY_THEMSELVES ? groupsOf(due, () => '') : byCustomer
  // Thousands of things share even those, and are told as a list.
  const inFlood = groups.length > MOST_BY_THEMSELVES
  for (const group of groups) told.push(...(await announceItems({ store, announce }, group, inFlood, now)))
  return told
}

/** Tells of those of a group that nobody has told of meanwhile. */
async function announceItems(
  { store, announce }: { store: Store; announce: Announce },
  group: readonly Reached[],
  inFlood: boolean,
  now: Date,
): Promise<readonly StoredEvent[]> {
  const [first] = group
  if (!first) return []
  const { reason, userId } = first.item
  const isOneCustomers = reason !== 'renewal.unpaid' && group.every(({ item }) => item.userId === userId)
  const customer = isOneCustomers ? (await userNames(store, [userId])).get(userId ?? '') : undefined
  const subject = subjectOf(
    reason,
    group.map(({ item }) => item),
  )
  const make: Parameters<Announce>[0] = async (transaction) => {
    const rows = group.map((one): ReminderRow => {
      return { ...keyOf(one), subject, told_at: now.toISOString(), settled_at: null, progress: null }
    })
    const fresh = await insertReminders(transaction, rows)
    const items = group.filter((one) => fresh.has(reminderKey(keyOf(one)))).map(({ item }) => item)
    if (items.length === 0) return []
    return [reminderEventOf(reason, severityOf[first.level], { items, customer, subject, at: now })]
  }
  return announce(make, { inFlood })
}

function keyOf({ item, threshold }: Reached) {
  return { thing: thingOf(item), period: item.period, threshold }
}

/** One message for each level and, say, customer; what the wallet does not cover is one for all. */
function groupsOf(due: readonly Reached[], by: (one: Reached) => string | undefined): Reached[][] {
  const groups = Map.groupBy(due, (one) => {
    const { reason } = one.item
    return JSON.stringify([reason, one.level, reason === 'renewal.unpaid' ? '' : by(one)])
  })
  return [...groups.values()].flatMap((group) => portionsOf(group, MOST_RENEWED))
}

/** Tells once a mark that the wallet covers too few days, and once that funds have come. */
export async function remindOfWallet(
  parts: { readonly store: Store; readonly announce: Announce; readonly settings: ReminderSettings },
  current: Forecast,
  now: Date,
): Promise<readonly StoredEvent[]> {
  const { announce, settings } = parts
  const { db } = parts.store
  const { walletCents, runwayDays } = current
  if (walletCents === undefined) return []
  const open = (await openReminders(db)).filter(({ thing }) => thing === WALLET)
  const reached = walletThreshold(runwayDays, settings)
  const about = walletData(current, walletCents, now)
  if (!reached) {
    if (open.length === 0) return []
    return announce(async (transaction) => {
      const isMine = await settleReminders(transaction, WALLET, [WALLET], now)
      return isMine ? [walletEventOf('wallet.covered', 'good', about, now)] : []
    })
  }
  // All instances say the same of an episode: it began after the last one was over.
  const period = open[0]?.period ?? `after ${await lastSettled(db, WALLET)}`
  const key = { thing: WALLET, period, threshold: reached.threshold }
  if (open.some((row) => reminderKey(row) === reminderKey(key))) return []
  return announce(async (transaction) => {
    const row = { ...key, subject: WALLET, told_at: now.toISOString(), settled_at: null, progress: null }
    const fresh = await insertReminders(transaction, [row])
    return fresh.size > 0 ? [walletEventOf('wallet.low', severityOf[reached.level], about, now)] : []
  })
}

/** Returns the event that ends what was told of the wallet; undefined where its balance is not known. */
export function walletCovered(current: Forecast, now: Date): StoredEvent | undefined {
  if (current.walletCents === undefined) return undefined
  return walletEventOf('wallet.covered', 'good', walletData(current, current.walletCents, now), now)
}

function walletData(current: Forecast, walletCents: number, now: Date): WalletData {
  const { firstUncovered: first, runwayDays } = current
  const addCents = toAddUntil(current, LASTS_DAYS)
  return {
    walletCents,
    runwayDays,
    ...(first && {
      first: {
        kind: first.kind,
        id: first.id,
        domain: first.domain ?? first.id,
        userId: first.userId,
        at: first.at.toISOString(),
        days: daysUntil(first.at, now),
        cents: first.cents,
        isEstimate: first.isEstimate,
      },
      missingCents: first.missingCents,
    }),
    ...(addCents > 0 && { addCents, lastsDays: LASTS_DAYS }),
  }
}
