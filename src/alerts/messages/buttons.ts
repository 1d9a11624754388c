import type { ActionsBlock, Overflow } from '@slack/types'
import { button, plain } from '../../slack/blocks.ts'
import { alertOf } from './event-alerts.ts'
import { type AlertState, userIfKnown } from './event-buttons.ts'
import type { AlertEvent } from './read.ts'

/**
 * What people can do about an alert: one row, or nothing. Values are ids of what is stored, so that a button
 * works after a restart and shows today's state, not that of the message.
 */
export function alertButtons(event: AlertEvent, state: AlertState = {}): ActionsBlock[] {
  const toDo = isTrouble(event) && !state.resolved
  const kind = alertOf(event)?.buttons ?? [userIfKnown]
  const buttons = kind.flatMap((button) => button(event, state) ?? [])
  const acknowledge =
    toDo && !state.acknowledgedBy && state.subject
      ? [button({ text: 'Acknowledge', actionId: 'alerts.acknowledge', value: event.eventId })]
      : []
  const elements = [...buttons, ...acknowledge, ...more(event, state, toDo)]
  return elements.length ? [{ type: 'actions', elements }] : []
}

/** Five entries are what an overflow menu holds ("Block Kit reference: overflow menu"). */
function more({ eventId }: AlertEvent, { subject }: AlertState, toDo: boolean): Overflow[] {
  if (!subject) return []
  const entry = (text: string, value: string) => ({ text: plain(text), value })
  const snoozes = [
    entry('Remind here in 1 hour', `alerts.snooze ${eventId} 1h`),
    entry('Remind here in 4 hours', `alerts.snooze ${eventId} 4h`),
    entry('Remind here tomorrow at 8', `alerts.snooze ${eventId} tomorrow`),
  ]
  const day = entry('Mute this for a day', `alerts.mute event:${eventId} 1d`)
  const options = toDo
    ? [...snoozes, entry('Mute this until it is resolved', `alerts.mute event:${eventId} resolved`), day]
    : [entry('Why is this here?', `events.why ${eventId}`), day]
  return [{ type: 'overflow', action_id: 'alerts.more', options }]
}

function isTrouble({ severity }: AlertEvent): boolean {
  return severity === 'urgent' || severity === 'bad'
}
