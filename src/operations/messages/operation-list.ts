import type { KnownBlock } from '@slack/types'
import { actions, button, cut, escapeText, type Message, moment, section } from '../../slack/blocks.ts'
import { type ListPlace, listMessage } from '../../slack/list.ts'
import { aboutLine, type OperationView, stateLine } from './operations.ts'
import { parkedButtons } from './receipt.ts'

/** Returns the answer to `/cmr operations`: what, for whom, at what price, whose, since when, waiting for what. */
export function operationList(
  title: string,
  views: readonly OperationView[],
  { place, turn }: { readonly place: ListPlace; readonly turn: (page: number) => string },
): Message {
  const empty = 'Nothing is open: everything sent to CMR is finished.'
  if (views.length === 0) return { text: empty, blocks: [section(`:white_check_mark: ${empty}`)] }
  return listMessage({ id: 'operations.list', title, place, turn, rows: views.flatMap(rowOf) })
}

function rowOf(view: OperationView, at: number): KnownBlock[] {
  const history = button({ text: 'Show history', actionId: `operations.list:${at}`, value: view.id })
  const text = cut(
    [
      `*${escapeText(view.what)}* for ${escapeText(cut(view.label, 300))}`,
      `${stateLine(view)}${countLine(view)}`,
      [aboutLine(view), `<@${view.actor}>, since ${moment(view.createdAt)}${waitingFor(view)}`]
        .filter(Boolean)
        .join(' · '),
    ].join('\n'),
    2900,
  )
  if (!view.toProcess) return [section(text, history)]
  return [section(text), actions(...parkedButtons(view.toProcess, `:${at}`), history)]
}

function countLine({ progress }: OperationView): string {
  return progress.map(({ label, done, total }) => ` · ${label} ${done}/${total}`).join('')
}

function waitingFor({ waiting }: OperationView): string {
  if (waiting.length === 0) return ''
  const more = waiting.length > 3 ? ` and ${waiting.length - 3} more` : ''
  return `, waiting for ${escapeText(waiting.slice(0, 3).join(', '))}${more}`
}
