import { z } from 'zod'
import type { AlertService } from '../../alerts/commands/alert-command.ts'
import { type Command, commandWith, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { notice } from '../../commands/failure.ts'
import { askAboutReaders, outsidersField } from '../../commands/readers-question.ts'
import { isTimeZone } from '../../process/clock.ts'
import { digestMessage, type ReportReader, spanOf } from './report.ts'
import { nextDigestAt, timeOfDayIn, type Weekday, weekdays, weekdaysIn } from './schedule.ts'
import { allDigests, type Digest, digestIn, removeDigest, setDigest } from './store.ts'
import { digestLine, digestList, digestSet, timesInWords } from './words.ts'

interface DigestServices {
  readonly alerts: Pick<AlertService, 'channelAccess'>
  readonly readReport: ReportReader
}

const digestCommand = commandWith<DigestServices>()
const own = { noun: 'digest', own: true } as const
const channel = z.string().optional().meta({ label: 'Channel', slack: 'channel' })

const list = digestCommand({
  ...own,
  verb: 'list',
  summary: 'List digests',
  about: 'Lists the channels that get a digest, and when.',
  effect: 'read',
  input: z.object({}),
  positional: [],
  async run({ alerts, store }) {
    const digests = await allDigests(store.db)
    const outsiders = await alerts.channelAccess.knownOutsiders(digests.map(({ channel: id }) => id))
    return { message: digestList(digests, outsiders) }
  },
})

const show = digestCommand({
  ...own,
  verb: 'show',
  summary: 'Show the digest now',
  about: 'Shows what the digest would say now.',
  effect: 'read',
  submit: 'Show',
  input: z.object({ weekly: z.boolean().optional().meta({ label: 'For the whole week' }) }),
  positional: [],
  async run({ readReport, clock, zone }, { weekly = false }) {
    const report = await readReport({ span: spanOf(clock(), weekly), isWeekly: weekly })
    return { message: digestMessage(report, zone) }
  },
})

const never = 'never'

const set = digestCommand({
  ...own,
  verb: 'set',
  summary: 'Set up a digest',
  about:
    'Posts a summary of what is at risk, due and open in a channel, on the days and at the time you choose.',
  example: '8:30 --weekdays mon-fri --timezone Europe/Berlin',
  effect: 'write',
  asks: 'nothing',
  submit: 'Save',
  consequence: ofOthers,
  input: z.object({
    channel: channel.meta({ reloads: true }),
    time: z.string().max(20).optional().meta({ label: 'Time', hint: 'Such as 8:30 or 8am', example: '8:00' }),
    timezone: z
      .string()
      .refine(isTimeZone, 'Give a time zone such as Europe/Berlin.')
      .optional()
      .meta({ label: 'Time zone', example: 'Europe/Berlin' }),
    weekdays: z
      .array(z.string().max(20))
      .max(20)
      .optional()
      .meta({ label: 'On these days', choices: weekdays, example: 'mon-fri' }),
    weekly: z
      .enum([never, ...weekdays])
      .optional()
      .meta({ label: 'For the whole week on', hint: 'On that day it covers the whole week' }),
    quiet: z.boolean().optional().meta({ label: 'Only when something needs attention' }),
    outsiders: outsidersField,
  }),
  positional: ['time', 'channel'],
  picks: ['channel'],
  prefill: todays,
  follow: todays,
  async question({ alerts, store, caller }, { channel: named = caller.channelId, outsiders }) {
    if (named && (await digestIn(store.db, named))) return undefined
    const what = 'each digest: what renews for which customer, what it costs, and the wallet'
    return askAboutReaders(alerts.channelAccess, { channel: named, isAsked: outsiders, what })
  },
  async run({ alerts, store, caller, clock, zone }, given) {
    const named = given.channel ?? caller.channelId
    if (!named) throw new InputError('channel', 'Name the channel that should get it: --channel #ops')
    const time = timeOfDayIn(given.time ?? '8:00')
    if (!time) throw new InputError('time', 'Give a time of day, such as 8:30 or 5pm.')
    const days = weekdaysIn(given.weekdays ?? ['weekdays'])
    if (!days) throw new InputError('weekdays', 'Give days such as mon-fri, sat or daily.')
    const weeklyOn = !given.weekly || given.weekly === never ? null : given.weekly
    if (days.length === 0 && !weeklyOn) throw new InputError('weekdays', 'Choose at least one day.')
    const entering = await alerts.channelAccess.enter(named)
    if (!entering.ok) throw new InputError('channel', entering.sentence)
    const times = { time, zone: given.timezone ?? zone, weekdays: days, weeklyOn }
    const before = await digestIn(store.db, entering.id)
    if (!before) await greet(alerts, entering.id, times, caller.userId)
    const now = clock()
    const place = { channel: entering.id, channelName: entering.name, setBy: caller.userId }
    const setting = { ...place, ...times, isQuiet: given.quiet ?? false, nextAt: nextDigestAt(times, now) }
    await setDigest(store.db, setting, now)
    return {
      message: digestSet({ ...setting, triedAt: null, coveredUntil: before?.coveredUntil, error: null }),
    }
  },
})

/** What the channel reads is also the proof that a digest will reach it. */
async function greet(
  { channelAccess }: DigestServices['alerts'],
  to: string,
  times: Parameters<typeof timesInWords>[0],
  by: string,
): Promise<void> {
  const said = await channelAccess.say(
    to,
    notice(`:sunrise: <@${by}> has set up a digest here, a summary of CMR, ${timesInWords(times)}.`),
  )
  if (!said.ok) throw new InputError('channel', said.sentence)
}

/** How the digest of a channel is set up, or how one begins. */
async function todays(
  { store, caller, zone }: CommandContext,
  given: Readonly<Record<string, unknown>>,
): Promise<{ values: Record<string, unknown> }> {
  const where = String(given.channel ?? caller.channelId ?? '')
  const digest = await digestIn(store.db, where)
  const weekly: Weekday | typeof never = digest?.weeklyOn ?? never
  return {
    values: {
      channel: given.channel ?? caller.channelId,
      time: digest?.time ?? '08:00',
      timezone: digest?.zone ?? zone,
      weekdays: digest ? digest.weekdays : weekdays.slice(0, 5),
      weekly,
      quiet: digest?.isQuiet ?? false,
    },
  }
}

const stop = digestCommand({
  ...own,
  verb: 'stop',
  summary: 'Stop a digest',
  about: 'Stops the digest of a channel.',
  effect: 'write',
  submit: 'Stop it',
  consequence: ofOthers,
  input: z.object({ channel }),
  positional: ['channel'],
  prefill: async ({ caller }) => ({ values: { channel: caller.channelId } }),
  confirm: async (context, input) => ({
    text: `*Stop this digest?*\n${digestLine(await digestCalled(context, input.channel))}`,
  }),
  async run(context, input) {
    const { channel: where } = await digestCalled(context, input.channel)
    await removeDigest(context.store.db, where)
    return { message: notice(`:wastebasket: <#${where}> no longer gets a digest.`) }
  },
})

/** Whoever did not set up a digest changes what others read. */
async function ofOthers(
  { store, caller }: CommandContext,
  { channel: named = caller.channelId }: { readonly channel?: string | undefined },
) {
  const found = digestOf(await allDigests(store.db), named)
  return found && found.setBy !== caller.userId ? ('silences others' as const) : undefined
}

function digestOf(all: readonly Digest[], named: string | undefined): Digest | undefined {
  return all.find(({ channel: id, channelName }) => id === named || `#${channelName}` === named)
}

/** @throws InputError where there is none */
async function digestCalled({ store, caller }: CommandContext, named = caller.channelId): Promise<Digest> {
  const found = digestOf(await allDigests(store.db), named)
  if (!found) throw new InputError('channel', 'No digest is posted in that channel: /cmr digest lists them.')
  return found
}

/** `/cmr digest …` */
export function digestCommands(needs: DigestServices): Command[] {
  return [list, show, set, stop].map((one) => one(needs))
}
