import type { Button, KnownBlock } from '@slack/types'
import { actions, code, context, fields, header, type Message } from './blocks.ts'

/** One thing with what is known of it and what can be done about it. All but `title` and `ids` is escaped mrkdwn. */
interface Card {
  readonly title: string
  /** The text for notifications and screen readers. */
  readonly text: string
  /** The first line. */
  readonly above?: readonly KnownBlock[]
  readonly pairs: Readonly<Record<string, string | undefined>>
  /** CMR's ids by their names, for its support. */
  readonly ids: Readonly<Record<string, unknown>>
  readonly buttons: readonly Button[]
}

export function card({ title, text, above = [], pairs, ids, buttons }: Card): Message {
  const known = Object.entries(ids).filter(([, id]) => id)
  return {
    text,
    blocks: [
      header(title),
      ...above,
      ...fields(pairs),
      ...(known.length ? [context(...known.map(([name, id]) => `${name} ${code(id)}`))] : []),
      actions(...buttons),
    ],
  }
}
