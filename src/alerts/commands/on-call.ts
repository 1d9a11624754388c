import { z } from 'zod'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { deliveriesOf } from '../../events/store/event-log.ts'
import { newerEvents, type StoredEvent } from '../../events/store/events.ts'
import { moment } from '../../slack/blocks.ts'
import { isOpen, openedBy } from '../delivery/threads.ts'
import { alertOf } from '../messages/alert-event.ts'
import { eventAgain } from '../messages/event-log.ts'
import { testSentence } from '../own-events.ts'
import { untilExamples, untilOf } from '../routing/typed-times.ts'
import { rowsOfDelivery } from '../store/deliveries.ts'
import { acknowledgeMessage, messageOf, takenMessagesOf } from '../store/messages.ts'
import { insertSnooze } from '../store/routes.ts'
import { acknowledgeThreads, keepThread, threadsAbout } from '../store/threads.ts'
import {
  type AlertContext,
  alertCommand,
  customersOfEvent,
  eventId,
  storedEventNamed,
} from './alert-command.ts'
import { duration, mute, noMoment, showSilence, unmute } from './mutes.ts'

const own = { noun: 'alerts', own: true, effect: 'write', asks: 'nothing' } as const
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
  input: z.object({
    eventId,
    until: duration.meta({ takesDates: true, label: 'When', hint: untilExamples, example: '4h' }),
  }),
  positional: ['eventId', 'until'],
  async run(context, { eventId: named, until: said }) {
    const { store, caller, clock } = context
    const event = await storedEventNamed(context, named)
    if (event.source === 'test') return { message: notice(testSentence) }
    const until = untilOf(said, clock(), context.zone)
    if (!until) throw noMoment(said)
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

/** Silence, reminders, and who takes care of what. */
export const dutyCommands = [acknowledge, snooze, mute, unmute]
