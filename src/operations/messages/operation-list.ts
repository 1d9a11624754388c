import { button, context, cut, escapeText, type Message, moment, section } from '../../slack/blocks.ts'
import { type OperationView, stateLine } from './operations.ts'

/** `/cmr operations`: whose, since when, waiting for what. */
export function operationList(title: string, views: readonly OperationView[], more: boolean): Message {
  const empty = 'Nothing is open: everything sent to CMR is finished.'
  if (views.length === 0) return { text: empty, blocks: [section(`:white_check_mark: ${empty}`)] }
  const rows = views.map((view, at) =>
    section(
      cut(
        [
          `*${escapeText(view.what)}* for ${escapeText(cut(view.label, 300))}`,
          `${stateLine(view)}${countLine(view)}`,
          `<@${view.actor}>, since ${moment(view.createdAt)}${waitingFor(view)}`,
        ].join('\n'),
        2900,
      ),
      button({ text: 'Show history', actionId: `operations.list:${at}`, value: view.id }),
    ),
  )
  const foot = more ? [context('The oldest are shown. `/cmr operations ID` shows any of them.')] : []
  return { text: title, blocks: [section(`*${title}*`), ...rows, ...foot] }
}

function countLine({ progress }: OperationView): string {
  return progress.map(({ label, done, total }) => ` · ${label} ${done}/${total}`).join('')
}

function waitingFor({ waiting }: OperationView): string {
  if (waiting.length === 0) return ''
  const more = waiting.length > 3 ? ` and ${waiting.length - 3} more` : ''
  return `, waiting for ${escapeText(waiting.slice(0, 3).join(', '))}${more}`
}
