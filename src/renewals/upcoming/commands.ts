import { z } from 'zod'
import { wrongDateSentence } from '../../commands/calendar-dates.ts'
import { type Command, command, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { notice } from '../../commands/failure.ts'
import { isPastPeriod } from '../../commands/past-period.ts'
import {
  beginsPeriod,
  isPeriod,
  type Period,
  periodExamples,
  periodOf,
  periodWords,
} from '../../commands/period.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import { named } from '../../directory/names/named.ts'
import { counted, escapeText } from '../../slack/blocks.ts'
import { calendarOf, renewalRows } from './formats.ts'
import { fundsMessage, headline, upcomingMessage } from './message.ts'
import { type Upcoming, upcomingRenewals } from './upcoming.ts'

/** How far a forecast goes: further ahead too much changes meanwhile. */
const MOST_DAYS = 400
const USUAL = '45d'

const input = z.object({
  within: z
    .string()
    .refine(isPeriod, {
      error: ({ input: said }) =>
        isPastPeriod(String(said))
          ? `Only what is still to renew is shown. “/cmr wallet” shows what was charged. Give a period such as ${periodExamples}.`
          : (wrongDateSentence(String(said)) ?? `Give a period such as ${periodExamples}.`),
    })
    .optional()
    .meta({
      label: 'When',
      hint: `Such as ${periodExamples}; up to ${MOST_DAYS} days`,
      example: 'next week',
      spans: periodWords,
      takesDates: true,
    }),
  domain: z.string().optional().meta({ label: 'Domain', picker: 'domain' }),
  userId: z.string().optional().meta({ label: 'Customer', hint: 'E-mail, company or id', picker: 'user' }),
})

type UpcomingInput = z.output<typeof input>

/** @throws InputError */
function periodIn({ clock, zone }: CommandContext, within = USUAL): Period {
  const period = periodOf(within, clock(), zone)
  if (period && period.to >= period.from && period.to <= MOST_DAYS && !/^0+\D*$/.test(within)) return period
  throw new InputError('within', `Choose from 1 to ${MOST_DAYS} days: ${periodExamples}.`)
}

async function look(context: CommandContext, asked: UpcomingInput): Promise<Upcoming> {
  const period = periodIn(context, asked.within)
  const customers = await customersOfCaller(context)
  if (!asked.domain && !asked.userId) return upcomingRenewals(context, period, { customers })
  const { ids, spoken } = await named(context, input, asked)
  const name = String(asked.domain ? spoken.domain : spoken.userId)
  return upcomingRenewals(context, period, {
    name,
    customers,
    userId: ids.userId as string | undefined,
    domain: asked.domain && String(ids.domain).toLowerCase(),
  })
}

const all = z.boolean().optional().meta({ label: 'All rows', hidden: true })

/** `/cmr renewals`: what renews, what it costs, and how long the wallet lasts. */
const list = command({
  noun: 'renewals',
  verb: 'list',
  otherNouns: ['forecast', 'upcoming', 'spend'],
  summary: 'Show renewals',
  about:
    'Shows what renews in a period, what it costs, and the first renewal that the wallet does not cover.',
  effect: 'read',
  own: true,
  customers: 'narrowed',
  example: 'next week --customer "Acme Inc."',
  input: input.extend({ all }),
  positional: ['within', 'domain'],
  begins: beginsPeriod,
  async run(context, asked) {
    const upcoming = await look(context, asked)
    return { message: upcomingMessage(upcoming, asked, context.clock()) }
  },
  rows: async (context, asked) => renewalRows(await look(context, asked)),
  mostRows: 50_000,
})

/** `/cmr renewals funds`: how much to add so that the wallet lasts. */
const funds = command({
  noun: 'renewals',
  verb: 'funds',
  summary: 'Show how much to add',
  about: 'Shows how much to add to the wallet so that the next renewals are paid.',
  effect: 'read',
  own: true,
  input: z.object({}),
  positional: [],
  async run(context) {
    const upcoming = await upcomingRenewals(context, { from: 0, to: 90, when: 'in 90 days' })
    return { message: fundsMessage(upcoming) }
  },
})

/** `/cmr renewals calendar`: what renews as a file for a calendar. */
const calendar = command({
  noun: 'renewals',
  verb: 'calendar',
  summary: 'Get renewals as calendar',
  about: 'Sends you the coming renewals as a file that any calendar opens.',
  rare: true,
  effect: 'read',
  own: true,
  customers: 'narrowed',
  input,
  positional: ['within', 'domain'],
  async run(context, asked) {
    const upcoming = await look(context, asked)
    // A calendar without an entry is no file that calendars open (RFC 5545, 3.6).
    if (upcoming.renewals.length === 0)
      return { message: notice(`${headline(upcoming)}, so there is no file.`) }
    const now = context.clock()
    const name = `cmr-renewals-${now.toISOString().slice(0, 10)}.ics`
    const content = calendarOf(upcoming, now)
    await context.files.share({ name, content }, { person: context.caller.userId })
    const count = counted(upcoming.renewals.length, 'renewal')
    return {
      message: notice(
        `:calendar: *${count}* as ${escapeText(name)} in a message to you. It opens in any calendar.`,
      ),
    }
  },
})

export const upcomingCommands: Command[] = [list, funds, calendar]
