import { isDomainName } from '../../cmr/normal-forms.ts'
import type { DirectoryEntry, EntryKind } from '../store/rows.ts'
import type { Findings, FoundEntry } from '../store/search.ts'
import { spelled } from '../store/spelling.ts'

/** What people call each kind, one and several. */
export const kindNames: Readonly<Record<EntryKind, readonly [one: string, several: string]>> = {
  user: ['customer', 'customers'],
  domain: ['domain', 'domains'],
  mailbox: ['mailbox', 'mailboxes'],
  subscription: ['subscription', 'subscriptions'],
  order: ['order', 'orders'],
}

/** One line that tells a thing from the others of its name; plain text: "jane@acme.com · Acme Inc. · ACTIVE". */
export function thingLabel(row: FoundEntry): string {
  const parts =
    row.kind === 'user'
      ? [row.name, emailOf(row)]
      : [row.name, row.owner, row.status, ...(row.kind === 'order' ? [row.id] : [])]
  return [...new Set(parts.filter((part) => !!part))].join(' · ')
}

/** The e-mail address of a user or mailbox, where it is known. */
export function emailOf(row: Pick<DirectoryEntry, 'data'>): string | undefined {
  const { email } = JSON.parse(row.data) as { email?: unknown }
  return typeof email === 'string' ? email : undefined
}

/** The command that shows a thing, and its values. */
export interface OpeningCommand {
  /** `noun.verb` */
  readonly command: string
  readonly values: Readonly<Record<string, string>>
}

/** Returns what shows a thing that was found. */
export function openingOf({ kind, id, user_id }: FoundEntry): OpeningCommand {
  const of: Record<string, string> = user_id ? { userId: user_id } : {}
  switch (kind) {
    case 'user':
      return { command: 'users.get', values: { userId: id } }
    case 'domain':
      return { command: 'domains.get', values: { domain: id, ...of } }
    case 'mailbox':
      return { command: 'mailboxes.get', values: { mailboxId: id } }
    case 'subscription':
      return { command: 'subscriptions.list', values: { componentSubscriptionId: id } }
    case 'order':
      return { command: 'orders.get', values: { orderId: id, ...of } }
  }
}

/**
 * Returns what shows the one thing that somebody means by a bare name; undefined where several go by it. A domain is
 * rather meant than the subscription of its name.
 */
export function opening({ rows, left }: Findings, text: string): OpeningCommand | undefined {
  const exact = rows.filter((row) => isCalled(row, text))
  const candidates = exact.length > 0 ? exact : left === 0 ? rows : []
  const domains = isDomainName(text) ? exact.filter(({ kind }) => kind === 'domain') : []
  const [only, ...others] = domains.length > 0 ? domains : candidates
  return only && others.length === 0 ? openingOf(only) : undefined
}

function isCalled(row: FoundEntry, text: string): boolean {
  const names = [row.id, row.name, emailOf(row) ?? ''].map(spelled)
  return names.includes(spelled(text))
}

/** Returns some names in a row, and how many more there are: "acme.com, beta.com and 3 more". */
export function namesUpTo(names: readonly string[], most: number, between = ', '): string {
  const more = names.length > most ? ` and ${names.length - most} more` : ''
  return names.slice(0, most).join(between) + more
}
