import type { PlainTextOption } from '@slack/types'

/** As many as a person looks through. */
export const OPTIONS_SHOWN = 50
/** How many of the newest things are looked through; older ones are found by their id. */
export const LATEST_SEARCHED = 200

/** Returns the options that hold what was typed, or that have it as their value. */
export function matchingOptions(options: readonly PlainTextOption[], typed: string): PlainTextOption[] {
  const wanted = typed.toLowerCase()
  return options
    .filter(({ text, value }) => value === typed || text.text.toLowerCase().includes(wanted))
    .slice(0, OPTIONS_SHOWN)
}

/** Returns a moment as plain text, since Slack shows no date in the reader's own zone in an option. */
export function optionMoment(when: string, zone: string): string {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(when))
}
