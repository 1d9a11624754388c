import { CmrError } from '../../cmr/errors.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { Period } from '../../commands/period.ts'
import { type WalletBalance, walletBalance } from '../../directory/store/holdings.ts'
import { userNames } from '../../directory/store/rows.ts'
import type { ForecastRenewal } from '../forecast/model.ts'
import { type CurrentForecast, currentForecast } from '../forecast/read.ts'

/** Whose renewals are looked at; without it everybody's. */
export interface Narrowing {
  readonly userId?: string | undefined
  /** The only customers whose renewals may be seen: nothing else shows, the wallet neither. */
  readonly customers?: readonly string[] | undefined
  /** In lower case. */
  readonly domain?: string | undefined
  /** What people call it. */
  readonly name?: string | undefined
}

/** What renews in the coming days, for those who look at all of it or at a part. */
export interface Upcoming {
  /** Of everybody, since one wallet pays for all; of some customers only without the wallet. */
  readonly forecast: CurrentForecast
  readonly period: Period
  /** True if CMR was asked for the balance just now, and did not answer. */
  readonly isUnanswered: boolean
  readonly narrowing: Narrowing
  /** What was asked for, by time. */
  readonly renewals: readonly ForecastRenewal[]
  /** Names of customers, by userId. */
  readonly customers: ReadonlyMap<string, string>
  /** IANA; says what day it is. */
  readonly zone: string
}

/** A balance younger than that is not asked for again. */
const FRESH_MS = 60_000
/** Nobody waits longer for a newer balance: an older one says how old it is. */
const WALLET_MS = 2500

/** Reads what renews: everything from the directory, and the wallet from CMR where the last balance is old. */
export async function upcomingRenewals(
  context: CommandContext,
  period: Period,
  narrowing: Narrowing = {},
): Promise<Upcoming> {
  const { store, clock, zone, prices } = context
  const read = (wallet?: WalletBalance) =>
    currentForecast(store, {
      now: clock(),
      zone,
      days: period.to,
      prices,
      customers: narrowing.customers,
      ...(wallet && { wallet }),
    })
  const { wallet, isUnanswered } = narrowing.customers
    ? { wallet: undefined, isUnanswered: false }
    : await newestWallet(context)
  const forecast = await read(wallet)
  const first = forecast.days[period.from]?.date ?? ''
  const renewals = forecast.renewals.filter(
    ({ userId, domain, date }) =>
      date >= first &&
      (narrowing.userId === undefined || userId === narrowing.userId) &&
      (narrowing.domain === undefined || domain?.toLowerCase() === narrowing.domain),
  )
  const customers = await userNames(
    store,
    renewals.map(({ userId }) => userId),
  )
  return { forecast, period, isUnanswered, narrowing, renewals, customers, zone }
}

async function newestWallet({ cmr, clock, store }: CommandContext): Promise<{
  readonly wallet: WalletBalance | undefined
  readonly isUnanswered: boolean
}> {
  const known = await walletBalance(store.db)
  if (known && clock().getTime() - known.seenAt.getTime() < FRESH_MS)
    return { wallet: known, isUnanswered: false }
  try {
    const { data } = await cmr.wallet.get({}, { signal: AbortSignal.timeout(WALLET_MS) })
    const { balance: cents, currency = 'USD' } = data
    return { wallet: cents === undefined ? known : { cents, currency, seenAt: clock() }, isUnanswered: false }
  } catch (error) {
    if (error instanceof CmrError) return { wallet: known, isUnanswered: true }
    throw error
  }
}
