import { date, escapeText } from '../../slack/blocks.ts'
import type { RecentCharge } from '../recent-charges.ts'

/** Charges that a warning spells out. */
const NAMED = 5

const did: Partial<Record<RecentCharge['kind'], string>> = {
  domain: 'Registered',
  mailbox: 'Created',
  order: 'Processed',
  'pre-warmed': 'Ordered',
  cancellation: 'Cancelled',
  recreation: 'Recreated',
  'warm-up': 'Warm-up started',
  removal: 'Removed',
  placement: 'Tested',
}

/** Returns the warning shown before the same thing is paid for again, as mrkdwn. */
export function recentChargesText(charges: readonly RecentCharge[], now: Date): string {
  const more = charges.length - NAMED
  return [
    ':warning: *This was done recently.* If you confirm, it is done and paid for again:',
    ...charges.slice(0, NAMED).map((one) => `• ${lineOf(one, now)}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n')
}

/** Returns what a person reads who confirms what was done after the confirmation was shown; plain text. */
export function doneMeanwhileSentence({ kind, name }: RecentCharge): string {
  return `Nothing was sent, because this was done meanwhile without the bot (by auto-renew, or in CMR’s dashboard): ${name}: ${did[kind] ?? 'Renewed'}. Run the command again if you want to pay for it again.`
}

/** "acme.com: Renewed 5 s ago by Ana, paid until Jan 5" */
function lineOf({ kind, name, at, by, paidUntil }: RecentCharge, now: Date): string {
  const who = by ? `by <@${by}>` : 'without the bot (by auto-renew, or in CMR’s dashboard)'
  const until = paidUntil ? `, paid until ${date(paidUntil)}` : ''
  return `${escapeText(name)}: ${did[kind] ?? 'Renewed'} ${ago(new Date(at), now)} ${who}${until}`
}

function ago(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000))
  if (seconds < 120) return `${seconds} s ago`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`
}
