import { money } from '../../cmr/money.ts'
import {
  actions,
  button,
  context,
  counted,
  escapeText,
  fields,
  type Message,
  moment,
  paragraphs,
  section,
} from '../../slack/blocks.ts'
import { type ListPlace, listMessage } from '../../slack/list.ts'
import type { Approval } from './store.ts'

/** How a request stands, in mrkdwn. */
export function standOf(one: Approval): string {
  const by = (JSON.parse(one.approved_by) as string[]).map((id) => `<@${id}>`).join(' and ')
  switch (one.state) {
    case 'open':
      return by
        ? `:hourglass: Approved by ${by}; one more approver is needed.`
        : `:hourglass: Waits for ${one.approvers === 1 ? 'an approval' : 'two approvals'} until ${moment(one.expires_at)}.`
    case 'approved':
    case 'running':
      return `:white_check_mark: Approved by ${by}; it is being sent.`
    case 'done':
      return `:white_check_mark: Approved by ${by}. ${one.outcome ?? ''}`
    case 'refused':
      return `:no_entry: Refused by <@${one.refused_by}>${one.outcome ? `: ${escapeText(one.outcome)}` : '.'}`
    case 'expired':
      return ':alarm_clock: Expired: nobody decided in time. Nothing was done.'
    case 'changed':
      return `:repeat: ${one.outcome ?? 'It has changed meanwhile, so it needs approval again.'} Nothing was done.`
  }
}

/** The card in the approvals channel: everything that is needed to decide, and the buttons while it is open. */
export function approvalCard(one: Approval): Message {
  const what = one.command.replace('.', ' ')
  const text = `<@${one.requester}> asks for approval: ${what}`
  return {
    text,
    blocks: [
      section(`:raised_hand: <@${one.requester}> asks for approval of *${escapeText(what)}*`),
      ...paragraphs(one.details ? `${one.question}\n${one.details}` : one.question),
      ...fields({
        Price:
          one.cents === null ? 'CMR shows the price only when it charges' : `${money(one.cents)} at most`,
        Asked: moment(one.created_at),
      }),
      section(`*Why it needs approval*: ${one.why}`),
      section(standOf(one)),
      ...(one.state === 'open'
        ? [
            actions(
              button({ text: 'Approve', actionId: 'approvals.approve', value: one.id, style: 'primary' }),
              button({ text: 'Refuse', actionId: 'approvals.refuse', value: one.id, style: 'danger' }),
            ),
          ]
        : []),
      context(`Request ${one.id} · nothing happens without a decision`),
    ],
  }
}

/** What the requester reads when it is over. */
export function outcomeMessage(one: Approval): Message {
  const text = `*Your request ${one.id}* (${escapeText(one.command.replace('.', ' '))}): ${standOf(one)}`
  return { text, blocks: [section(text), ...paragraphs(one.question)] }
}

/** Requests, the newest first. */
export function approvalList(
  rows: readonly Approval[],
  {
    total,
    open,
    ...turned
  }: {
    readonly total: number
    readonly open: boolean
    readonly place: ListPlace
    readonly turn: (page: number) => string
  },
): Message {
  const some = counted(total, open ? 'open request' : 'request')
  return listMessage({
    id: 'approvals.list',
    title: total > 0 ? some : 'Nothing waits for an approval',
    ...turned,
    rows: rows.map((one) =>
      section(
        [
          `*${one.id}* · ${escapeText(one.command.replace('.', ' '))} · <@${one.requester}>, ${moment(one.created_at)}`,
          one.cents ? `at most ${money(one.cents)}` : '',
          standOf(one),
        ]
          .filter(Boolean)
          .join(' · '),
      ),
    ),
  })
}
