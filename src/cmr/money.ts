/**
 * A decimal amount as integer cents. CMR answers amounts as strings or numbers.
 * @param amount "14.50", 14.5, "1,234.56", "$3"; anything else, "14,50" too, is undefined
 */
export function toCents(amount: unknown): number | undefined {
  const text = typeof amount === 'number' ? amount.toFixed(4) : amount
  if (typeof text !== 'string') return undefined
  const parts = /^\s*(-?)\$?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?\s*$/.exec(text)
  if (!parts) return undefined
  const [, sign, whole = '', fraction = ''] = parts
  const thousandths = Number(fraction.padEnd(3, '0').slice(0, 3))
  const cents = Number(whole.replaceAll(',', '')) * 100 + Math.round(thousandths / 10)
  return Number.isSafeInteger(cents) ? (sign && cents ? -cents : cents) : undefined
}

/** Returns cents as people read them: 123450 → "$1,234.50". */
export function money(cents: number, currency = 'USD'): string {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(cents / 100)
}

/** CMR's list prices a month, in cents; partners with volume pay less ("Money"). */
export interface ListPrices {
  readonly mailbox: number
  /** Once the domain has completed its first year and was renewed. */
  readonly mailboxAfterYear: number
  readonly warmup: number
  /** True if nobody has said what a warm-up costs, so that `warmup` is `GUESSED_WARMUP_CENTS`. */
  readonly warmupGuessed: boolean
}

/** CMR's pages do not say what a warm-up costs a month: who shows this says that it is a guess. */
export const GUESSED_WARMUP_CENTS = 200
