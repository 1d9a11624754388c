import { leadingWords } from './leading-words.ts'
import { numberWords } from './understanding/vocabulary.ts'

/** Numbers that people write as words. */
export const numbers: ReadonlyMap<string, number> = new Map([
  ['a', 1],
  ...numberWords.map((word, at) => [word, at + 1] as const),
])

/** "last month", "the past 30 days", "previous week", "yesterday", "two weeks ago" */
const past =
  /^(?:(?:in|from|over|for|since|during) )?(?:the )?(?:yesterday|(?:last|past|previous|prior)(?: (?:\d{1,4}|[a-z]{1,6}))? (?:days?|weeks?|weekend|months?|quarters?|years?|24 ?h(?:ours)?|[a-z]{3,9}day|jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)|(?:\d{1,4}|[a-z]{1,6}) (?:days?|weeks?|months?|years?) ago)$/

/** Returns whether a text is a period that is over, whatever day it is. */
export function isPastPeriod(text: string): boolean {
  return past.test(text.trim().toLowerCase().replace(/\s+/g, ' '))
}

/** Days at most that each goes back. */
const daysIn: Readonly<Record<string, number>> = {
  '24h': 1,
  '24hour': 1,
  h: 1 / 24,
  hour: 1 / 24,
  yesterday: 1,
  day: 1,
  week: 7,
  weekend: 8,
  month: 31,
  quarter: 92,
  year: 366,
}

/**
 * Returns how many days a period that is over goes back, "last 2 weeks" as "14"; as it is any other text, and one that
 * does not tell: "last December".
 */
export function daysBack(text: string): string {
  if (!isPastPeriod(text)) return text
  const [, amount = 'last', unit = ''] =
    /(?:^|(\S+) )(\S+?)s?(?: ago)?$/.exec(text.trim().toLowerCase()) ?? []
  const isOne = /^(?:last|past|previous|prior)$/.test(amount)
  const count = isOne ? 1 : (numbers.get(amount) ?? Number.parseInt(amount, 10))
  const days = daysIn[unit] ?? (unit.endsWith('day') ? 7 : Number.NaN)
  return Number.isNaN(count * days) ? text : String(count * days)
}

/** Returns how many of the words, from the first on, are a period that is over: of "last month acme.com" two. */
export function pastWords(words: readonly string[]): number {
  return leadingWords(words, 5, isPastPeriod)
}
