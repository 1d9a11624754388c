import type { KnownBlock } from '@slack/types'
import {
  actions,
  code,
  context,
  cut,
  escapeText,
  header,
  type Message,
  moment,
  section,
  sections,
} from '../../slack/blocks.ts'
import {
  aboutLine,
  bars,
  buttons,
  failureBlocks,
  follows,
  NAMED,
  type OperationView,
  stateLine,
} from './operations.ts'
import { decisions } from './receipt.ts'

/** A long history is cut to its newest part. */
const STEPS = 120
const SECTIONS = 20

/**
 * `/cmr operations ID`: the whole story, with times.
 * @param reader.isAdmin whether they read the ids by which CMR and the bot know it
 */
export function operationStory(
  view: OperationView,
  steps: readonly { readonly at: string; readonly step: string }[],
  { isAdmin }: { readonly isAdmin: boolean },
): Message {
  const title = `${view.what} for ${view.label}`
  const ids = [
    isAdmin && `Operation ${code(view.id)}`,
    isAdmin && view.actionId && `actionId ${code(view.actionId)}`,
    view.orderId && `orderId ${code(view.orderId)}`,
  ].filter((one) => !!one) as string[]
  const asked = `${moment(view.createdAt)}  <@${view.actor}> started it`
  const lines = [asked, ...steps.map(({ at, step }) => `${moment(at)}  ${stepText(step)}`)]
  const open = view.state === 'accepted' || view.state === 'unknown'
  const blocks: KnownBlock[] = [
    header(title),
    section([stateLine(view), ...bars(view), ...follows(view)].filter(Boolean).join('\n')),
    ...failureBlocks(view),
    ...(view.waiting.length > 0
      ? [section(`*Waiting for*\n${escapeText(view.waiting.slice(0, NAMED * 2).join(', '))}`)]
      : []),
    ...sections(lines.slice(-STEPS)).slice(-SECTIONS),
    context(
      ...[aboutLine(view)].filter(Boolean),
      ...ids,
      ...(open && view.nextLookAt ? [`next check ${moment(view.nextLookAt)}`] : []),
    ),
    actions(...buttons(view), ...(view.state === 'accepted' && view.flagged ? decisions(view.id) : [])),
  ]
  return { text: cut(`${stateLine(view)} ${escapeText(title)}`, 3000), blocks }
}

/** Text of others is escaped. The mention of the person who decided comes first, in the bot's own sentence. */
function stepText(step: string): string {
  return escapeText(cut(step, 600)).replace(/^&lt;@(\w+)&gt; /, '<@$1> ')
}
