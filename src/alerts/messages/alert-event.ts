import type { Severity } from '../../cmr/events/event.ts'
import { activeIn, domainNamesIn, notActiveIn } from '../../cmr/events/references.ts'
import { isObject, leftOut } from '../../cmr/json.ts'
import { money } from '../../cmr/money.ts'
import type { StoredEvent } from '../../events/store/events.ts'
import { amountText, type RenewalAmount } from '../../resources/renewal-amount.ts'
import type { RenewalItem } from '../../resources/renewal-items.ts'
import { code, cut, date, escapeText } from '../../slack/blocks.ts'
import type { Mute } from '../routing/route.ts'

/** An event as an alert tells it. */
export interface AlertEvent {
  readonly event: string
  readonly eventId: string
  readonly data: Readonly<Record<string, unknown>>
  readonly severity: Severity
  /** The domain that it is about, where only the store knows: CMR does not always name one. */
  readonly domain?: string | null | undefined
  /** Who found it, as in `events.source`: a webhook, a sync, somebody who tests a route, or the bot itself. */
  readonly source?: StoredEvent['source'] | undefined
  readonly details?: AlertDetails | undefined
  readonly handling?: AlertHandling | undefined
}

/** A stored event as an alert tells it. */
export function alertOf(
  stored: Pick<StoredEvent, 'event' | 'event_id' | 'severity' | 'data' | 'domain' | 'source'>,
): AlertEvent {
  const { event, event_id: eventId, severity, domain, source } = stored
  return { event, eventId, severity, data: JSON.parse(stored.data) as AlertEvent['data'], domain, source }
}

/** Something that an alert offers to renew. */
export interface RenewableItem extends RenewalItem {
  /** Undefined where its price is not known. */
  readonly cents?: number | undefined
  readonly isEstimate?: boolean | undefined
  readonly autoRenew?: boolean | undefined
}

/** Reads fields that may be missing or of any type; everything it returns is escaped mrkdwn. */
export interface Reader {
  /** The field's text, or nothing. */
  text(...names: string[]): string | undefined
  /** "acme.com", several names, an id, or "a domain". */
  domain: string
  /** How many pre-warmed mailboxes come with the domains; 0 where the event lists none. */
  preWarmed: number
  /** What follows on `domain`. */
  is: 'is' | 'are'
  /** The same without the domains that CMR does not report as active: what a success is about, if anything is left. */
  active: Pick<Reader, 'domain' | 'is'> | undefined
  /** Those others, as "*b.com* as FAILED", or nothing. */
  notActive: string | undefined
  /** The same without those that it reports as active: what a failed order is about. */
  failed: string
  /** Those others, as "CMR reports *b.com* as ACTIVE.", or nothing. */
  notFailed: string | undefined
  /** The customer's name or e-mail, as " for …", or nothing. */
  customer: string
  /** What people call the customer; else their e-mail, where the event names it. */
  who: string | undefined
  /** Whether it renews by itself, as the event says or as it was last seen. */
  autoRenew: boolean | undefined
  /** "about $15.00": what renewing it costs, as far as that is known. */
  renewal: string | undefined
  /** Cents that the wallet lacks for its renewal, 0 where it covers it; undefined where either is not known. */
  missingCents: number | undefined
  day(name: string): string | undefined
  price(name: string): string | undefined
  /** Several words in one field, however CMR lists them. */
  list(name: string): string | undefined
  /** What stands inside a field. */
  inside(name: string): Reader | undefined
  /** An event inside the event. */
  event(name: string): AlertEvent | undefined
}

/** As many domains as a sentence names. */
const NAMED = 40

/** @param event a webhook's data, as it came, the domain that the store knows it to be about, and what is known besides */
export function reader({
  data,
  domain: known,
  details = {},
}: Pick<AlertEvent, 'data' | 'domain' | 'details'>): Reader {
  const raw = (...names: string[]) => names.map((name) => data[name]).find(isScalar)
  const text = (...names: string[]) => {
    const found = raw(...names)
    return found === undefined ? undefined : escapeText(cut(String(found), 300))
  }
  const listed = listsDomains(data) ? domainNamesIn(data).map((name) => cut(name, 100)) : []
  const others = notActiveIn(data)
  const active = listed.filter((name) => !others.some(({ domain }) => cut(domain, 100) === name))
  const alive = activeIn(data).map((name) => cut(name, 100))
  const who = details.customer ? escapeText(cut(details.customer, 100)) : text('userEmail', 'email')
  // What was too long to be kept is counted all the same.
  const unlisted = leftOut([data.domains].flat()) + leftOut([data.mailboxDetails].flat())
  const one = text('domainName', 'domain') ?? (known ? escapeText(known) : text('domainId')) ?? 'a domain'
  const subject = (names: readonly string[]): Pick<Reader, 'domain' | 'is'> => {
    const unnamed = Math.max(0, names.length - NAMED) + unlisted
    const more = unnamed > 0 ? ` and ${unnamed} more` : ''
    const domain = names.length > 0 ? names.slice(0, NAMED).map(escapeText).join(', ') + more : one
    return { domain, is: names.length > 1 ? 'are' : 'is' }
  }
  return {
    text,
    ...subject(listed),
    active: others.length === 0 || active.length > 0 ? subject(active) : undefined,
    notActive:
      others
        .slice(0, NAMED)
        .map(({ domain, status }) => `*${escapeText(cut(domain, 100))}* as ${escapeText(cut(status, 40))}`)
        .join(', ') || undefined,
    failed: subject(listed.filter((name) => !alive.includes(name))).domain,
    notFailed:
      alive.length > 0
        ? `CMR reports *${alive.slice(0, NAMED).map(escapeText).join(', ')}* as ACTIVE.`
        : undefined,
    preWarmed: [data.mailboxDetails].flat().flatMap(preWarmedIn).length,
    customer: who ? ` for ${who}` : '',
    who,
    autoRenew: typeof data.autoRenew === 'boolean' ? data.autoRenew : details.autoRenew,
    renewal: details.renewal && amountText(details.renewal),
    missingCents: missingFor(details),
    day: (name) => {
      const found = raw(name)
      return found === undefined ? undefined : date(found)
    },
    price: (name) => {
      const found = raw(name)
      const amount = Number(found)
      return found === undefined || !Number.isFinite(amount) ? undefined : money(Math.round(amount * 100))
    },
    list(name) {
      const field = data[name]
      const words = Array.isArray(field) ? field : isObject(field) ? Object.keys(field) : [field]
      const shown = words.filter(isScalar).map((word) => escapeText(cut(String(word), 100)))
      return shown.slice(0, NAMED).join(', ') || undefined
    },
    inside(name) {
      const field = data[name]
      return isObject(field) ? reader({ data: field }) : undefined
    },
    event(name) {
      const inner = data[name] as Partial<AlertEvent> | null | undefined
      if (typeof inner?.event !== 'string' || !isObject(inner.data)) return undefined
      return { event: inner.event, eventId: '', severity: 'info', data: inner.data, domain: inner.domain }
    },
  }
}

function missingFor({ renewal, walletCents }: AlertDetails): number | undefined {
  const due = renewal?.atMostCents ?? renewal?.cents
  return due === undefined || walletCents === undefined ? undefined : Math.max(0, due - walletCents)
}

/** What people call what an event is about, as short as it goes; nothing where it names nothing. */
export function nameIn({ event, data, domain }: AlertEvent): string | undefined {
  const read = reader({ data, domain })
  const mailbox = event.startsWith('mailbox.') ? read.text('email', 'mailboxId') : undefined
  const listed = listsDomains(data) ? read.domain : undefined
  const known = read.text('domainName', 'domain') ?? (domain ? escapeText(domain) : undefined)
  return mailbox ?? listed ?? known ?? read.text('email', 'userEmail', 'subscriptionId', 'orderId', 'userId')
}

/** Ids that CMR's support asks for, as small print. Whose it is stands in the alert, or behind its button. */
export function idLine(data: Readonly<Record<string, unknown>>): string[] {
  const names = ['orderId', 'subscriptionId', 'actionId'] as const
  return names.flatMap((name) => {
    const value = data[name]
    return isScalar(value) ? [`${name} ${code(cut(String(value), 100))}`] : []
  })
}

/** Returns whether an event lists its domains, and so may have several. */
export function listsDomains(data: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(data.domains) || Array.isArray(data.mailboxDetails)
}

function preWarmedIn(item: unknown): unknown[] {
  return isObject(item) && Array.isArray(item.preWarmedUpMailboxes) ? item.preWarmedUpMailboxes : []
}

function isScalar(value: unknown): value is string | number {
  return (typeof value === 'string' && value.trim() !== '') || typeof value === 'number'
}

/** The facts that an event leaves out, as they were last seen at CMR. */
export interface AlertDetails {
  /** What people call the customer: a company, else a person. */
  readonly customer?: string | undefined
  /** What the next renewal of the thing costs. */
  readonly renewal?: RenewalAmount | undefined
  readonly autoRenew?: boolean | undefined
  readonly walletCents?: number | undefined
  /** What has become of the things of a reminder since, by `domain:acme.com`; what is still to do is missing. */
  readonly progress?: ReadonlyMap<string, ItemProgress> | undefined
}

/** What has become of a thing since somebody was reminded of it. */
export interface ItemProgress {
  readonly what:
    | 'renewed'
    | 'being renewed'
    | 'renews by itself now'
    | 'its domain is renewed'
    | 'over'
    | 'no longer at CMR'
  /** ISO 8601: the end of what is paid now. */
  readonly until?: string
}

/** Who did something, and when. */
interface PersonAt {
  /** Slack user id. */
  readonly by: string
  /** ISO 8601. */
  readonly at: string
}

/** What has been done about an event since it came. */
export interface AlertHandling {
  /** The event that ended its trouble. */
  readonly ended?: { readonly event: string; readonly at: string } | undefined
  readonly acknowledged?: PersonAt | undefined
  readonly mute?: Mute | undefined
  /** Reminders that are still to come; `at` is when. */
  readonly snoozes?: readonly PersonAt[] | undefined
}
