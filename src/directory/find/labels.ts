import type { DirectoryEntry, EntryKind } from '../store/rows.ts'
import type { FoundEntry } from '../store/search.ts'

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
