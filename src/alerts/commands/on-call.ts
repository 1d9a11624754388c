import { z } from 'zod'
import { userIdOf } from '../../cmr/answers/users.ts'
import { type Command, InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { userNamed } from '../../directory/names/called.ts'
import { deliveriesOf } from '../../events/store/event-log.ts'
import { eventNamed, newerEvents, type StoredEvent } from '../../events/store/events.ts'
import { millisecondsInDay } from '../../process/dates.ts'
import { code, escapeText, moment } from '../../slack/blocks.ts'
import type { AlertService } from '../alert-service.ts'
import { alertOf } from '../delivery/message.ts'
import { isOpen, openedBy, threadsOpenSince } from '../delivery/thread.ts'
import { eventAgain } from '../messages/event-log.ts'
import { muted, muteSentence } from '../messages/routes.ts'
import { testSentence } from '../messages/tests.ts'
import type { Mute } from '../routing/route.ts'
import { untilExamples, untilOf } from '../routing/until.ts'
import { rowsOfDelivery } from '../store/deliveries.ts'
import { acknowledgeMessage, messageOf, outdateAlerts, takenMessagesOf } from '../store/messages.ts'
import { insertSnooze } from '../store/routes.ts'
import { acknowledgeThreads, keepThread, threadsAbout } from '../store/threads.ts'
import { type AlertContext, alertCommand } from './alert-command.ts'
import { customersOfEvent, customersOfMuted, isDomain } from './event-customers.ts'
import { isRoute, routeId } from './route-id.ts'
import { searchEvents } from './search.ts'
import { silencing } from './silencing.ts'

const own = { noun: 'alerts', own: true, effect: 'write', asks: 'nothing' } as const
const duration = z.string().max(20)
const DEFAULT_MUTE = '7d'

const what = z.string().max(255).meta({
  label: 'What',
  hint: 'A route, a domain, a customer, subscription:ID, or event:ID for what an event is about',
  example: 'r3',
})

/**
 * A mute counts for everybody's routes. One thing for a day is part of working on it; more than that, or a whole
 * customer, takes alerts away from others.
 */
async function longSilence(context: AlertContext, said: string, until = DEFAULT_MUTE) {
  const now = context.clock()
  const ends = untilOf(until, now, context.zone)
  const isShort = ends && ends.getTime() - now.getTime() <= millisecondsInDay
  if (!isShort) return 'silences others' as const
  const meant = await mutableNamed(context, said)
  const isOneThing = 'subject' in meant && !meant.subject.startsWith('user:')
  return isOneThing ? undefined : ('silences others' as const)
}

const mute = alertCommand({
  ...own,
  verb: 'mute',
  summary: 'Mute a route or alert',
  customers: customersOfMuted,
  about: 'Stops alerts of a route, or about a domain, a customer or an event, for some time.',
  consequence: (context, { what: said, until }) =>
    isRoute.test(said.trim()) ? silencing(context, routeId(said.trim())) : longSilence(context, said, until),
  example: 'acme.com 7d',
  input: z.object({
    what,
    until: duration.optional().meta({
      label: 'For how long',
      hint: `${untilExamples}; or “resolved”, but not for a route`,
      example: '7d',
    }),
  }),
  positional: ['what', 'until'],
  async run(context, { what, until: said = DEFAULT_MUTE }) {
    const { alerts, caller, clock } = context
    const meant = await mutableNamed(context, what)
    const resolved = said.toLowerCase() === 'resolved'
    const until = resolved ? null : untilOf(said, clock(), context.zone)
    if (until === undefined) throw new InputError('until', `Say ${untilExamples}.`)
    if ('subject' in meant) {
      await alerts.routes.muteSubject(meant.subject, until, caller.userId)
      await showSilence(context, meant.subject)
      const sentence = muteSentence({ subject: meant.subject, until, by: caller.userId })
      const kept = `${sentence}. It is kept in \`/cmr events\`; ${code(`/cmr alerts unmute ${what}`)} ends it.`
      return { message: muted(kept, meant.subject) }
    }
    if (until === null) throw new InputError('until', `A route is never resolved: use ${untilExamples}.`)
    await alerts.routes.mute(meant.route, until, caller.userId)
    return {
      message: muted(
        `:no_bell: *${meant.route}* is muted until ${moment(until)}: its events are kept in \`/cmr events\`; only urgent events that no other route takes go to the alerts channel.`,
        meant.route,
      ),
    }
  },
})

const unmute = alertCommand({
  ...own,
  verb: 'unmute',
  summary: 'End a mute',
  customers: customersOfMuted,
  about: 'Lets alerts come again before a mute ends.',
  input: z.object({ what }),
  positional: ['what'],
  async run(context, { what }) {
    const { alerts, caller } = context
    const meant = await mutableNamed(context, what)
    if ('route' in meant) await alerts.routes.mute(meant.route, null, caller.userId)
    else if (!(await alerts.routes.unmuteSubject(meant.subject)))
      throw new InputError('what', `${meant.subject} is not muted: /cmr alerts lists what is.`)
    if ('subject' in meant) await showSilence(context, meant.subject)
    const name = 'route' in meant ? meant.route : escapeText(meant.subject)
    return { message: notice(`:bell: *${name}* is no longer muted.`) }
  },
})

/** Alerts say who has muted what they tell of, or wants to be reminded of it. @param subject as in `mutes` */
async function showSilence({ store, alerts, clock }: AlertContext, subject: string): Promise<void> {
  const [, kind, name = ''] = /^(domain|user):(.+)$/.exec(subject) ?? []
  const things = {
    subjects: [subject],
    domains: kind === 'domain' ? [name] : [],
    users: kind === 'user' ? [name] : [],
  }
  const now = clock()
  await outdateAlerts(store.db, things, { since: threadsOpenSince(now), at: now, withRoots: true })
  alerts.wake()
}

/** What people name when they want silence: r3, acme.com, jane@acme.com, subscription:ID, event:ID. */
async function mutableNamed(
  context: AlertContext,
  what: string,
): Promise<{ route: string } | { subject: Mute['subject'] }> {
  const said = what.trim()
  if (isRoute.test(said)) {
    const route = routeId(said)
    if (!context.alerts.routes.route(route))
      throw new InputError('what', `There is no route ${route}: /cmr alerts lists them.`)
    return { route }
  }
  const [, about] = /^event:(\S+)$/.exec(said) ?? []
  if (about) {
    const { subject, source } = await storedEventNamed(context, about, 'what')
    if (source === 'test') throw new InputError('what', testSentence)
    if (!subject) throw new InputError('what', 'This event is not about anything that can be muted.')
    return { subject }
  }
  if (/^(subscription|order|user):\S+$/.test(said)) return { subject: said }
  if (/^domain:\S+$/.test(said)) return { subject: said.toLowerCase() }
  if (isDomain.test(said)) return { subject: `domain:${said.toLowerCase()}` }
  const user = await userNamed(context, said, 'what')
  return { subject: `user:${userIdOf(user)}` }
}

/** An event by its id. */
export const eventId = z.string().max(100).meta({ label: 'Event', example: '3f0c2ab1', search: searchEvents })

const acknowledge = alertCommand({
  ...own,
  verb: 'acknowledge',
  summary: 'Acknowledge an alert',
  customers: customersOfEvent,
  about: 'Shows everybody on the alert that you take care of it.',
  submit: 'Acknowledge',
  input: z.object({ eventId }),
  positional: ['eventId'],
  async run(context, { eventId: named }) {
    const [, deliveryId] = /^message:(.+)$/.exec(named) ?? []
    if (deliveryId) return { message: notice(await takeAll(context, deliveryId)) }
    const event = await storedEventNamed(context, named)
    if (event.source === 'test') return { message: notice(testSentence) }
    const { subject } = event
    if (!subject) throw new InputError('eventId', 'This event has no thread, so it cannot be acknowledged.')
    return { message: notice(await takeCare(context, { ...event, subject })) }
  },
})

/** Takes over all that one message tells of. @returns what came of it, in mrkdwn: whoever was first takes care of it */
async function takeAll({ store, alerts, caller, clock }: AlertContext, deliveryId: string): Promise<string> {
  const message = await messageOf(store.db, deliveryId)
  if (!message) throw new InputError('eventId', 'That message is no longer stored.')
  const by = { person: caller.userId, at: clock() }
  if (!(await acknowledgeMessage(store.db, message, by))) {
    const now = await messageOf(store.db, deliveryId)
    return `:eyes: <@${now?.acknowledged_by}> took it over at ${moment(now?.acknowledged_at ?? '')}.`
  }
  const subjects = (await rowsOfDelivery(store.db, deliveryId)).flatMap(({ subject }) => subject ?? [])
  for (const subject of new Set(subjects)) await acknowledgeThreads(store.db, subject, by)
  alerts.wake()
  return ':eyes: You have taken over all of this message, and it says so.'
}

/** @returns what came of it, in mrkdwn: whoever was first takes care of it, wherever it stands */
async function takeCare(context: AlertContext, event: StoredEvent & { subject: string }): Promise<string> {
  const { store, alerts, caller, clock } = context
  const [whole] = await takenMessagesOf(store.db, event.event_id)
  if (whole)
    return `:eyes: <@${whole.acknowledged_by}> took it over at ${moment(whole.acknowledged_at ?? '')}.`
  const threads = await threadsAbout(store.db, event.subject)
  const unresolved = threads.filter(({ resolved_at }) => resolved_at === null)
  const open = threads.filter((thread) => isOpen(thread, clock()))
  const taken = open.find((thread) => thread.acknowledged_by !== null && unresolved.includes(thread))
  if (taken)
    return `:eyes: <@${taken.acknowledged_by}> took it over at ${moment(taken.acknowledged_at ?? '')}.`
  const over = open.length > 0 && !open.some((thread) => unresolved.includes(thread))
  if (over) return 'It is already resolved.'
  if (unresolved.every(({ acknowledged_by }) => acknowledged_by !== null)) await openThread(context, event)
  const channels = await acknowledgeThreads(store.db, event.subject, { person: caller.userId, at: clock() })
  // Somebody was faster.
  if (channels.length === 0) return takeCare(context, event)
  alerts.wake()
  return ':eyes: You have taken this over, and the alert says so.'
}

/** What was told among others has no thread yet: it is told once more where it was, as the root of one. */
async function openThread(context: AlertContext, event: StoredEvent & { subject: string }): Promise<void> {
  const { store, caller, clock } = context
  const tellings = await deliveriesOf(store.db, event.event_id)
  const channels = tellings.flatMap(({ ts, posted_channel }) => (ts && posted_channel) || [])
  const channel = channels.find((one) => one === caller.channelId) ?? channels[0]
  if (!channel) throw new InputError('eventId', 'That event has not been posted anywhere yet.')
  const ts = await postAgain(context, event, channel)
  await keepThread(store.db, openedBy({ ...event, channel }, ts, clock()))
}

/** @returns the `ts` of the message @throws InputError as Slack refuses it */
export async function postAgain(
  { store, alerts, caller }: AlertContext,
  event: StoredEvent,
  channel: string,
): Promise<string> {
  const [latest] = await newerEvents(store.db, event)
  const [alert = alertOf(event)] = await alerts.lookUp([event])
  const again = eventAgain(
    alert,
    { subject: event.subject, ...alerts.state },
    { by: caller.userId, since: latest && alertOf(latest) },
  )
  const said = await alerts.channelAccess.say(channel, again, {
    event_type: 'cmr_alert_again',
    event_payload: { event_id: event.event_id, told_by: caller.userId },
  })
  if (!said.ok) throw new InputError('eventId', said.sentence)
  return said.ts
}

const snooze = alertCommand({
  ...own,
  verb: 'snooze',
  summary: 'Remind me later',
  customers: customersOfEvent,
  about: 'Reminds you of an alert in its thread.',
  example: '3f0c2ab1 4h',
  submit: 'Remind me',
  input: z.object({ eventId, until: duration.meta({ label: 'When', hint: untilExamples, example: '4h' }) }),
  positional: ['eventId', 'until'],
  async run(context, { eventId: named, until: said }) {
    const { store, caller, clock } = context
    const event = await storedEventNamed(context, named)
    if (event.source === 'test') return { message: notice(testSentence) }
    const until = untilOf(said, clock(), context.zone)
    if (!until) throw new InputError('until', `Say ${untilExamples}.`)
    const tellings = await deliveriesOf(store.db, event.event_id)
    const told = tellings.filter(({ posted_channel, ts }) => ts && posted_channel)
    const where = told.find(({ posted_channel }) => posted_channel === caller.channelId) ?? told[0]
    if (!where?.ts || !where.posted_channel)
      throw new InputError(
        'eventId',
        'That event was not posted anywhere, so there is no thread to remind you in.',
      )
    await insertSnooze(store.db, {
      // The same wish twice within a minute is one reminder. No spaces: it becomes an event's id.
      id: [event.event_id, caller.userId, until.toISOString().slice(0, 16)].join(':'),
      event_id: event.event_id,
      channel: where.posted_channel,
      thread_ts: where.thread_ts ?? where.ts,
      due_at: until.toISOString(),
      created_by: caller.userId,
      created_at: clock().toISOString(),
    })
    if (event.subject) await showSilence(context, event.subject)
    const place =
      where.posted_channel === caller.channelId
        ? 'in the thread'
        : `in its thread in <#${where.posted_channel}>`
    return { message: notice(`:alarm_clock: You will be reminded ${place}, ${moment(until)}.`) }
  },
})

/** @throws InputError where none is stored by that id */
export async function storedEventNamed(
  { store }: Pick<AlertContext, 'store'>,
  named: string,
  field = 'eventId',
): Promise<StoredEvent> {
  const event = await eventNamed(store.db, named)
  if (!event) throw new InputError(field, `There is no event ${named}: /cmr events lists them.`)
  return event
}

/** Silence, reminders, and who takes care of what. */
export function dutyCommands(alerts: AlertService): Command[] {
  return [acknowledge, snooze, mute, unmute].map((one) => one({ alerts }))
}
