import { quoted } from '../commands/grammar.ts'
import { actions, button, code, context, cut, escapeText, type Message, section } from './blocks.ts'
import { table } from './table.ts'

/** Where mail of one mailbox landed, in percent. */
export interface PlacementReport {
  readonly email: string
  readonly inbox: number | undefined
  readonly spam: number | undefined
  readonly missing: number | undefined
  readonly createdAt: string
}

type Verdict = 'good' | 'look at it' | 'bad' | 'no result yet'

/** Percent of mail in the inbox: from here on it is good; below the second it is bad. */
export const placementThresholds = { good: 80, bad: 60 }

/** What a share of mail in the inbox means. */
export function verdictOf({ inbox }: Pick<PlacementReport, 'inbox'>): Verdict {
  if (inbox === undefined) return 'no result yet'
  if (inbox >= placementThresholds.good) return 'good'
  return inbox < placementThresholds.bad ? 'bad' : 'look at it'
}

/** @param data the answer of `placement.reports`; its rows' names are inferred */
export function reportsIn(data: unknown): { reports: PlacementReport[]; totalPages: number } {
  const outer = (data ?? {}) as Record<string, unknown>
  const rows = Array.isArray(data) ? data : (outer.reports ?? Object.values(outer).find(Array.isArray) ?? [])
  const percent = (value: unknown) => {
    const number = Number.parseFloat(String(value ?? ''))
    return Number.isNaN(number) ? undefined : number
  }
  const reports = (rows as Record<string, unknown>[]).map((row) => ({
    email: String(row.email ?? row.mailboxId ?? 'A mailbox'),
    inbox: percent(row.inbox ?? row.inboxPercentage),
    spam: percent(row.spam ?? row.spamPercentage),
    missing: percent(row.missing ?? row.missingPercentage),
    createdAt: String(row.createdAt ?? ''),
  }))
  return { reports, totalPages: Number(outer.totalPages ?? 1) }
}

interface Asked {
  readonly userId: string
  readonly orderId?: string | undefined
  readonly mailboxId?: string | undefined
  readonly page?: number | undefined
}

/** Reports as a table with a verdict, the worst first. */
export function reportList(asked: Asked, { reports, totalPages }: ReturnType<typeof reportsIn>): Message {
  const worst = [...reports].sort((a, b) => (a.inbox ?? 101) - (b.inbox ?? 101))
  const count = (verdict: Verdict) => worst.filter((one) => verdictOf(one) === verdict).length
  const bad = count('bad')
  const title = titleOf(reports.length, bad, count('look at it'))
  const [first] = worst
  const { page = 1 } = asked
  const again = (to: number) =>
    [`userId=${asked.userId}`, `page=${to}`, asked.orderId && `orderId=${quoted(asked.orderId)}`]
      .filter(Boolean)
      .join(' ')
  const buttons = [
    page > 1 &&
      button({ text: '‹ Previous', actionId: 'placement.reports:previous', value: again(page - 1) }),
    totalPages > page &&
      button({ text: 'Next ›', actionId: 'placement.reports:next', value: again(page + 1) }),
    button({ text: 'Run a test', actionId: 'placement.run', value: asked.userId }),
    bad > 0 &&
      first?.email.includes('@') &&
      button({
        text: `Check DNS of ${first.email.split('@')[1]}`,
        actionId: 'dns.check',
        value: `domain=${first.email.split('@')[1]} userId=${asked.userId}`,
      }),
  ].filter((one) => typeof one === 'object')
  if (worst.length === 0) return { text: title, blocks: [section(`*${title}*`), actions(...buttons)] }
  const rows = worst.map((one) => [
    verdictOf(one),
    one.email,
    share(one.inbox),
    share(one.spam),
    share(one.missing),
  ])
  return {
    text: title,
    blocks: [
      section(`*${title}*`),
      table(['Verdict', 'Mailbox', '#Inbox', '#Spam', '#Missing'], rows),
      context(`Good from ${placementThresholds.good}% in the inbox, bad below ${placementThresholds.bad}%.`),
      actions(...buttons),
    ],
  }
}

function titleOf(all: number, bad: number, doubtful: number): string {
  if (all === 0) return 'No placement report yet'
  const total = `${all} placement report${all === 1 ? '' : 's'}`
  if (bad) return `:rotating_light: ${bad} bad of ${total}`
  return doubtful ? `:warning: ${doubtful} to look at of ${total}` : `:white_check_mark: ${total}, all good`
}

function share(percent: number | undefined): string {
  return percent === undefined ? '' : `${percent}%`
}

/** After a test was ordered. */
export function placementReceipt(
  userId: string,
  addresses: readonly string[],
  orderId: string | undefined,
  actionId: string | undefined,
): Message {
  const text = `:mag: Placement test of ${addresses.length} mailbox${addresses.length === 1 ? '' : 'es'} runs`
  const value = `userId=${userId}${orderId ? ` orderId=${quoted(orderId)}` : ''}`
  return {
    text,
    blocks: [
      section(cut(`${text}\n${addresses.map(escapeText).join(', ')}`, 3000)),
      context(
        ...(orderId ? [`orderId ${code(orderId)}`] : []),
        ...(actionId ? [`actionId ${code(actionId)}`] : []),
        'CMR sends no word when it is done: look at the report in a few minutes.',
      ),
      actions(button({ text: 'Show the report', actionId: 'placement.reports', value, style: 'primary' })),
    ],
  }
}
