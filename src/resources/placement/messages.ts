import type { Page } from '../../cmr/answers/page.ts'
import type { PlacementReport } from '../../cmr/answers/placement.ts'
import { quoted } from '../../commands/grammar.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { dayText } from '../../process/day-text.ts'
import {
  actions,
  button,
  code,
  context,
  counted,
  escapeText,
  type Message,
  pageButtons,
  section,
} from '../../slack/blocks.ts'
import { listed } from '../../slack/long-text.ts'
import { table } from '../../slack/table.ts'

type PlacementVerdict = 'good' | 'look at it' | 'bad' | 'no result yet'

/** Percent of mail in the inbox: from here on it is good; below the second it is bad. */
export const placementThresholds = { good: 80, bad: 60 }

/** What a share of mail in the inbox means. */
export function verdictOf({ inbox }: Pick<PlacementReport, 'inbox'>): PlacementVerdict {
  if (inbox === undefined) return 'no result yet'
  if (inbox >= placementThresholds.good) return 'good'
  return inbox < placementThresholds.bad ? 'bad' : 'look at it'
}

interface ReportQuery {
  readonly userId: string
  readonly orderId?: string | undefined
  readonly mailboxId?: string | undefined
  readonly page?: number | undefined
  readonly limit?: number | undefined
}

/** Reports as a table with a verdict, the worst first. */
export function reportList(
  asked: ReportQuery,
  { rows: reports, totalPages = 1 }: Page<PlacementReport>,
): Message {
  const worst = [...reports].sort((a, b) => (a.inbox ?? 101) - (b.inbox ?? 101))
  const count = (verdict: PlacementVerdict) => worst.filter((one) => verdictOf(one) === verdict).length
  const bad = count('bad')
  const title = titleOf(reports.length, bad, count('look at it'))
  const [first] = worst
  const { page = 1 } = asked
  const again = (to: number) =>
    [
      `userId=${asked.userId}`,
      `page=${to}`,
      asked.limit && `limit=${asked.limit}`,
      asked.orderId && `orderId=${quoted(asked.orderId)}`,
      asked.mailboxId && `mailboxId=${quoted(asked.mailboxId)}`,
    ]
      .filter(Boolean)
      .join(' ')
  const buttons = [
    ...pageButtons('placement.reports', { page, more: totalPages > page }, again),
    button({ text: 'Run a test', actionId: 'placement.run', value: `userId=${asked.userId}` }),
    bad > 0 &&
      first?.email?.includes('@') &&
      button({
        text: `Check DNS of ${first.email.split('@')[1]}`,
        actionId: 'dns.check',
        value: `domain=${first.email.split('@')[1]} userId=${asked.userId}`,
      }),
  ].filter((one) => typeof one === 'object')
  if (worst.length === 0) return { text: title, blocks: [section(`*${title}*`), actions(...buttons)] }
  const rows = worst.map((one) => [
    verdictOf(one),
    one.email ?? one.mailboxId ?? 'A mailbox',
    [landed(one), one.createdAt && dayText(one.createdAt)].filter(Boolean).join(' · '),
  ])
  return {
    text: title,
    blocks: [
      section(`*${title}*`),
      table(['Verdict', 'Mailbox', 'Inbox, spam, missing'], rows),
      context(`Good from ${placementThresholds.good}% in the inbox, bad below ${placementThresholds.bad}%.`),
      actions(...buttons),
    ],
  }
}

function titleOf(all: number, bad: number, doubtful: number): string {
  if (all === 0) return 'No placement report yet'
  const total = counted(all, 'placement report')
  if (bad) return `:rotating_light: ${bad} bad of ${total}`
  return doubtful ? `:warning: ${doubtful} to look at of ${total}` : `:white_check_mark: ${total}, all good`
}

/** "82%, 14%, 4%"; nothing where there is no result yet. */
function landed({ inbox, spam, missing }: PlacementReport): string {
  const shares = [inbox, spam, missing]
  if (shares.every((share) => share === undefined)) return ''
  return shares.map((share) => (share === undefined ? '–' : `${share}%`)).join(', ')
}

/** After a test was ordered. */
export function placementReceipt(
  userId: string,
  addresses: readonly string[],
  orderId: string | undefined,
): Message {
  const value = `userId=${userId}${orderId ? ` orderId=${quoted(orderId)}` : ''}`
  return receipt({
    text: `:mag: Placement test of ${counted(addresses.length, 'mailbox', 'mailboxes')} runs`,
    follows: [listed(addresses.map(escapeText), 2500)],
    notes: [
      ...(orderId ? [`orderId ${code(orderId)}`] : []),
      'CMR does not announce when it is done: check the report in a few minutes.',
    ],
    buttons: [button({ text: 'Show the report', actionId: 'placement.reports', value, style: 'primary' })],
  })
}
