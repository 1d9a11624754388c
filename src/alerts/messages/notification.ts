import { declarationOf } from '../../cmr/events/index.ts'
import { cut, escapeText } from '../../slack/blocks.ts'
import { ownTitleOf } from '../own-events.ts'
import { alertOf } from './event-alerts.ts'
import { type AlertEvent, listsDomains, nameIn, reader } from './read.ts'

/** A phone shows so much of a notification before somebody opens it. */
const SHOWN = 80
/** Few domains are longer, and the message has the whole name. */
const NAME = 32
const SHORTEST = 8

/** What a phone has to show of an event, in escaped mrkdwn. */
interface NotificationParts {
  readonly name?: string | undefined
  readonly customer?: string | undefined
  readonly amount?: string | undefined
}

/** Returns an event's name, customer and amount, as far as they are known. */
export function notificationParts(event: AlertEvent): NotificationParts {
  const { who } = reader(event)
  // Of several that CMR lists, the headline says which are meant.
  const name = listsDomains(event.data) ? undefined : nameIn(event)
  return { name, customer: who === name ? undefined : who, amount: alertOf(event)?.amount?.(event) }
}

/** Returns what kind of event it is in a few words, escaped: "payment failed". */
export function titleOf({ event }: Pick<AlertEvent, 'event'>): string {
  return declarationOf(event)?.title ?? ownTitleOf(event) ?? escapeText(cut(event, 100))
}

/** Returns the headline with the customer and the amount behind it, where it does not name them. */
export function withParts(headline: string, { customer, amount }: NotificationParts): string {
  const missing = [customer, amount].filter((part) => part && !headline.includes(part))
  return missing.length > 0 ? `${headline} (${missing.join(', ')})` : headline
}

/**
 * Returns the first line of a notification. Where its first 80 characters would not name the thing, the customer and the
 * amount, these come before the sentence, as short as it takes.
 * @param first the sign and the headline
 */
export function notificationLine(
  first: { readonly sign: string; readonly headline: string },
  parts: NotificationParts,
  title: string,
): string {
  const line = `${first.sign} ${first.headline}`
  const { name, customer, amount } = parts
  const visible = line.slice(0, SHOWN)
  if ([name, customer, amount].every((part) => !part || visible.includes(part))) return line
  const short = name && cut(name, NAME)
  const taken = [first.sign, short, amount].filter(Boolean).join(', ').length + ', '.length
  const whose = customer && cut(customer, Math.max(SHORTEST, SHOWN - taken))
  const named = [short, whose, amount].filter(Boolean).join(', ')
  return `${first.sign} ${named}: ${title}. ${first.headline}`
}
