import { actions, button, type Message, moment, section } from '../../slack/blocks.ts'
import { regardlessSuffix } from './event-buttons.ts'
import { eventLine } from './index.ts'
import type { AlertEvent } from './read.ts'

/**
 * For whoever presses a button of an alert that events have overtaken.
 * @param pressed the command that the button stands for, and the event that it was pressed on
 */
export function staleMessage(
  pressed: { readonly id: string; readonly summary: string; readonly eventId: string },
  latest: AlertEvent,
  at: string,
): Message {
  const text = `Since this alert: ${eventLine(latest)} (${moment(at)}). Nothing was done.`
  return {
    text,
    blocks: [
      section(`:hourglass: ${text}`),
      actions(
        button({
          text: `${pressed.summary} anyway`,
          actionId: `${pressed.id}:${regardlessSuffix}`,
          value: pressed.eventId,
        }),
      ),
    ],
  }
}
