import { money } from '../../cmr/money.ts'
import { code, counted, cut, escapeText, type Message, moment, section } from '../../slack/blocks.ts'
import { type ListPlace, listMessage } from '../../slack/list.ts'
import { type AuditRow, BOT } from './audit.ts'

const outcomes: Readonly<Record<AuditRow['outcome'], string>> = {
  ok: ':white_check_mark: done',
  refused: ':no_entry: refused',
  failed: ':warning: failed',
  unknown: ':grey_question: outcome unknown',
  pending: ':hourglass: started',
}

/** What of the arguments and of the detail a list shows. */
const LONGEST = 300

/** Attempts, decisions and changes of policy, the newest first. */
export function auditList(
  rows: readonly AuditRow[],
  { place, turn }: { readonly place: ListPlace; readonly turn: (page: number) => string },
): Message {
  const isWhole = place.page === 1 && !place.more
  const some = isWhole ? `${counted(rows.length, 'entry', 'entries')} of the audit` : 'Audit'
  return listMessage({
    id: 'audit.list',
    title: rows.length > 0 ? some : 'Nothing in the audit matches',
    place,
    turn,
    rows: rows.map((row) => section(auditLine(row))),
  })
}

function auditLine(row: AuditRow): string {
  const { id, at, actor, door, channel, command, outcome, detail, reason, action_id, cents } = row
  const who = actor === BOT ? 'The bot' : `<@${escapeText(actor)}>`
  const where = [door && `by ${door}`, channel && `in <#${escapeText(channel)}>`].filter(Boolean).join(' ')
  const given = cut(argumentsOf(row), LONGEST)
  const more = [
    cents !== null && money(cents),
    reason && escapeText(reason),
    detail && cut(escapeText(detail), LONGEST),
    action_id && `actionId ${code(action_id)}`,
  ]
  return [
    `${outcomes[outcome]} · *${escapeText(command.replace('.', ' '))}* · ${who} ${where} · ${moment(at)} · no. ${id}`,
    given,
    more.filter(Boolean).join(' · '),
  ]
    .filter(Boolean)
    .join('\n')
}

/** `domains: acme.com · years: 1` */
function argumentsOf({ arguments: given }: AuditRow): string {
  const values = Object.entries(JSON.parse(given) as Record<string, unknown>)
  return values.map(([name, value]) => `${escapeText(name)}: ${escapeText(spoken(value))}`).join(' · ')
}

function spoken(value: unknown): string {
  const isPlain = (one: unknown) => typeof one !== 'object' || one === null
  if (Array.isArray(value) && value.every(isPlain)) return value.join(', ')
  return isPlain(value) ? String(value) : JSON.stringify(value)
}
