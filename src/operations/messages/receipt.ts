import type { Button } from '@slack/types'
import { actions, context, cut, longestValue, type Message, section } from '../../slack/blocks.ts'

/** The content of a receipt: mrkdwn that is escaped already. CMR's ids of it are in its history, for admins. */
interface Receipt {
  readonly text: string
  /** A line each. */
  readonly follows?: readonly (string | undefined)[]
  /** Small print. */
  readonly notes?: readonly string[]
  readonly buttons?: readonly Button[]
}

/** Returns the message about something that was done. A button whose value is too long for Slack is left out. */
export function receipt({ text, follows = [], notes = [], buttons = [] }: Receipt): Message {
  const lines = [text, ...follows.filter((line) => !!line)]
  const fitting = buttons.filter(({ value = '' }) => value.length <= longestValue)
  return {
    text: cut(text, 3000),
    blocks: [
      section(lines.join('\n')),
      ...(notes.length ? [context(...notes)] : []),
      ...(fitting.length ? [actions(...fitting)] : []),
    ],
  }
}
