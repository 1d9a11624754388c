import { z } from 'zod'
import { domain } from '../cmr/answers/domains.ts'
import { spokenOf } from '../commands/grammar.ts'
import { namesUpTo } from '../directory/find/labels.ts'
import { receipt } from '../operations/messages/receipt.ts'
import { button, code, counted, cut, escapeText, type Message } from '../slack/blocks.ts'
import { type DomainEnd, type EndNotice, endNoticeOf } from './domains/ending.ts'

const switchedRows = z.array(domain)

/** Names that a receipt spells out. */
const NAMED = 30

/** "acme.com", or "12 domains". */
function named(names: readonly string[], several: string): string {
  const [first = ''] = names
  return names.length === 1 ? escapeText(first) : `${names.length} ${several}`
}

const called = (names: readonly string[], several: string) => `*${named(names, several)}*`

/** The names behind a count, where one name does not say it all. */
function spelledOut(names: readonly string[]): string | undefined {
  return names.length < 2 ? undefined : namesUpTo(names.map(escapeText), NAMED)
}

/** Domains of a customer. */
export type OfDomains = { readonly userId: string; readonly domains: readonly string[] }

/** What follows from auto-renew, by whether it is on. */
type Consequences = Readonly<Record<'on' | 'off', string>>

export const domainAutoRenew: Consequences = {
  on: 'The wallet pays for the next year when this one ends.',
  off: 'When its year ends it expires, unless somebody renews it before. Its mailboxes are still billed, because they have their own auto-renew.',
}

/** Before auto-renew is switched; mrkdwn. */
export function autoRenewQuestion(names: readonly string[], on: boolean, follows: Consequences): string {
  const state = on ? 'on' : 'off'
  const all = spelledOut(names)
  return [
    `*Turn auto-renew ${state} for ${named(names, 'domains')}?*`,
    ...(all ? [all] : []),
    follows[state],
  ].join('\n')
}

/**
 * Returns for which domains CMR's answer confirms that auto-renew was switched: its page shows a row for each. An answer
 * without rows confirms all.
 */
export function autoRenewIn(told: unknown, domains: readonly string[], on: boolean) {
  const answer = switchedRows.safeParse(told).data
  const rows = new Map(answer?.map((row) => [row.domainName?.toLowerCase(), row.autoRenew]))
  const rowOf = (name: string) => rows.get(name.toLowerCase())
  const isNamed = (name: string) => !answer || rows.has(name.toLowerCase())
  return {
    switched: domains.filter((name) => isNamed(name) && rowOf(name) !== !on),
    contrary: domains.filter((name) => rowOf(name) === !on),
    left: domains.filter((name) => !isNamed(name)),
  }
}

/**
 * After auto-renew was switched.
 * @param told CMR's answer: a row for each domain that it switched
 * @param held what the directory knows of them where it was switched off: the receipt says when they end
 */
export function domainAutoRenewReceipt(
  of: OfDomains,
  on: boolean,
  told: unknown,
  held: readonly DomainEnd[] = [],
): Message {
  const { switched: names, contrary, left } = autoRenewIn(told, of.domains, on)
  const still = on ? 'off' : 'on'
  const otherwise = contrary.length
    ? `:warning: CMR says that it is still *${still}* for ${contrary.map(escapeText).join(', ')}.`
    : undefined
  const all = button({ text: 'All domains', actionId: 'domains.list', value: of.userId })
  if (names.length === 0) {
    return receipt({
      text: `:grey_question: CMR does not confirm that auto-renew is *${on ? 'on' : 'off'}* for ${called(of.domains, 'domains')}`,
      follows: [spelledOut(of.domains), otherwise, 'Check whether auto-renew was turned on or off.'],
      buttons: [all],
    })
  }
  const off = new Set(names.map((name) => name.toLowerCase()))
  const ending = endNoticeOf(
    held.filter(({ name }) => off.has(name)),
    { years: 0, isOff: true },
  )
  return receipt({
    text: `:white_check_mark: Auto-renew is *${on ? 'on' : 'off'}* for ${called(names, 'domains')}`,
    follows: [
      spelledOut(names),
      otherwise,
      left.length > 0 ? `:warning: CMR says nothing about ${left.map(escapeText).join(', ')}.` : undefined,
      domainAutoRenew[on ? 'on' : 'off'],
      ending?.sentence,
    ],
    buttons: [
      button({
        text: `Turn auto-renew ${on ? 'off' : 'on'}`,
        actionId: 'domains.auto-renew',
        value: spokenOf({ userId: of.userId, domains: names, autoRenew: on ? 'no' : 'yes' }),
      }),
      all,
    ],
  })
}

/** After domains were told to send their visitors elsewhere. */
export function forwardReceipt(
  of: OfDomains & { readonly forwardTo: string; readonly maskForwarding?: boolean | undefined },
): Message {
  return receipt({
    text: `:outbox_tray: Visitors of ${called(of.domains, 'domains')} go to *${escapeText(of.forwardTo)}*`,
    follows: [
      spelledOut(of.domains),
      of.maskForwarding ? 'Masked: their browsers keep showing the domain.' : undefined,
    ],
  })
}

/** After a domain was told where the mail goes that no mailbox takes. */
export function mailForwardReceipt(of: { readonly domain: string; readonly forwardTo: string }): Message {
  return receipt({
    text: `:outbox_tray: Mail to *${escapeText(of.domain)}* without a mailbox goes to *${escapeText(of.forwardTo)}*`,
  })
}

/** After a Google client was let into domains. */
export function clientIdReceipt(of: OfDomains & { readonly clientId: string; readonly appName: string }) {
  return receipt({
    text: `:white_check_mark: *${escapeText(of.appName)}* may use Google on ${called(of.domains, 'domains')}`,
    follows: [spelledOut(of.domains), `Google client ID ${code(of.clientId)}`],
    buttons: [button({ text: 'Mailboxes', actionId: 'mailboxes.list', value: of.userId })],
  })
}

/** After domains were taken out of CMR. */
export function domainsRemovedReceipt(domains: readonly string[]): Message {
  return receipt({
    text: `:wastebasket: ${called(domains, 'domains')} removed from CMR for good`,
    follows: [
      spelledOut(domains),
      'This does not stop billing. For that, turn off auto-renew of the subscription or cancel it.',
    ],
    buttons: [button({ text: 'Subscriptions', actionId: 'subscriptions.list' })],
  })
}

/** After domains or subscriptions were sent to be renewed. How it goes on is told below. */
export function renewalReceipt(
  names: readonly string[],
  what: 'domains' | 'subscriptions',
  period: string,
  answer: AcceptedAnswer,
  ending?: EndNotice,
): Message {
  return receipt({
    text: `:outbox_tray: Renewing ${called(names, what)} ${period}`,
    follows: [spelledOut(names), said(answer), ending?.sentence],
    buttons: ending?.button ? [ending.button] : [],
  })
}

/** CMR's answer to something that takes a while. */
interface AcceptedAnswer {
  readonly message: string
}

const said = ({ message }: AcceptedAnswer) => (message ? `CMR: ${escapeText(message)}` : undefined)

/** After subscriptions were sent to be recreated. */
export function recreationReceipt(names: readonly string[], answer: AcceptedAnswer): Message {
  return receipt({
    text: `:outbox_tray: Recreating ${called(names, 'subscriptions')}`,
    follows: [
      spelledOut(names),
      'The mailboxes are unavailable for some minutes. The old subscription id stops working.',
      said(answer),
    ],
  })
}

/** After pre-warmed domains were ordered. @param where nothing, or CMR's own sandbox */
export function prewarmReceipt(domains: readonly string[], answer: AcceptedAnswer, where = ''): Message {
  return receipt({
    text: `:outbox_tray: Ordering ${called(domains, 'pre-warmed domains')}${where}`,
    follows: [spelledOut(domains), said(answer)],
  })
}

/** After CMR's sandbox has forgotten its orders. */
export function sandboxResetReceipt(message: string): Message {
  return receipt({
    text: ':white_check_mark: CMR’s sandbox for pre-warmed mailboxes is reset',
    follows: ['Its orders are deleted, and its inventory is complete again.', said({ message })],
    buttons: [button({ text: 'Sandbox inventory', actionId: 'prewarm.sandbox-list' })],
  })
}

/** After an order that waited was sent to be processed. @param label what a person calls it, where that is known */
export function processReceipt(orderId: string, label: string | undefined, answer: AcceptedAnswer): Message {
  const order = code(orderId)
  return receipt({
    text: `:outbox_tray: Processing the order ${label ? `of *${escapeText(label)}*` : order}`,
    follows: ['It is charged to the wallet.', said(answer), label && `orderId ${order}`],
  })
}

/** After CMR's support was told of a failure. */
export function reportReceipt(message: string, answer: AcceptedAnswer): Message {
  return receipt({
    text: `:white_check_mark: Reported to CMR: ${escapeText(cut(message, 300))}`,
    follows: [said(answer)],
  })
}

/** After a subscription was cancelled: it takes its mailboxes along. */
export function cancelReceipt(name: string, mailboxes: unknown, answer: AcceptedAnswer): Message {
  const count = typeof mailboxes === 'number' ? counted(mailboxes, 'mailbox', 'mailboxes') : ''
  return receipt({
    text: `:wastebasket: Cancelling the subscription on *${escapeText(name)}*`,
    follows: [`The workspace goes${count ? ` with its ${count}` : ''}, for good.`, said(answer)],
  })
}
