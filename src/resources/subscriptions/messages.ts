import type { Page } from '../../cmr/answers/page.ts'
import type { Subscription } from '../../cmr/answers/subscriptions.ts'
import { type ListPrices, money, toCents } from '../../cmr/money.ts'
import { turning } from '../../commands/paging.ts'
import { ended } from '../../directory/store/rows.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import {
  button,
  code,
  counted,
  cut,
  date,
  escapeText,
  type Message,
  mostRows,
  section,
} from '../../slack/blocks.ts'
import { listMessage, menu } from '../../slack/list.ts'
import { warmupNotes } from '../prices.ts'
import { renewedMailboxes } from '../renewal-amount.ts'
import type { KnownRenewal } from '../renewal-price.ts'
import {
  byName,
  byNumber,
  byTime,
  countedIn,
  inOrder,
  orderNote,
  placeOfPage,
  type RowOrder,
} from '../sorting.ts'

/** What has failed or is over for now stands on top; then what renews or ends next; what is over for good comes last. */
const groups = ['PAST_DUE', 'EXPIRED', '', 'CANCELLED']
const groupOf = ({ subscriptionStatus = '' }: Subscription) => {
  const at = groups.indexOf(subscriptionStatus)
  return at === -1 ? groups.indexOf('') : at
}

/** Subscriptions by what has to be looked at first. */
export const subscriptionOrder: RowOrder<Subscription> = inOrder(
  byNumber(groupOf),
  byTime(({ periodEnd }) => periodEnd),
  byName(({ domain }) => domain),
)

const signs: Record<string, string> = {
  PAST_DUE: ':rotating_light: PAST DUE · ',
  RENEWING: ':hourglass_flowing_sand: renewing · ',
  EXPIRED: ':black_circle: expired · ',
  CANCELLED: ':black_circle: cancelled · ',
}

const nameOf = (row: Subscription) => row.domain ?? row.subscriptionId

/** "2 mailboxes × $3.00 + 1 active warm-up × $2.00 = *$8.00* a month", as every renewal of it is shown. */
function priceLine(row: Subscription, renewal: KnownRenewal | undefined, { warmup }: ListPrices): string {
  const quantity = renewal ? renewedMailboxes(renewal.billed) : row.totalMailboxQuantity
  const each = toCents(row.pricePerMailbox)
  if (quantity === undefined) return ''
  const count = counted(quantity, 'mailbox', 'mailboxes')
  if (each === undefined) return count
  const warmups = renewal?.billed.activeWarmups ?? 0
  const warming = warmups ? ` + ${counted(warmups, 'active warm-up')} × ${money(warmup)}` : ''
  const cents = renewal?.cents ?? each * quantity
  const more = renewal?.atMostCents ? Math.max(0, renewal.atMostCents - cents) : 0
  const atMost = more ? `, may step up to ${money(cents + more)}` : ''
  return `${count} × ${money(each)}${warming} = ${renewal?.isEstimate ? 'about ' : ''}*${money(cents)}* a month${atMost}`
}

/** What the rows of subscriptions are told with. */
interface SubscriptionFacts {
  /** What the next renewal of each costs, by id. */
  readonly renewals: ReadonlyMap<string, KnownRenewal>
  readonly prices: ListPrices
  /** Names by userId. */
  readonly customers: ReadonlyMap<string, string>
}

/** A page of subscriptions: those whose payment failed first, then by what renews next. */
export function subscriptionList(
  list: Page<Subscription>,
  asked: Readonly<Record<string, unknown>>,
  facts: SubscriptionFacts,
): Message {
  const { rows, all } = list
  const late = (all ?? rows).filter((row) => row.subscriptionStatus === 'PAST_DUE').length
  const place = placeOfPage(list, asked)
  const isWhole = all !== undefined || (place.page === 1 && !place.more)
  const onlyLate = button({
    text: 'Only past due',
    actionId: 'subscriptions.list:late',
    value: 'status=PAST_DUE',
  })
  const isGuessed = [...facts.renewals.values()].some(({ isEstimate }) => isEstimate)
  const { page: _, ...given } = asked
  return listMessage({
    id: 'subscriptions.list',
    title: titleOf(list, late, { isWhole, monthly: isWhole ? monthlyOf(all ?? rows, facts) : undefined }),
    place,
    turn: turning(given),
    rows: rows.slice(0, mostRows).map((row, at) => line(row, at, facts)),
    notes: [orderNote(list, 'by date'), ...(isGuessed ? warmupNotes(facts.prices) : [])],
    buttons: [!asked.status && (late > 0 || !isWhole) && onlyLate],
  })
}

const isOver = ({ subscriptionStatus }: Subscription) => ended(subscriptionStatus)

/** What all that are alive cost a month, in words; nothing where the price of one is not known. */
function monthlyOf(all: readonly Subscription[], { renewals }: SubscriptionFacts): string | undefined {
  const amounts = all.filter((row) => !isOver(row)).map((row) => renewals.get(row.subscriptionId))
  if (amounts.length === 0 || amounts.some((one) => one?.cents === undefined)) return undefined
  const cents = amounts.reduce((sum, one) => sum + (one?.cents ?? 0), 0)
  return `${amounts.some((one) => one?.isEstimate) ? 'about ' : ''}${money(cents)} a month`
}

/** @param isWhole whether there are no other pages, which may hold more that are late */
function titleOf(
  list: Page<Subscription>,
  late: number,
  { isWhole, monthly }: { readonly isWhole: boolean; readonly monthly: string | undefined },
): string {
  const count = countedIn(list, 'subscription')
  if (list.rows.length === 0) return 'No subscription found'
  const sum = monthly ? `, ${monthly}` : ''
  if (late === 0) return `${count}${sum}`
  return isWhole
    ? `${late} PAST DUE of ${count}${sum}`
    : list.total === undefined
      ? `${count}, ${late} PAST DUE on this page`
      : `${late} PAST DUE on this page, ${count} in all`
}

function line(row: Subscription, at: number, { renewals, prices, customers }: SubscriptionFacts) {
  const id = row.subscriptionId
  const renews = row.autoRenew === false ? ':warning: ends' : 'renews'
  const ended = isOver(row)
  const customer = customers.get(row.userId ?? '') ?? row.userId
  const text = [
    `*${escapeText(nameOf(row))}*${customer ? ` · ${escapeText(cut(customer, 200))}` : ''}`,
    // What is over costs nothing any more.
    ...(ended ? [] : [priceLine(row, renewals.get(id), prices)]),
    `${signs[String(row.subscriptionStatus)] ?? ''}${ended ? 'until' : renews} ${date(row.periodEnd)}`,
  ].join('\n')
  if (ended) return section(text)
  const off = row.autoRenew === false
  if (off || row.subscriptionStatus === 'PAST_DUE') {
    return section(
      text,
      button({ text: 'Renew', actionId: `subscriptions.renew:${at}`, value: id, style: 'primary' }),
    )
  }
  return section(
    text,
    menu(`subscriptions.more:${at}`, {
      'Turn auto-renew off': `subscriptions.auto-renew subscriptionId=${id} autoRenew=no`,
      'Renew now': `subscriptions.renew ${id}`,
      Cancel: `subscriptions.cancel ${id}`,
    }),
  )
}

/** Cancelling is to be asked for a day before the period ends ("Cancel Subscription"). */
const NOTICE_MS = 24 * 60 * 60 * 1000

function mailboxesOf({ totalMailboxQuantity: count }: Subscription): string {
  return count === undefined ? 'mailboxes' : counted(count, 'mailbox', 'mailboxes')
}

/** Before a subscription is cancelled: exactly what is lost; mrkdwn. */
export function cancelText(row: Subscription, now: Date): string {
  const lines = [
    `*Cancel the subscription on ${escapeText(nameOf(row))}?*`,
    `The workspace and its ${mailboxesOf(row)} go *at once, for good*, with all their mail. What is paid until ${date(row.periodEnd)} is not refunded.`,
  ]
  if (Date.parse(String(row.periodEnd)) - now.getTime() < NOTICE_MS)
    lines.push(
      ':warning: The period ends in less than 24 hours: CMR needs more notice, and may bill the next period.',
    )
  lines.push(
    row.autoRenew === false
      ? 'Auto-renew is already off, so it ends by itself.'
      : 'To stop only the next renewal and keep the mailboxes until then, turn auto-renew off instead:',
  )
  return lines.join('\n')
}

/** Before subscriptions are recreated; mrkdwn. */
export function recreateText(names: readonly string[]): string {
  return [
    `*Recreate ${names.map(escapeText).join(', ')}?*`,
    `:warning: *All mail of ${names.length === 1 ? 'its' : 'their'} mailboxes may be lost.* One page of CMR’s documentation says that mailboxes are kept, another that their mail is lost. Expect it to be lost, and save what is needed before you confirm.`,
    'Known: a subscription of more than a year goes back to the price of the first year. It gets a new id, and the old one stops working. OAuth routes, client credentials and auto-renew stay. The mailboxes are unavailable for some minutes.',
    'Cost: CMR documents no new charge: the new subscription takes over the billing of the old one. Only CMR can say whether the wallet is charged anyway.',
  ].join('\n')
}

export const subscriptionAutoRenew = {
  on: 'It is paid from the wallet at the end of each period.',
  off: 'It ends with the period: 7 days after that its mailboxes are switched off.',
}

/** After auto-renew was switched. */
export function autoRenewReceipt(name: string, subscriptionId: string, on: boolean): Message {
  return receipt({
    text: `:white_check_mark: Auto-renew of *${escapeText(name)}* is *${on ? 'on' : 'off'}*`,
    follows: [subscriptionAutoRenew[on ? 'on' : 'off']],
    notes: [`subscriptionId ${code(subscriptionId)}`],
    buttons: [
      button({
        text: `Turn auto-renew ${on ? 'off' : 'on'}`,
        actionId: 'subscriptions.auto-renew',
        value: `subscriptionId=${subscriptionId} autoRenew=${on ? 'no' : 'yes'}`,
      }),
    ],
  })
}
