import type { Button } from '@slack/types'
import { actions, code, context, cut, longestValue, type Message, section } from '../../slack/blocks.ts'

/** The content of a receipt. Everything but `actionId` is mrkdwn that is escaped already. */
interface Receipt {
  readonly text: string
  /** A line each. */
  readonly follows?: readonly (string | undefined)[]
  readonly actionId?: string | undefined
  /** Small print beside the actionId. */
  readonly notes?: readonly string[]
  readonly buttons?: readonly Button[]
}

/** Returns the message about something that was done. A button whose value is too long for Slack is left out. */
export function receipt({ text, follows = [], actionId, notes = [], buttons = [] }: Receipt): Message {
  const lines = [text, ...follows.filter((line) => !!line)]
  const small = [...(actionId ? [`actionId ${code(actionId)}`] : []), ...notes]
  const fitting = buttons.filter(({ value = '' }) => value.length <= longestValue)
  return {
    text: cut(text, 3000),
    blocks: [
      section(lines.join('\n')),
      ...(small.length ? [context(...small)] : []),
      ...(fitting.length ? [actions(...fitting)] : []),
    ],
  }
}
