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
  /** Characters of an input of a form ("Block Kit reference: plain-text input"). */
  input: 3000,
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

/** The sentence for choices of which Slack lists only the first. @param name the flag that takes any of them */
export function beyondList(count: number, most: number, name: string): string {
  return `The first ${most} of ${figure(count)} are listed. For another one, run this as a command with --${name}.`
}

/** The sentence for a text that Slack takes back into no input. */
export function beyondForm(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length <= bounds.input) return undefined
  return `What you gave has ${figure(value.length)} characters, and a form takes ${figure(bounds.input)}: it is left out here. Shorten it, or give all of the fields in one command.`
}
