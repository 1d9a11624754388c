import { isWrittenDate } from '../../commands/calendar-dates.ts'
import { type Doubt, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { flagWord, type Word } from '../../commands/grammar.ts'
import { leadingWords } from '../../commands/leading-words.ts'
import { inDays, isPeriod, periodOf, periodWords } from '../../commands/period.ts'
import { addDays, startOfDay, subMilliseconds, tz } from '../../process/dates.ts'
import { escapeText } from '../../slack/blocks.ts'

/** How a person says when a role ends, for hints and refusals. */
export const untilExamples = 'Friday, 2026-12-24, 2 weeks or the end of the year'

const MOST_DAYS = 3650

/** Returns whether a text says when something ends, whatever day it is. */
export function isUntil(text: string): boolean {
  return isPeriod(text) || isPeriod(`until ${text}`)
}

/**
 * Returns when a role ends that is given until then: so many days from now, or the end of a day in the zone.
 * @throws InputError where that is over already, or too far away
 */
export function endOfRole(said: string, { clock, zone }: CommandContext): Date {
  const now = clock()
  const days = /^(\d+)d$/.exec(inDays(said))?.[1]
  const to = days ? Number(days) : (periodOf(`until ${said}`, now, zone) ?? periodOf(said, now, zone))?.to
  if (to === undefined || to > MOST_DAYS || (days && to < 1))
    throw new InputError(
      'until',
      `Choose a day from today to ${MOST_DAYS} days ahead, such as ${untilExamples}.`,
    )
  if (days) return addDays(now, to)
  // A zoned date would print an offset, which the store cannot compare.
  const dayAfter = addDays(startOfDay(now, { in: tz(zone) }), to + 1)
  return subMilliseconds(new Date(dayAfter.getTime()), 1)
}

const isBefore = (word: Word | undefined) =>
  !word?.quoted && /^(?:until|till|through|thru)$/i.test(word?.text ?? '')
const isFor = (word: Word | undefined) => !word?.quoted && /^for$/i.test(word?.text ?? '')
const isAnd = (word: Word | undefined) => !word?.quoted && /^(?:and|&)$/i.test(word?.text ?? '')
const isRoleEnd = (word: Word) =>
  isBefore(word) || isFor(word) || word.flag !== undefined || word.key !== undefined

/** Returns the words of `access grant` with what says when the role ends, and for whom it is, as their fields. */
export function grantReworded(words: readonly Word[]): readonly Word[] {
  const isGiven = (name: RegExp) => words.some(({ flag, key }) => name.test(flag ?? key ?? ''))
  const ends = isGiven(/^(?:until|days?)$/i) ? lengthOfFlag(words) : endIn(words)
  const others = ends ? words.toSpliced(ends.at, ends.count) : [...words]
  const at = isGiven(/^(?:customers?|users?)$/i) ? -1 : others.findIndex(isFor)
  const behind = at === -1 ? [] : others.slice(at + 1)
  const end = behind.findIndex(isRoleEnd)
  const said = end === -1 ? behind : behind.slice(0, end)
  // "For Acme and until Friday": a customer may be called so too.
  const names = isAnd(said.at(-1)) ? said.slice(0, -1) : said
  const rest = names.length > 0 ? others.toSpliced(at, said.length + 1) : others
  return [
    ...rest,
    ...(ends ? [flagWord('until', ends.said)] : []),
    ...(names.length > 0 ? [flagWord('customers', names.map(({ text }) => text).join(' '))] : []),
  ]
}

/** Returns what is wrong with `access revoke` where a time is said: a role that is taken away does not come back. */
export function revokeDoubt(words: readonly Word[]): Doubt | undefined {
  const end = endIn(words)
  if (!end) return undefined
  const rest = words.toSpliced(end.at, end.count)
  const said = words.slice(end.at, end.at + end.count).map(({ raw }) => raw)
  return {
    sentence: `A role is taken away at once and does not come back by itself, so “${escapeText(said.join(' '))}” cannot be part of it. \`/cmr access grant\` gives a role until a day.`,
    ways: [{ label: `Leave out ${said.join(' ')}`, rest }],
  }
}

interface RoleEnd {
  readonly at: number
  readonly count: number
  readonly said: string
}

/** `--days 2 weeks`, `--days 14d`: more than a number of days. */
function lengthOfFlag(words: readonly Word[]): RoleEnd | undefined {
  const at = words.findIndex(
    ({ flag, value }) => /^(?:until|days?)$/i.test(flag ?? '') && value === undefined,
  )
  const rest = words.slice(at + 1).map(({ text }) => text)
  const count = at === -1 ? 0 : endWords(rest)
  const said = rest.slice(0, count).join(' ')
  return count > 0 && !/^\d+$/.test(said) ? { at, count: count + 1, said } : undefined
}

/** Returns how many of the words, from the first on, say when something ends, be it a day that there is not. */
const endWords = (texts: readonly string[]) =>
  leadingWords(texts, 5, (text) => isUntil(text) || isWrittenDate(text))

/** Where the words stand that say when it ends: "until friday", "for 2 weeks", "30 days". */
function endIn(words: readonly Word[]): RoleEnd | undefined {
  const texts = words.map(({ text }) => text)
  for (const [at, word] of words.entries()) {
    const rest = texts.slice(at + 1)
    if (isBefore(word)) {
      // A word that is no day is named as what is wrong, rather than taken for a part of the role.
      const count = endWords(rest) || 1
      const day = rest.slice(0, count).join(' ')
      return { at, count: count + 1, said: /^thr/i.test(word.text) ? `through ${day}` : day }
    }
    const count = isFor(word) || /^\d{1,4}[dwm]?$/i.test(word.text) ? periodWords(texts.slice(at)) : 0
    if (count > (isFor(word) ? 1 : 0) && !word.quoted)
      return {
        at,
        count,
        said: texts
          .slice(at, at + count)
          .join(' ')
          .replace(/^for /i, ''),
      }
  }
  return undefined
}
