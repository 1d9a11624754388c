import { eventLine, signs } from '../../alerts/messages/index.ts'
import { aboutLine, type OperationView, stateLine } from '../../operations/messages/operations.ts'
import { counted, cut, escapeText, moment } from '../../slack/blocks.ts'
import type { OpenAlert } from './open-work.ts'

/** Returns what is wrong, since when, where it is told and who takes care of it; mrkdwn. */
export function alertLine({ event, since, channels, takenBy }: OpenAlert): string {
  const where = channels.map((channel) => `<#${channel}>`).join(', ')
  const who = takenBy
    ? `<@${takenBy.person}> took it over at ${moment(takenBy.at)}`
    : '*nobody has taken it over yet*'
  return `${signs[event.severity]} ${eventLine(event)}\n${who} · since ${moment(since)} in ${where}`
}

/** Returns what was asked of CMR, how it stands and whose it is; mrkdwn. */
export function operationLine(view: OperationView, whose: 'mine' | 'anybody'): string {
  const by = whose === 'mine' ? 'since' : `<@${view.actor}>, since`
  const about = aboutLine(view)
  const counts = view.progress.map(({ label, done, total }) => ` · ${label} ${done}/${total}`).join('')
  return `${nameOf(view)}\n${stateLine(view)}${counts}${about && ` · ${about}`} · ${by} ${moment(view.createdAt)}`
}

/** Returns an order that waits to be processed; mrkdwn. */
export function parkedLine(view: OperationView): string {
  const about = aboutLine(view)
  return `${nameOf(view)}\n${about && `${about} · `}placed by <@${view.actor}> ${moment(view.createdAt)}; nothing is charged until somebody processes it`
}

function nameOf({ what, label }: OperationView): string {
  return `*${escapeText(what)}* for ${escapeText(cut(label, 200))}`
}

/** Returns "and 3 more alerts", or nothing where all are shown. */
export function moreLine(
  { shown, total }: { readonly shown: readonly unknown[]; readonly total: number },
  one: string,
  many?: string,
): string | undefined {
  const more = total - shown.length
  return more > 0 ? `and ${counted(more, `more ${one}`, many && `more ${many}`)}` : undefined
}
