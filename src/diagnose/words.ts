import type { Mailbox } from '../cmr/answers/mailboxes.ts'
import { counted, escapeText } from '../slack/blocks.ts'

/** Returns CMR's own words as a sentence; mrkdwn. */
export function sentenceFrom(text: string): string {
  const said = escapeText(text.trim())
  return /[.!?]$/.test(said) ? said : `${said}.`
}

/** "jane@acme.com", "jane@acme.com and john@acme.com", "3 of its 5 mailboxes"; mrkdwn. */
export function mailboxNames(some: readonly Mailbox[], all: readonly Mailbox[]): string {
  const names = some.map(({ email, mailboxId }) => `*${escapeText(email ?? mailboxId)}*`)
  if (names.length <= 2) return names.join(' and ')
  if (some.length === all.length) return `All of its ${some.length} mailboxes`
  return `${some.length} of its ${all.length} mailboxes`
}

/** "its mailbox", "its 3 mailboxes". */
export function itsMailboxes(count: number | undefined): string {
  if (count === undefined || count === 0) return 'its mailboxes'
  return count === 1 ? 'its mailbox' : `its ${counted(count, 'mailbox', 'mailboxes')}`
}

/** A moment as CMR's support reads it: "2026-11-28 21:51 UTC"; as it came where it is none. */
export function utcMoment(when: Date | string | undefined): string {
  const date = when instanceof Date ? when : new Date(when ?? Number.NaN)
  if (Number.isNaN(date.getTime())) return typeof when === 'string' ? when : 'unknown'
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
