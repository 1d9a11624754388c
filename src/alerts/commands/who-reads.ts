import { askAboutReaders } from '../../commands/readers-question.ts'
import type { AlertContext } from './alert-command.ts'

/** Asks before a route posts where outsiders would read what CMR says of customers. */
export function askWhoReads(
  { alerts }: AlertContext,
  where: string | undefined,
  { outsiders }: { readonly outsiders?: boolean | undefined },
) {
  const what = 'every alert there: names of customers, domains and mailboxes, and what they cost'
  return askAboutReaders(alerts.channelAccess, { channel: where, isAsked: outsiders, what })
}
