import type { PlainTextOption } from '@slack/types'
import { option } from '../slack/blocks.ts'

/** "Block Kit reference: select menus": options, and characters of a value. */
export const optionLimits = { options: 100, value: 150 } as const
/** One more than a picker shows, so that it is known where there are more. */
export const OPTIONS_SOUGHT = optionLimits.options + 1
/** What a picker offers last where more match than it shows: whoever chooses it is told what to do. */
export const typeMore = '…'
/** How many of the newest things are looked through; older ones are found by their id. */
export const LATEST_SEARCHED = 200

/** Returns the options that hold what was typed, or that have it as their value. */
export function matchingOptions(options: readonly PlainTextOption[], typed: string): PlainTextOption[] {
  const wanted = typed.toLowerCase()
  return options
    .filter(({ text, value }) => value === typed || text.text.toLowerCase().includes(wanted))
    .slice(0, OPTIONS_SOUGHT)
}

/** Returns the options that Slack takes; where there are more, or some are too long for it, the last one says so. */
export function optionsWithin(found: readonly PlainTextOption[], typed: string): PlainTextOption[] {
  const { options, value: longest } = optionLimits
  const fitting = found.filter(({ value = '' }) => value.length <= longest)
  const note = (text: string) => option(text, typeMore)
  if (typed.length > longest && fitting.length === 0)
    return [note(`Slack’s list takes ${longest} characters: type less, or run it as a command`)]
  if (fitting.length <= options) return fitting
  return [...fitting.slice(0, options - 1), note('There are more: type more of the name')]
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
