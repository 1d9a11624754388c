import type { WalletData } from '../../alerts/messages/renewals.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import type { Store } from '../../store/store.ts'
import { type Forecast, toAddUntil } from '../forecast/forecast.ts'
import type { Announce } from './announce.ts'
import { daysUntil } from './at-risk.ts'
import { WALLET, walletEventOf } from './reminder-event.ts'
import { insertReminders, lastSettled, openReminders, reminderKey, settleReminders } from './store.ts'
import { LASTS_DAYS, type ReminderSettings, severityOf, walletThreshold } from './thresholds.ts'

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
