import type { KnownBlock } from '@slack/types'
import type { Domain, RenewalPrice } from '../../cmr/answers/domains.ts'
import type { Page } from '../../cmr/answers/page.ts'
import type { RefusedItem } from '../../cmr/endpoint.ts'
import { RENEWABLE_DAYS } from '../../cmr/endpoints/domains.ts'
import { refusalOf } from '../../cmr/items.ts'
import { money, toCents } from '../../cmr/money.ts'
import { turning } from '../../commands/paging.ts'
import { byName as refusedByName, withRefused } from '../../operations/messages/receipt.ts'
import { millisecondsInDay } from '../../process/dates.ts'
import {
  actions,
  button,
  code,
  context,
  counted,
  date,
  escapeText,
  listed,
  type Message,
  mostRows,
  section,
} from '../../slack/blocks.ts'
import { card } from '../../slack/card.ts'
import { listMessage, menu, namelessNote } from '../../slack/list.ts'
import { withUnreadable } from '../answers.ts'
import { forwardingTarget } from '../dns/messages.ts'
import { amountText, type RenewalAmount } from '../renewal-amount.ts'
import { renewItemsButton } from '../renewal-items.ts'
import { byName, byNumber, byTime, inOrder, placeOfPage, type RowOrder } from '../sorting.ts'

const nameOf = ({ domainName = '' }: Domain | RenewalPrice): string => domainName

/** What a domain's state means, the urgent first; mrkdwn. */
function stateOf(row: Domain, now: Date): { rank: number; text: string } {
  const days = Math.ceil((Date.parse(String(row.expiryDate)) - now.getTime()) / millisecondsInDay)
  const renews = row.autoRenew === true
  switch (row.status) {
    case 'GRACE_PERIOD':
      return {
        rank: 0,
        text: `:rotating_light: *GRACE PERIOD*: expired ${date(row.expiryDate)}, lost for good 7 days later`,
      }
    case 'EXPIRED':
      return { rank: 1, text: ':black_circle: *EXPIRED*: only the registrar can bring it back' }
    case 'ACTIVE':
      break
    default:
      return { rank: 3, text: `:hourglass_flowing_sand: ${escapeText(row.status ?? 'no status')}` }
  }
  const until = `${renews ? 'renews' : 'expires'} ${date(row.expiryDate)}`
  const soon = !renews && days <= RENEWABLE_DAYS
  return {
    rank: soon ? 2 : 4,
    text: `${soon ? `:warning: in ${days} days · ` : ''}${until}${renews ? '' : ' · auto-renew off'}`,
  }
}

/** Domains by what has to be looked at first: what has lapsed, then what expires or renews next. */
export const domainOrder: RowOrder<Domain> = inOrder(
  byNumber(({ status = '' }) => (['GRACE_PERIOD', 'EXPIRED'].includes(status) ? 0 : 1)),
  byTime(({ expiryDate }) => expiryDate),
  byName(nameOf),
)

/** A page of a customer's domains. */
export function domainList(
  { userId, name }: { readonly userId: string; readonly name: string },
  list: Page<Domain>,
  now: Date,
): Message {
  const { rows, all = rows } = list
  const danger = all.filter((row) => stateOf(row, now).rank < 3).length
  const count = counted(all.length, 'domain')
  const title =
    all.length === 0
      ? `No domain yet for ${escapeText(name)}`
      : `${escapeText(name)}: ${danger ? `${count}, ${danger} to look at` : count}`
  const lines = rows.map((row, at) => {
    if (nameOf(row) === '') return section(namelessDomain(stateOf(row, now).text, row.domainId))
    const of = `userId=${userId} domain=${nameOf(row)}`
    return section(
      `*${escapeText(nameOf(row))}*\n${stateOf(row, now).text}`,
      menu(`domains.more:${at}`, {
        Open: `domains.get ${of}`,
        Renew: `domains.renew userId=${userId} domains=${nameOf(row)}`,
        DNS: `dns.list ${of}`,
        'Check for mail': `dns.check ${of}`,
        Forward: `domains.forward userId=${userId} domains=${nameOf(row)}`,
      }),
    )
  })
  return listMessage({
    id: 'domains.list',
    title,
    place: placeOfPage(list, {}),
    turn: turning({ userId }),
    rows: lines,
    buttons: [button({ text: 'Order domains', actionId: 'orders.create', value: userId })],
  })
}

/** Returns a row that CMR has left without the name that commands take; mrkdwn. */
function namelessDomain(state: string, domainId: string | undefined): string {
  const id = domainId ? ` · domainId ${code(domainId)}` : ''
  return `*A domain without a name*\n${state}${id}\n${namelessNote}`
}

/** Says that there are more than are shown, where there are. */
export function firstOf(rows: readonly unknown[], which: string): KnownBlock[] {
  return rows.length > mostRows ? [context(`The first ${mostRows} of ${rows.length}, ${which}.`)] : []
}

/**
 * One domain, with what can be done about it.
 * @param renewal what a year more costs, as far as it is known
 */
export function domainCard(
  of: { userId: string; domain: string },
  row: Domain,
  now: Date,
  renewal?: RenewalAmount,
): Message {
  const text = (name: string) => (row[name] ? escapeText(row[name]) : undefined)
  const state = stateOf(row, now)
  const value = `userId=${of.userId} domain=${of.domain}`
  const several = `userId=${of.userId} domains=${of.domain}`
  const renews = row.autoRenew === true
  return card({
    title: of.domain,
    text: `${escapeText(of.domain)}: ${text('status') ?? 'no status'}`,
    above: [section(state.text)],
    pairs: {
      Provider: text('serviceProvider'),
      'Auto-renew': renews ? 'on' : 'off',
      Registered: row.registeredOn ? date(row.registeredOn) : undefined,
      Renewal: renewal && renewalText(renewal),
      Expires: row.expiryDate ? date(row.expiryDate) : undefined,
      'Visitors go to': escapeText(forwardingTarget(row.domainForwarding) ?? 'nowhere'),
      'Other mail goes to': escapeText(forwardingTarget(row.emailForwarding) ?? 'nowhere'),
      Bought: text('purchaseType'),
    },
    ids: { domainId: row.domainId },
    buttons: [
      button({
        text: 'Renew',
        actionId: 'domains.renew',
        value: several,
        ...(state.rank < 3 && { style: 'primary' as const }),
      }),
      button({
        text: `Turn auto-renew ${renews ? 'off' : 'on'}`,
        actionId: 'domains.auto-renew',
        value: `${several} autoRenew=${renews ? 'no' : 'yes'}`,
      }),
      button({ text: 'DNS', actionId: 'dns.list', value }),
      button({ text: 'Check for mail', actionId: 'dns.check', value }),
      button({ text: 'Forward', actionId: 'domains.forward', value: several }),
      button({ text: 'Forward mail', actionId: 'domains.forward-email', value }),
      button({ text: 'Mailboxes', actionId: 'mailboxes.list', value }),
      button({ text: 'Remove', actionId: 'domains.remove', value: several, style: 'danger' }),
    ],
  })
}

/** "$14.50 a year", with a word on what is inferred. */
function renewalText(renewal: RenewalAmount): string | undefined {
  const amount = amountText(renewal)
  const why = renewal.isEstimate ? ', as other domains of this ending' : ''
  return amount && `${amount} a year${why}`
}

/** Returns "$14.50 a year", or that CMR does not say. @param period "a year" */
export function priceOver(price: unknown, period: string): string {
  const cents = toCents(price)
  return cents === undefined ? 'no price from CMR' : `${money(cents)} ${period}`
}

/** Renewals by what expires next. */
export const renewalOrder: RowOrder<RenewalPrice> = inOrder(
  byTime(({ expireOn }) => expireOn),
  byName(nameOf),
)

/**
 * What renewals cost, each with its button, and what CMR refuses to renew now.
 * @param refused items that CMR refused inside its answer
 */
export function renewalPrices(
  { userId, years }: { readonly userId: string; readonly years: number },
  all: readonly RenewalPrice[],
  refused: readonly RefusedItem[] = [],
): Message {
  const rows = all
    .filter((row) => nameOf(row) !== '' && refusalOf(refused, nameOf(row)) === undefined)
    .sort(renewalOrder)
  const nameless = all.filter((row) => nameOf(row) === '' && row.renewalPrice !== undefined).length
  const period = years === 1 ? 'a year' : `for ${years} years`
  const known = rows.map((row) => toCents(row.renewalPrice)).filter((cents) => cents !== undefined)
  const sum = money(known.reduce((total, cents) => total + cents, 0))
  const unknown = rows.length - known.length
  const priced = `${sum} ${period}${unknown ? `, and ${unknown} without a price from CMR` : ''}`
  const title = rows.length
    ? `Renewal of ${counted(rows.length, 'domain')}: ${priced}`
    : 'There is no domain that CMR can renew now'
  const lines = rows.slice(0, mostRows).map((row, at) => {
    const until = row.expireOn ? ` · until ${date(row.expireOn)}` : ''
    const off = row.autoRenew === false ? ' · auto-renew off' : ''
    return section(
      `*${escapeText(nameOf(row))}*  ${priceOver(row.renewalPrice, period)}${until}${off}`,
      button({
        text: 'Renew',
        actionId: `domains.renew:${at}`,
        value: `userId=${userId} domains=${nameOf(row)}${years === 1 ? '' : ` years=${years}`}`,
      }),
    )
  })
  const items = rows.map((row) => ({ kind: 'domain' as const, id: nameOf(row) }))
  // Several at once are renewed for a year.
  const renewAll = years === 1 && rows.length > 1 ? renewItemsButton(items) : undefined
  const together = renewAll ? [actions(renewAll)] : []
  const message = {
    text: title,
    blocks: [
      section(`*${title}*`),
      ...lines,
      ...firstOf(rows, 'by what expires next; the total is for all, and the CSV has all'),
      ...together,
    ],
  }
  const whole = withUnreadable(message, nameless)
  return withRefused(whole, refusedByName(refused, new Map()), 'Cannot be renewed now')
}

/** Before domains are removed; mrkdwn. */
export function removalText(names: readonly string[]): string {
  const list = listed(
    names.map((one) => `• ${escapeText(one)}`),
    1800,
    '\n',
  )
  return `*Remove ${counted(names.length, 'domain')} from CMR for good?*\n${list}\nCMR refuses while mailboxes exist. *This does not stop billing*: for that, turn off auto-renew or cancel the subscription.`
}
