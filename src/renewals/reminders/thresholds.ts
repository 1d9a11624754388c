import type { Severity } from '../../cmr/events/event.ts'
import type { ItemAtRisk } from './at-risk.ts'

/** How loud a reminder is: told with others, as an alert, or calling somebody. */
export type ReminderLevel = 'digest' | 'alert' | 'mention'

/** When people are reminded. */
export interface ReminderSettings {
  /** Days before the date, such as 45, 30, 14, 7, 3 and 1. */
  readonly days: readonly number[]
  /** The wallet is low where it covers fewer days than that. */
  readonly walletDays: number
}

/** From so many days on a reminder is an alert, and calls somebody. */
const ALERT_DAYS = 14
const MENTION_DAYS = 3
/** What the wallet does not cover is told so many days earlier, and grows loud earlier. */
const EARLIER_DAYS = 15
const UNPAID_ALERT_DAYS = 30
const UNPAID_MENTION_DAYS = 7

export const severityOf: Readonly<Record<ReminderLevel, Severity>> = {
  digest: 'info',
  alert: 'bad',
  mention: 'urgent',
}

/** A threshold that something has reached. */
export interface ReachedThreshold {
  /** As it is kept: a thing is reminded of once a threshold and period. */
  readonly threshold: string
  readonly level: ReminderLevel
}

/**
 * Returns the one threshold at which something stands: who learns of it late is reminded of where it stands now, not of
 * all that was missed. Undefined where it is still far away.
 */
export function thresholdOf(
  { reason, kind, days }: Pick<ItemAtRisk, 'reason' | 'kind' | 'days'>,
  settings: Pick<ReminderSettings, 'days'>,
): ReachedThreshold | undefined {
  if (reason === 'renewal.countdown') {
    const threshold = `${kind === 'domain' ? 'grace' : 'past due'} ${days}`
    return { threshold, level: 'mention' }
  }
  const isUnpaid = reason === 'renewal.unpaid'
  const marks = isUnpaid ? withEarlier(settings.days) : settings.days
  const reached = marks.filter((mark) => days <= mark)
  if (reached.length === 0) return undefined
  const mark = Math.min(...reached)
  const [alert, mention] = isUnpaid ? [UNPAID_ALERT_DAYS, UNPAID_MENTION_DAYS] : [ALERT_DAYS, MENTION_DAYS]
  const level = mark <= mention ? 'mention' : mark <= alert ? 'alert' : 'digest'
  return { threshold: String(mark), level }
}

/** How many days ahead reminders look. */
export function horizonOf({ days, walletDays }: ReminderSettings): number {
  return Math.max(...withEarlier(days), walletDays, LASTS_DAYS) + 1
}

/** How long the wallet lasts with what a reminder says to add. */
export const LASTS_DAYS = 30

function withEarlier(days: readonly number[]): number[] {
  return [Math.max(0, ...days) + EARLIER_DAYS, ...days]
}

/** Marks of a low wallet: the setting's own, and smaller ones at which it grows louder. */
const WALLET_MARKS = [7, 3, 1]

/** Returns the mark that the wallet has fallen below; undefined where it covers enough. */
export function walletThreshold(
  runwayDays: number | undefined,
  { walletDays }: Pick<ReminderSettings, 'walletDays'>,
): ReachedThreshold | undefined {
  if (runwayDays === undefined || runwayDays >= walletDays) return undefined
  const marks = [walletDays, ...WALLET_MARKS.filter((mark) => mark < walletDays)]
  const mark = Math.min(...marks.filter((one) => runwayDays < one))
  return { threshold: String(mark), level: mark <= MENTION_DAYS ? 'mention' : 'alert' }
}
