import type { PlacementReport } from '../../cmr/answers/account.ts'
import type { Page } from '../../cmr/answers/page.ts'
import { quoted } from '../../commands/grammar.ts'
import { turning } from '../../commands/paging.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { dayText } from '../../process/day-text.ts'
import { button, code, counted, escapeText, listed, type Message } from '../../slack/blocks.ts'
import { listMessage } from '../../slack/list.ts'
import { table } from '../../slack/table.ts'
import { byName, byNumber, countedIn, inOrder, orderNote, placeOfPage, type RowOrder } from '../sorting.ts'

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

/** Reports by the share of mail in the inbox, the worst first; those without a result come last. */
export const reportOrder: RowOrder<PlacementReport> = inOrder(
  byNumber(({ inbox }) => inbox ?? 101),
  byName(({ email }) => email),
)

/** Reports as a table with a verdict, the worst first. */
export function reportList(asked: ReportQuery, list: Page<PlacementReport>): Message {
  const { rows: reports, all = reports } = list
  const count = (verdict: PlacementVerdict) => all.filter((one) => verdictOf(one) === verdict).length
  const bad = count('bad')
  const [first] = reports
  const { page: _, ...given } = asked
  const rows = reports.map((one) => [
    verdictOf(one),
    one.email ?? one.mailboxId ?? 'A mailbox',
    [landed(one), one.createdAt && dayText(one.createdAt)].filter(Boolean).join(' · '),
  ])
  const domain = bad > 0 && first?.email?.includes('@') && first.email.split('@')[1]
  return listMessage({
    id: 'placement.reports',
    title: titleOf(list, bad, count('look at it')),
    place: placeOfPage(list, { ...asked }),
    turn: turning({ ...given }),
    rows: rows.length > 0 ? [table(['Verdict', 'Mailbox', 'Inbox, spam, missing'], rows)] : [],
    notes: [
      rows.length > 0 &&
        `Good from ${placementThresholds.good}% in the inbox, bad below ${placementThresholds.bad}%.`,
      orderNote(list, 'with the worst first'),
    ],
    buttons: [
      button({ text: 'Run a test', actionId: 'placement.run', value: `userId=${asked.userId}` }),
      domain &&
        button({
          text: `Check DNS of ${domain}`,
          actionId: 'dns.check',
          value: `domain=${domain} userId=${asked.userId}`,
        }),
    ].filter((one) => typeof one === 'object'),
  })
}

/** Nothing is said of the pages that were not read. */
function titleOf(list: Page<PlacementReport>, bad: number, doubtful: number): string {
  if (list.rows.length === 0) return 'No placement report yet'
  const total = countedIn(list, 'placement report')
  if (!list.all) return `${total}, ${bad} bad and ${doubtful} to look at on this page`
  if (bad) return `:rotating_light: ${bad} bad of ${total}`
  return doubtful ? `:warning: ${doubtful} doubtful of ${total}` : `:white_check_mark: ${total}, all good`
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
      'CMR does not say when it is done. Check the report in a few minutes.',
    ],
    buttons: [button({ text: 'Show the report', actionId: 'placement.reports', value, style: 'primary' })],
  })
}
