import type { KnownBlock } from '@slack/types'
import { actions, code, context, cut, date, escapeText, header, type Message, section } from './blocks.ts'
import {
  bars,
  buttons,
  failureBlocks,
  follows,
  NAMED,
  type OperationView,
  stateLine,
  when,
} from './operations.ts'

/** `/cmr operations ID`: the whole story, with times. */
export function operationStory(
  view: OperationView,
  steps: readonly { readonly at: string; readonly step: string }[],
): Message {
  const title = `${view.what} for ${view.label}`
  const ids = [
    view.actionId && `actionId ${code(view.actionId)}`,
    view.orderId && `orderId ${code(view.orderId)}`,
  ].filter((one) => !!one) as string[]
  const asked = `${date(view.createdAt, when)}  <@${view.actor}> asked for it`
  const lines = [asked, ...steps.map(({ at, step }) => `${date(at, when)}  ${stepText(step)}`)]
  const open = view.state === 'accepted' || view.state === 'unknown'
  const blocks: KnownBlock[] = [
    header(title),
    section([stateLine(view), ...bars(view), ...follows(view)].filter(Boolean).join('\n')),
    ...failureBlocks(view),
    ...(view.waiting.length > 0
      ? [section(`*Waiting for*\n${escapeText(view.waiting.slice(0, NAMED * 2).join(', '))}`)]
      : []),
    ...pages(lines).map((page) => section(page)),
    context(
      `Operation ${code(view.id)}`,
      ...ids,
      ...(open && view.nextLookAt ? [`next look ${date(view.nextLookAt, when)}`] : []),
    ),
    actions(...buttons(view)),
  ]
  return { text: cut(`${stateLine(view)} ${escapeText(title)}`, 3000), blocks }
}

/** What others say is escaped; who decided something stands first in the bot's own sentence. */
function stepText(step: string): string {
  return escapeText(cut(step, 600)).replace(/^&lt;@(\w+)&gt; /, '<@$1> ')
}

/** Sections of the newest part of a long story. */
function pages(lines: readonly string[]): string[] {
  const found: string[] = []
  for (const line of lines.slice(-120)) {
    const last = found.at(-1)
    if (last !== undefined && last.length + line.length < 2800) found[found.length - 1] = `${last}\n${line}`
    else found.push(line)
  }
  return found.slice(-20)
}
