import { z } from 'zod'
import type { Mute } from '../../../alerts/routes/route.ts'
import { untilExamples, untilOf } from '../../../alerts/routes/until.ts'
import { notice } from '../../../messages/failure.ts'
import { moment, muteSentence } from '../../../messages/routes.ts'
import { userIdOf } from '../../../messages/users.ts'
import { tellingsOf } from '../../../store/event-log.ts'
import { eventNamed, type StoredEvent } from '../../../store/events.ts'
import { insertSnooze } from '../../../store/routes.ts'
import { acknowledgeThreads, threadsOf } from '../../../store/threads.ts'
import { command, InputError } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { userNamed } from '../../names.ts'

const own = { noun: 'alerts', own: true, effect: 'write', asks: 'nothing' } as const
const duration = z.string().max(20)

const mute = command({
  ...own,
  verb: 'mute',
  summary: 'Mute',
  input: z.object({
    what: z.string().max(255).meta({
      label: 'What',
      hint: 'A route, a domain, a user, or a subject such as subscription:ID',
      example: 'r3',
    }),
    until: duration.optional().meta({
      label: 'For how long',
      hint: `${untilExamples}; or “resolved”, but not for a route`,
      example: '7d',
    }),
  }),
  positional: ['what', 'until'],
  async run(context, { what, until: said = '7d' }) {
    const { alerts, caller, clock } = context
    const meant = await mutableNamed(context, what)
    const resolved = said.toLowerCase() === 'resolved'
    const until = resolved ? null : untilOf(said, clock(), alerts.zone)
    if (until === undefined) throw new InputError('until', `Say ${untilExamples}.`)
    if ('subject' in meant) {
      await alerts.routes.muteSubject(meant.subject, until, caller.userId)
      const sentence = muteSentence({ subject: meant.subject, until, by: caller.userId })
      return {
        message: notice(
          `${sentence}. It is kept in \`/cmr events\`; \`/cmr alerts unmute ${meant.subject}\` ends it.`,
        ),
      }
    }
    if (until === null) throw new InputError('until', `A route is never resolved: say ${untilExamples}.`)
    await alerts.routes.mute(meant.route, until, caller.userId)
    return {
      message: notice(
        `:no_bell: *${meant.route}* is muted until ${moment(until)}: what it takes is told nowhere, but kept in \`/cmr events\`.`,
      ),
    }
  },
})

const unmute = command({
  ...own,
  verb: 'unmute',
  summary: 'End a mute',
  input: z.object({ what: z.string().max(255).meta({ label: 'What', example: 'r3' }) }),
  positional: ['what'],
  async run(context, { what }) {
    const { alerts, caller } = context
    const meant = await mutableNamed(context, what)
    if ('route' in meant) await alerts.routes.mute(meant.route, null, caller.userId)
    else if (!(await alerts.routes.unmuteSubject(meant.subject)))
      throw new InputError('what', `${meant.subject} is not muted: /cmr alerts lists what is.`)
    const name = 'route' in meant ? meant.route : meant.subject
    return { message: notice(`:bell: *${name}* is heard again.`) }
  },
})

/** What people name when they want silence: r3, acme.com, jane@acme.com, subscription:ID. */
async function mutableNamed(
  context: CommandContext,
  what: string,
): Promise<{ route: string } | { subject: Mute['subject'] }> {
  const said = what.trim()
  if (/^r\d+$/i.test(said)) {
    if (!context.alerts.routes.route(said.toLowerCase()))
      throw new InputError('what', `There is no route ${said}: /cmr alerts lists them.`)
    return { route: said.toLowerCase() }
  }
  if (/^(subscription|order|user):\S+$/.test(said)) return { subject: said }
  if (/^domain:\S+$/.test(said)) return { subject: said.toLowerCase() }
  if (/^[^\s@]+\.[^\s@]+$/.test(said)) return { subject: `domain:${said.toLowerCase()}` }
  const user = await userNamed(context, said, 'what')
  return { subject: `user:${userIdOf(user)}` }
}

const eventId = z.string().max(100).meta({ label: 'Event', hint: '/cmr events lists their ids' })

const acknowledge = command({
  ...own,
  verb: 'acknowledge',
  summary: 'Take care of it',
  submit: 'Acknowledge',
  input: z.object({ eventId }),
  positional: ['eventId'],
  async run(context, { eventId: named }) {
    const { store, alerts, caller, clock } = context
    const { subject } = await storedEventNamed(context, named)
    if (!subject) throw new InputError('eventId', 'That event is about nothing that has a thread.')
    const here = caller.channelId ? await threadsOf(store.db, caller.channelId, [subject]) : []
    const taken = here.find(({ acknowledged_by }) => acknowledged_by !== null)
    if (taken) {
      const since = moment(taken.acknowledged_at ?? '')
      return { message: notice(`:eyes: <@${taken.acknowledged_by}> takes care of it since ${since}.`) }
    }
    const channels = await acknowledgeThreads(store.db, subject, { person: caller.userId, at: clock() })
    alerts.wake()
    const done = ':eyes: You take care of it: the alert says so from now on.'
    return { message: notice(channels.length ? done : 'It is resolved already, or its thread is over.') }
  },
})

const snooze = command({
  ...own,
  verb: 'snooze',
  summary: 'Be reminded later',
  submit: 'Remind me',
  input: z.object({ eventId, until: duration.meta({ label: 'When', hint: untilExamples, example: '4h' }) }),
  positional: ['eventId', 'until'],
  async run(context, { eventId: named, until: said }) {
    const { store, alerts, caller, clock } = context
    const event = await storedEventNamed(context, named)
    const until = untilOf(said, clock(), alerts.zone)
    if (!until) throw new InputError('until', `Say ${untilExamples}.`)
    const tellings = await tellingsOf(store.db, event.event_id)
    const here = tellings.find(({ posted_channel, ts }) => ts && posted_channel === caller.channelId)
    if (!here?.ts || !here.posted_channel)
      throw new InputError(
        'eventId',
        'That event was not told in this channel, so nobody can be reminded here.',
      )
    await insertSnooze(store.db, {
      // The same wish twice within a minute is one reminder. No spaces: it becomes an event's id.
      id: [event.event_id, caller.userId, until.toISOString().slice(0, 16)].join(':'),
      event_id: event.event_id,
      channel: here.posted_channel,
      thread_ts: here.thread_ts ?? here.ts,
      due_at: until.toISOString(),
      asked_by: caller.userId,
      asked_at: clock().toISOString(),
    })
    return { message: notice(`:alarm_clock: You will be reminded in the thread, ${moment(until)}.`) }
  },
})

/** @throws InputError where none is stored by that id */
export async function storedEventNamed(
  { store }: Pick<CommandContext, 'store'>,
  named: string,
): Promise<StoredEvent> {
  const event = await eventNamed(store.db, named)
  if (!event) throw new InputError('eventId', `No event is stored as ${named}: /cmr events lists them.`)
  return event
}

/** Silence, reminders, and who takes care of what. */
export const dutyCommands = [acknowledge, snooze, mute, unmute]
