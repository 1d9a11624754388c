import type { Domain } from '../cmr/answers/domains.ts'
import { type Mailbox, warmupStatusOf } from '../cmr/answers/mailboxes.ts'
import type { Subscription } from '../cmr/answers/subscriptions.ts'
import { money, toCents } from '../cmr/money.ts'
import type { Finding } from '../resources/dns/mail.ts'
import { date, escapeText, moment } from '../slack/blocks.ts'
import type { MendableLink } from './message.ts'

/** CMR's answers about a domain and everything its mail depends on; `undefined` where CMR did not answer. */
export interface Facts {
  readonly of: { readonly userId: string; readonly domain: string }
  readonly domain: Domain
  /** `undefined` if the records could not be read. */
  readonly mail: readonly Finding[] | undefined
  /** The mailboxes on the domain. */
  readonly mailboxes: readonly Mailbox[] | undefined
  readonly subscriptions: readonly Subscription[] | undefined
  /** In cents. */
  readonly balance: number | undefined
  readonly lastWebhookAt: Date | undefined
}

type Link = MendableLink

/**
 * From the domain to the mail that arrives, in the order in which one thing hangs on another: what is broken first
 * breaks all that comes behind it.
 */
export function chainOf(facts: Facts): Link[] {
  return [
    domainLink(facts),
    dnsLink(facts),
    mailboxLink(facts),
    subscriptionLink(facts),
    warmupLink(facts),
    walletLink(facts),
    webhookLink(facts),
  ]
}

const unsaid = (name: string): Link => ({ name, state: 'unsure', sentence: 'CMR did not say.' })

function domainLink({ of, domain }: Facts): Link {
  const name = 'Domain'
  const { status, expiryDate } = domain
  const mend = {
    text: 'Renew domain',
    actionId: 'domains.renew',
    value: `userId=${of.userId} domains=${of.domain}`,
  }
  switch (status) {
    case 'ACTIVE':
      return { name, state: 'good', sentence: `ACTIVE; its expiry date is ${date(expiryDate)}.` }
    case 'RENEWING':
      return { name, state: 'good', sentence: 'It is being renewed.' }
    case 'PENDING':
      return { name, state: 'unsure', sentence: 'It is still being registered.' }
    case 'GRACE_PERIOD': {
      const sentence = `It has expired (${date(expiryDate)}) and is lost for good 7 days later. Until it is renewed, no subscription on it renews.`
      return { name, state: 'broken', sentence, mend }
    }
    case 'EXPIRED':
      return { name, state: 'broken', sentence: 'It is gone: only the registrar can bring it back.' }
    default:
      return { name, state: 'broken', sentence: `Its status is ${escapeText(status ?? 'not known')}.` }
  }
}

function dnsLink({ of, mail }: Facts): Link {
  const name = 'DNS'
  if (!mail) return unsaid(name)
  const [first, ...others] = mail.filter(({ state }) => state !== 'good')
  if (!first) return { name, state: 'good', sentence: 'MX, SPF, DKIM and DMARC are as mail needs them.' }
  const more = others.length ? ` Then: ${others.map(({ need }) => need).join(', ')}.` : ''
  const value = `userId=${of.userId} domain=${of.domain}`
  return {
    name,
    state: 'broken',
    sentence: `${first.need} is ${first.state}. ${escapeText(first.sentence)}${more}`,
    mend: { text: 'Check DNS', actionId: 'dns.check', value },
  }
}

function mailboxLink({ of, mailboxes }: Facts): Link {
  const name = 'Mailboxes'
  if (!mailboxes) return unsaid(name)
  if (mailboxes.length === 0) return { name, state: 'broken', sentence: 'There is none on this domain.' }
  const mend = { text: 'Show mailboxes', actionId: 'mailboxes.list', value: `userId=${of.userId}` }
  const off = mailboxes.filter(({ status }) => status === 'EXPIRED')
  if (off.length > 0)
    return { name, state: 'broken', sentence: `${some(off, mailboxes)} switched off.`, mend }
  const making = mailboxes.filter(({ status }) => status !== 'ACTIVE')
  if (making.length > 0)
    return { name, state: 'unsure', sentence: `${some(making, mailboxes)} not ready yet.`, mend }
  return { name, state: 'good', sentence: `${mailboxes.length} ACTIVE.` }
}

function subscriptionLink({ subscriptions }: Facts): Link {
  const name = 'Subscription'
  if (!subscriptions) return unsaid(name)
  const found = current(subscriptions)
  if (!found) return { name, state: 'broken', sentence: 'There is none on this domain.' }
  const { subscriptionStatus, subscriptionId, periodEnd, autoRenew } = found
  const end = date(periodEnd)
  switch (subscriptionStatus) {
    case 'ACTIVE':
      return {
        name,
        state: 'good',
        sentence: `ACTIVE until ${end}; auto-renew is ${autoRenew === false ? 'off: it ends then' : 'on'}.`,
      }
    case 'RENEWING':
      return { name, state: 'good', sentence: 'It is being renewed.' }
    case 'PAST_DUE':
      return {
        name,
        state: 'broken',
        sentence: `Its payment failed; the end of its period: ${end}. Fill the wallet, then renew it.`,
        mend: {
          text: 'Renew now',
          actionId: 'subscriptions.renew',
          value: `subscriptionIds=${subscriptionId}`,
        },
      }
    default:
      return {
        name,
        state: 'broken',
        sentence: `It is ${escapeText(subscriptionStatus ?? 'in no status that is known')}: its mailboxes are switched off.`,
      }
  }
}

function warmupLink({ mailboxes }: Facts): Link {
  const name = 'Warm-up'
  if (!mailboxes) return unsaid(name)
  const statuses = mailboxes.map(warmupStatusOf)
  const warm = statuses.filter((status) => status === 'ACTIVE').length
  const paused = statuses.filter((status) => status === 'PAUSED').length
  const rest = paused ? `; ${paused} paused` : ''
  return { name, state: paused ? 'unsure' : 'good', sentence: `${warm || 'None'} warming up${rest}.` }
}

function walletLink({ balance, subscriptions }: Facts): Link {
  const name = 'Wallet'
  if (balance === undefined) return unsaid(name)
  const found = current(subscriptions ?? [])
  const price = toCents(found?.pricePerMailbox)
  const next = price === undefined ? undefined : price * (found?.totalMailboxQuantity ?? 0)
  const mend = { text: 'Wallet', actionId: 'wallet.get' }
  if (balance <= 0) return { name, state: 'broken', sentence: `It holds ${money(balance)}.`, mend }
  if (next !== undefined && next > balance) {
    const sentence = `It holds ${money(balance)}, and the next renewal costs ${money(next)}.`
    return { name, state: 'broken', sentence, mend }
  }
  const cost = next ? `; the next renewal costs ${money(next)}` : ''
  return { name, state: 'good', sentence: `It holds ${money(balance)}${cost}.` }
}

function webhookLink({ lastWebhookAt }: Facts): Link {
  const name = 'Webhooks'
  return lastWebhookAt
    ? { name, state: 'good', sentence: `The last webhook came ${moment(lastWebhookAt)}.` }
    : {
        name,
        state: 'unsure',
        sentence: 'No webhook has come yet: is the bot’s address set in CMR’s dashboard?',
      }
}

/** The one that counts, where a domain has had several. */
function current(subscriptions: readonly Subscription[]): Subscription | undefined {
  const byUse = ['ACTIVE', 'RENEWING', 'PAST_DUE']
  const live = byUse.flatMap((status) => subscriptions.filter((one) => one.subscriptionStatus === status))
  return live[0] ?? subscriptions[0]
}

function some(of: readonly Mailbox[], all: readonly Mailbox[]): string {
  const [first, ...others] = of
  return others.length ? `${of.length} of ${all.length} are` : `${escapeText(first?.email ?? 'One')} is`
}
