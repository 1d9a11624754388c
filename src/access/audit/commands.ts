import { z } from 'zod'
import { plainDigits } from '../../cmr/normal-forms.ts'
import { wrongDateSentence } from '../../commands/calendar-dates.ts'
import { command, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { pageField, pageOfRows, turning } from '../../commands/paging.ts'
import { daysBack, pastWords } from '../../commands/past-period.ts'
import { isPastSpan, pastSpanExamples, pastSpanOf, pastSpanWords } from '../../commands/past-span.ts'
import { inDays } from '../../commands/period.ts'
import { subDays } from '../../process/dates.ts'
import { type AuditSearch, countAudit, searchAudit } from './audit-store.ts'
import { auditList } from './messages.ts'

/** Rows that one message shows. */
const SHOWN = 15
/** What a file takes. */
const MOST_ROWS = 50_000

const outcomes = ['ok', 'refused', 'failed', 'unknown', 'pending'] as const

/** Returns how many of the words, from the first on, are a number of days back: "last week", "2 weeks", "7d". */
function daysWords(words: readonly string[]): number {
  const [first = '', second = ''] = words
  if (/^\d{1,4}$/.test(first) && /^(?:day|week|month)s?$/i.test(second)) return 2
  return pastWords(words) || (/^\d{1,4}[dwm]$/i.test(first) ? 1 : 0)
}

/** Returns how many of the words are a time, where they are no number of days: "since Monday", "last December". */
function timeWords(words: readonly string[]): number {
  const back = words.slice(0, pastWords(words)).join(' ')
  return back && daysBack(back) !== back ? 0 : pastSpanWords(words)
}

const notPast = `Give a time that has begun, such as ${pastSpanExamples}.`

const input = z.object({
  text: z.string().max(200).optional().meta({
    label: 'About',
    hint: 'A domain, a customer, an id: anything that was typed',
    example: 'acme.com',
  }),
  who: z.string().optional().meta({ label: 'Who', slack: 'person' }),
  command: z.string().max(100).optional().meta({ label: 'Command', example: 'domains.renew' }),
  outcome: z.enum(outcomes).optional().meta({ label: 'Outcome' }),
  when: z
    .string()
    .refine((said) => isPastSpan(said), {
      error: ({ input: said }) => wrongDateSentence(String(said)) ?? notPast,
    })
    .optional()
    .meta({
      label: 'When',
      hint: `Such as ${pastSpanExamples}`,
      spans: timeWords,
      takesDates: true,
    }),
  days: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .optional()
    .meta({
      label: 'Or days back',
      spans: daysWords,
      normal: (text: string) => plainDigits(inDays(daysBack(text))).replace(/d$/, ''),
    }),
  page: pageField,
})

/** "domains renew" is "domains.renew". */
function searchOf(
  { text, who, command, outcome, days, when }: z.output<typeof input>,
  { clock, zone }: Pick<CommandContext, 'clock' | 'zone'>,
): AuditSearch {
  if (days !== undefined && when !== undefined)
    throw new InputError('when', 'Give the days or the time, not both.')
  const span = when === undefined ? undefined : pastSpanOf(when, clock(), zone)
  if (when !== undefined && !span) throw new InputError('when', notPast)
  return {
    text,
    actor: who,
    command: command?.trim().toLowerCase().replace(/\s+/, '.'),
    outcome,
    since: days === undefined ? span?.from : subDays(clock(), days),
    before: span?.to,
  }
}

const list = command({
  noun: 'audit',
  verb: 'list',
  summary: 'Search the audit',
  about: 'Shows who asked for what, when, and how it ended.',
  example: 'acme.com --days 30',
  effect: 'read',
  needs: 'admin',
  own: true,
  submit: 'Search',
  input,
  positional: ['text'],
  mostRows: MOST_ROWS,
  async run(context, { page = 1, ...given }) {
    const { store } = context
    const search = searchOf(given, context)
    const { rows, place } = await pageOfRows(page, SHOWN, {
      read: (at) => searchAudit(store.db, search, at),
      count: () => countAudit(store.db, search),
    })
    return { message: auditList(rows, { place, turn: turning(given) }) }
  },
  async rows(context, given, most) {
    const search = searchOf(given as z.output<typeof input>, context)
    return searchAudit(context.store.db, search, { from: 0, limit: most })
  },
})

/** `/cmr audit` */
export const auditCommands = [list]
