import type { ListPrices } from '../../cmr/money.ts'
import { userNames } from '../../directory/store/rows.ts'
import { type TotalAmount, totalOf } from '../../resources/renewal-amount.ts'
import { isTimeToRenew } from '../../resources/renewal-items.ts'
import type { Store } from '../../store/store.ts'
import { type CurrentForecast, currentForecast } from '../forecast/read.ts'
import type { ForecastRenewal } from '../forecast/renewal.ts'
import type { Listed } from './open-work.ts'

/** A renewal with whose it is, where that is known. */
export interface OwnedRenewal extends ForecastRenewal {
  readonly customer: string | undefined
  /** The first day of the forecast. */
  readonly today: string
}

/** What renews in some days, and what that costs. */
export type DueRenewals = Listed<OwnedRenewal> & { readonly amount: TotalAmount }

/** How the coming weeks look, from what was last seen at CMR. */
export interface Outlook {
  readonly forecast: CurrentForecast
  /** What will not renew by itself, or cannot be paid, by time. */
  readonly atRisk: Listed<OwnedRenewal>
  /** All of that which a person can renew, the first first. */
  readonly renewable: readonly ForecastRenewal[]
  readonly today: DueRenewals
  readonly week: DueRenewals
  /** Since when CMR does not answer; undefined where it does. */
  readonly silentSince: Date | undefined
}

/** As far as CMR renews a domain. */
export const OUTLOOK_DAYS = 45
/** Days after today that are due soon. */
const WEEK = 7
/** As many as a glance takes in; the rest is counted. */
const SHOWN = 6

/** Reads the outlook. @param asked.zone IANA; says what day it is */
export async function readOutlook(
  store: Store,
  asked: {
    readonly now: Date
    readonly zone: string
    readonly prices: ListPrices
    readonly silentSince: Date | undefined
    /** The only customers whose renewals may be seen. */
    readonly customers?: readonly string[] | undefined
  },
): Promise<Outlook> {
  const forecast = await currentForecast(store, { ...asked, days: OUTLOOK_DAYS })
  const named = [...atRiskIn(forecast).slice(0, SHOWN), ...dueWithin(forecast, WEEK).slice(0, SHOWN)]
  const customers = await userNames(
    store,
    named.map(({ userId }) => userId),
  )
  return outlookOf(forecast, customers, asked.silentSince)
}

/** Returns what matters of a forecast. @param customers names by userId */
export function outlookOf(
  forecast: CurrentForecast,
  customers: ReadonlyMap<string, string>,
  silentSince?: Date,
): Outlook {
  const atRisk = atRiskIn(forecast)
  const today = forecast.days[0]?.date ?? ''
  const list = (all: readonly ForecastRenewal[]): Listed<OwnedRenewal> => ({
    shown: all.slice(0, SHOWN).map((one) => ({ ...one, today, customer: customers.get(one.userId ?? '') })),
    total: all.length,
  })
  const due = (all: readonly ForecastRenewal[]): DueRenewals => ({
    ...list(all),
    amount: totalOf(all),
  })
  return {
    forecast,
    atRisk: list(atRisk),
    renewable: atRisk.filter(({ outcome }) => outcome === 'ends'),
    today: due(dueWithin(forecast, 0)),
    week: due(dueWithin(forecast, WEEK)),
    silentSince,
  }
}

/** What will not renew by itself, or cannot be paid; what fails once is told once, however often it would come again. */
function atRiskIn({ days, renewals }: CurrentForecast): ForecastRenewal[] {
  const today = days[0]?.start ?? new Date(0)
  const failing = renewals.filter((one) => isAtRisk(one, today)).toReversed()
  const first = new Map(failing.map((one) => [`${one.kind} ${one.id}`, one]))
  return [...first.values()].sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** What renews by itself on today and so many days after it. */
function dueWithin({ days, renewals }: CurrentForecast, count: number): ForecastRenewal[] {
  const last = days[count]?.date ?? ''
  return renewals.filter(({ date, isAutomatic }) => isAutomatic && date <= last)
}

function isAtRisk(renewal: ForecastRenewal, today: Date): boolean {
  const { outcome, isUnderWay } = renewal
  if (isUnderWay) return false
  if (outcome === 'ends') return isTimeToRenew(renewal, today)
  return outcome === 'uncovered' || outcome === 'blocked'
}
