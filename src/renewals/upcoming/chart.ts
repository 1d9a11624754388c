import type { KnownBlock } from '@slack/types'
import { dayText } from '../../process/day-text.ts'
import { lineChart } from '../../slack/chart.ts'
import type { Forecast, ForecastDay } from '../forecast/forecast.ts'

/** Returns the wallet's line over the coming days; nothing where CMR has told no balance, or only today is shown. */
export function walletChart({ days, walletCents, firstUncovered }: Forecast): KnownBlock[] {
  const today = days[0]?.date ?? ''
  if (walletCents === undefined || days.length < 2) return []
  const shown = spread(days, firstUncovered?.date)
  const dollars = (cents: number) => cents / 100
  const lasting = shown.map(({ walletCents: left = 0 }) => dollars(left))
  const needed = shown.map(({ neededCents }) => dollars(walletCents - neededCents))
  return [
    lineChart({
      title: 'Wallet at the end of each day',
      unit: 'USD',
      categories: shown.map(({ date }) => dayText(date, today)),
      series: [
        { name: 'If nothing is added', values: lasting },
        ...(firstUncovered ? [{ name: 'If everything were paid', values: needed }] : []),
      ],
    }),
  ]
}

/** So many dates can be read below a chart on a phone. */
const POINTS = 8

/** Some days, evenly: the first, the last, and the one that matters. */
function spread(days: readonly ForecastDay[], important: string | undefined): ForecastDay[] {
  const last = days.length - 1
  const wanted = new Set(
    Array.from({ length: Math.min(POINTS, days.length) }, (_, at) =>
      Math.round((at * last) / Math.max(1, Math.min(POINTS, days.length) - 1)),
    ),
  )
  return days.filter(({ date }, at) => wanted.has(at) || date === important)
}
