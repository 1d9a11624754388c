import { type User, userIdOf, userName } from '../../cmr/answers/users.ts'
import { money } from '../../cmr/money.ts'
import { type Confirmation, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { userNamed } from '../../directory/names/called.ts'
import { askOnce } from '../../operations/recent-charges.ts'
import { code, counted, escapeText, listed, section, context as smallPrint } from '../../slack/blocks.ts'
import { receiptPlace } from '../confirmations.ts'
import { fundsFor, moneyLines, type Price } from '../prices.ts'
import { type Addresses, existingAddresses, matchPictures, picturesGiven } from './addresses.ts'
import { askAvailability, askWorkspaces, inState } from './availability.ts'
import type { FoundForOrder } from './draft.ts'
import {
  domainsOf,
  goesAsFiles,
  type MoreInput,
  mailboxesOf,
  notWithFiles,
  type OrderInput,
} from './input.ts'
import { addressBlocks, domainEnding, mailboxCount, noteLines } from './messages.ts'
import { orderPrice } from './price.ts'
import { type MailboxTarget, mailboxTarget } from './target.ts'

/** What would be ordered, every address, what it costs and what the wallet holds after it. */
export async function confirmOrder(
  context: CommandContext,
  input: OrderInput,
  how: { readonly found?: FoundForOrder | undefined; readonly multipart?: true | undefined },
): Promise<Confirmation> {
  const { found = {}, multipart = goesAsFiles(input) } = how
  const clash = multipart && notWithFiles(input)
  if (clash) throw new InputError(clash.field, clash.message)
  const domains = domainsOf(input.domains)
  const addresses = mailboxesOf(input, domains)
  const body = { domains: domains.map((domain) => ({ domain })), mailboxes: addresses.byDomain }
  const ask = () => askToOrder(context, input, { found, multipart }, domains, addresses)
  return input.confirm === false ? ask() : askOnce(context, 'orders.create', { body }, ask)
}

async function askToOrder(
  context: CommandContext,
  input: OrderInput,
  { found, multipart }: { readonly found: FoundForOrder; readonly multipart: boolean },
  domains: readonly string[],
  addresses: Addresses,
): Promise<Confirmation> {
  const customer = await userNamed(context, input.userId)
  const { known, failure } = await askAvailability(context, domains, found.domains)
  if (failure) throw failure
  const taken = domains.filter((name) => known[name]?.available === false)
  if (taken.length) {
    return refusal(`*Taken:* ${taken.map(escapeText).join(', ')}. Go back and choose others.`)
  }
  const asked = { domains, provider: input.serviceProvider }
  const workspaces = await askWorkspaces(context, asked, found.workspaces)
  const conflicts = inState(workspaces, asked, 'conflict')
  if (conflicts.length) {
    return refusal(
      `*A workspace exists already on ${conflicts.map(escapeText).join(', ')}*: CMR would charge for the domain, then the mailboxes would fail. Go back and leave them out.`,
    )
  }
  const { years = 1 } = input
  const mailboxes = mailboxCount(addresses.byDomain)
  const price = orderPrice(
    {
      domains: domains.map((name) => ({ name, yearly: known[name]?.cents, years })),
      people: Object.values(addresses.byDomain).flat(),
    },
    context.prices,
  )
  const unsure = domains.filter((name) => known[name]?.available === undefined)
  const unknown = mailboxes ? inState(workspaces, asked, 'unknown') : []
  const doubts = [
    unsure.length &&
      `:grey_question: CMR does not say whether it can have ${unsure.map(escapeText).join(', ')}.`,
    unknown.length &&
      `:grey_question: *Workspace not known* for ${unknown.slice(0, 30).map(escapeText).join(', ')}: CMR did not answer in time. If one exists, the domain is charged before its mailboxes fail. Go back to ask again, which costs nothing, or to leave them out.`,
  ].filter((line) => typeof line === 'string')
  const what = `${counted(domains.length, 'domain')}${mailboxes ? ` with ${counted(mailboxes, 'mailbox', 'mailboxes')}` : ''}`
  const head = [
    `*Order ${what}?*`,
    `${whoseText(customer)} · ${input.serviceProvider}${input.forwardTo ? ` · forwarding to ${escapeText(input.forwardTo)}` : ''}${multipart ? '' : autoRenewText(input, mailboxes)}`,
    ...(multipart && mailboxes ? [autoRenewAfterwards] : []),
    domainEnding(input, context.clock()),
  ]
  return asking(context, input, addresses, { head, doubts, price })
}

/** CMR documents no `autoRenew` for an order that goes as files ("Create Order"). */
const autoRenewAfterwards =
  'CMR cannot set auto-renew in an order with picture files or masked forwarding. Set it afterwards with `/cmr subscriptions auto-renew`.'

/** The same for more mailboxes on a domain: whether they are added or open a new subscription stands in it. */
export async function confirmMore(context: CommandContext, input: MoreInput): Promise<Confirmation> {
  const target = await mailboxTarget(context, input)
  if (input.files?.length) refuseFiles(target, input)
  const addresses = mailboxesOf(input, [target.domain])
  const body = { mailboxes: addresses.byDomain }
  const ask = () => askForMore(context, input, target, addresses)
  return input.confirm === false ? ask() : askOnce(context, 'orders.mailboxes', { body }, ask)
}

async function askForMore(
  context: CommandContext,
  input: MoreInput,
  target: MailboxTarget,
  addresses: Addresses,
): Promise<Confirmation> {
  const customer = await userNamed(context, input.userId)
  const mailboxes = mailboxCount(addresses.byDomain)
  const there = await existingAddresses(context, target.userId, addresses.byDomain)
  if (there.length) {
    const names = listed(there.map(escapeText), 2000)
    return refusal(`*Already there:* ${names}. Go back and leave them out, or give them other usernames.`)
  }
  const price = orderPrice(
    {
      domains: [],
      people: Object.values(addresses.byDomain).flat(),
      mailboxCents: target.kind === 'add' ? target.mailboxCents : undefined,
    },
    context.prices,
  )
  const head = [
    `*Add ${counted(mailboxes, 'mailbox', 'mailboxes')} on ${escapeText(target.domain)}?*`,
    whoseText(customer),
    ...targetLines(target, input),
  ]
  const asked = await asking(context, input, addresses, { head, doubts: [], price })
  // What was shown is what is sent: the other of the two is emptied.
  const { subscriptionId, domainId } = { subscriptionId: undefined, domainId: undefined, ...target }
  const sent = { userId: target.userId, domain: target.domain, subscriptionId, domainId }
  return { ...asked, input: { ...asked.input, ...sent } }
}

/** @throws InputError for pictures as files where CMR takes none ("Add mailboxes to a subscription") */
function refuseFiles(target: MailboxTarget, input: MoreInput): void {
  const instead = 'Instead, give each picture’s https address at the end of its line.'
  if (target.kind === 'open')
    throw new InputError('files', `CMR accepts picture files only for an active subscription. ${instead}`)
  if (target.provider === 'MICROSOFT')
    throw new InputError('files', `CMR accepts picture files only for Google. ${instead}`)
  const clash = notWithFiles(input)
  if (clash) throw new InputError(clash.field, clash.message)
}

/** Returns which of the two it is, and what follows from it; mrkdwn. */
function targetLines(target: MailboxTarget, input: MoreInput): string[] {
  if (target.kind === 'add') {
    const { autoRenew } = input
    return [
      `They are *added to the active subscription* ${code(target.subscriptionId)}.`,
      ...(autoRenew === undefined
        ? []
        : ['Its auto-renew stays as it is. `/cmr subscriptions auto-renew` changes it.']),
      ...(input.files?.length ? ['_CMR has deprecated picture files, and may stop accepting them._'] : []),
    ]
  }
  const renewal = autoRenewText(input, 1)
  const before = target.before
    ? `The subscription before it is ${target.before}.`
    : 'CMR shows none before it.'
  const doubt =
    target.before === 'CANCELLED'
      ? ''
      : ' CMR documents this for a cancelled subscription only, so it may refuse.'
  return [`They open a *new subscription* on this domain${renewal}. ${before}${doubt}`]
}

function whoseText(customer: User): string {
  return `For *${escapeText(userName(customer))}* (${escapeText(customer.email ?? userIdOf(customer))})`
}

function autoRenewText({ autoRenew }: { autoRenew?: boolean | undefined }, mailboxes: number): string {
  if (!mailboxes || autoRenew === undefined) return ''
  return autoRenew ? ' · mailboxes renew by themselves' : ' · mailboxes do *not* renew by themselves'
}

function refusal(text: string): Confirmation {
  return { text: `:no_entry: ${text}`, refused: true }
}

/** Where the wallet does not cover it, it can only be left unconfirmed. */
async function asking(
  context: CommandContext,
  { files = [], confirm = true }: Pick<OrderInput, 'files' | 'confirm'>,
  { byDomain, rewritten }: Addresses,
  about: { readonly head: readonly string[]; readonly doubts: readonly string[]; readonly price: Price },
): Promise<Confirmation> {
  const { head, doubts, price } = about
  const funds = await fundsFor(context, price)
  const { matched, unmatched } = matchPictures(await picturesGiven(context, files), byDomain)
  const notes = noteLines({ rewritten, pictured: Object.keys(matched).length, unmatched })
  const covered = funds.missing === 0
  const waits =
    confirm && covered
      ? []
      : [
          'It is left *unconfirmed*: nothing is charged until somebody presses *Process order* on its receipt.',
        ]
  const pay = price.cents === undefined ? 'Order' : `Order for ${money(price.cents)}`
  return {
    text: head.join('\n'),
    blocks: [
      section([...moneyLines(price, funds), ...waits].join('\n')),
      ...doubts.map((doubt) => section(doubt)),
      ...addressBlocks(byDomain),
      smallPrint(...notes, receiptPlace(context)),
    ],
    submit: confirm && covered ? pay : 'Leave unconfirmed',
    cents: confirm && covered ? price.cents : 0,
    ...(!covered && { input: { confirm: false }, centsAsGiven: confirm ? price.cents : 0 }),
  }
}
