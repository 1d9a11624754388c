/**
 * What somebody may give at once. Without bounds one person could keep the process busy for everybody; each bound is
 * named in the sentence that refuses.
 */
export const bounds = {
  /** Characters behind `/cmr`, and of one value. */
  text: 12_000,
  /** Things in a list that are looked up by their names, one by one. */
  names: 200,
  /** Other things in a list. */
  listed: 1000,
} as const

const figures = new Intl.NumberFormat('en-US')

/** Returns "12,000". */
export const figure = (count: number): string => figures.format(count)

/** The sentence for a text that is too long. */
export function tooLong(length: number): string {
  return `This has ${figure(length)} characters; ${figure(bounds.text)} are the most. Give long lists as a CSV file, or in several parts.`
}

/** The sentence for a list that is too long. */
export function tooMany(count: number, most: number): string {
  return `These are ${figure(count)}; ${figure(most)} go at once. Give them in several parts, or as a CSV file.`
}
