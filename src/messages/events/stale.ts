import { actions, button, type Message, moment, section } from '../blocks.ts'
import { regardlessSuffix } from './buttons.ts'
import { eventLine } from './index.ts'
import type { AlertEvent } from './read.ts'

/** What has overtaken an alert. */
export type Overtaking =
  | { readonly event: AlertEvent; readonly at: string }
  /** Somebody here asked CMR for the very thing. */
  | {
      readonly operation: {
        readonly id: string
        readonly actor: string
        readonly created_at: string
        readonly state: string
      }
    }

/**
 * For whoever presses a button of an alert that events, or other people, have overtaken.
 * @param pressed the command that the button stands for, and the event that it was pressed on
 */
export function staleMessage(
  pressed: { readonly id: string; readonly summary: string; readonly eventId: string },
  since: Overtaking,
): Message {
  const text = `Since this alert: ${sentence(since)} Nothing was done.`
  const story =
    'operation' in since
      ? [button({ text: 'Show story', actionId: 'operations.list', value: since.operation.id })]
      : []
  return {
    text,
    blocks: [
      section(`:hourglass: ${text}`),
      actions(
        ...story,
        button({
          text: `${pressed.summary} all the same`,
          actionId: `${pressed.id}:${regardlessSuffix}`,
          value: pressed.eventId,
        }),
      ),
    ],
  }
}

function sentence(since: Overtaking): string {
  if ('event' in since) return `${eventLine(since.event)} (${moment(since.at)}).`
  const { actor, created_at, state } = since.operation
  return `<@${actor}> has asked CMR for it (${moment(created_at)}), ${became[state] ?? 'and CMR works on it'}.`
}

const became: Readonly<Record<string, string>> = {
  ended: 'and it is done',
  unknown: 'and nobody knows yet whether it happened',
}
