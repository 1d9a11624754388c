import { actions, type Message, section } from '../../slack/blocks.ts'
import { alertOf } from './event-alerts.ts'
import type { AlertState } from './event-buttons.ts'
import { handlingLines } from './handling-lines.ts'
import { headlineOf, signs } from './index.ts'
import { notificationLine, notificationParts, titleOf } from './notification.ts'
import type { AlertEvent } from './read.ts'

/**
 * The alert of an event in the thread of its subject: one line, since the root tells the newest state and what to do.
 * What is shown in the channel as well has the first button, until it is over.
 */
export function replyMessage(event: AlertEvent, isBroadcast: boolean, state: AlertState = {}): Message {
  const { ended } = event.handling ?? {}
  const headline = headlineOf(event)
  const sign = ended ? ':white_check_mark:' : signs[event.severity]
  const line = ended ? `~${headline.replaceAll('*', '').replaceAll('~', '')}~` : headline
  const notification = notificationLine({ sign, headline: line }, notificationParts(event), titleOf(event))
  const [first] = (alertOf(event)?.buttons ?? []).flatMap((button) => button(event, state) ?? [])
  return {
    text: notification,
    blocks: [
      section([`${sign} ${line}`, ...(isBroadcast ? handlingLines(event.handling) : [])].join('\n')),
      ...(isBroadcast && first && !ended ? [actions(first)] : []),
    ],
  }
}
