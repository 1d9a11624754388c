import { isObject } from '../../cmr/json.ts'
import { money, toCents } from '../../cmr/money.ts'
import { date, escapeText } from '../../slack/blocks.ts'
import type { AlertEvent } from './read.ts'

/** A field of a subscription that an event changes, as people read it. */
interface ChangedField {
  readonly name: string
  readonly label: string
  show(value: unknown): string | undefined
}

const onOff = (value: unknown) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : undefined)
const plainWord = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? escapeText(value) : undefined
const price = (value: unknown) => {
  const cents = toCents(value)
  return cents === undefined ? undefined : money(cents)
}

const fields: readonly ChangedField[] = [
  { name: 'quantity', label: 'Mailboxes', show: plainWord },
  { name: 'autoRenew', label: 'Auto-renew', show: onOff },
  { name: 'periodEnd', label: 'Paid until', show: (value) => (value ? date(value) : undefined) },
  { name: 'subscriptionStatus', label: 'Status', show: plainWord },
]

/** The price of a mailbox before and after, and what that makes of all of them a month; each as people read it. */
export interface PriceChange {
  readonly from: string
  readonly to: string
  readonly isRise: boolean
  readonly sums?: { readonly from: string; readonly to: string } | undefined
}

/** Returns how the price of a mailbox has changed; undefined where it has not, or where the price before is not known. */
export function priceChange({ data }: Pick<AlertEvent, 'data'>): PriceChange | undefined {
  const before = isObject(data.before) ? data.before : {}
  const [old, now] = [toCents(before.pricePerMailbox), toCents(data.pricePerMailbox)]
  if (old === undefined || now === undefined || old === now) return undefined
  const count = Number(data.quantity ?? before.quantity)
  const sums =
    Number.isInteger(count) && count > 1 ? { from: money(old * count), to: money(now * count) } : undefined
  return { from: money(old), to: money(now), isRise: now > old, sums }
}

/** Returns what else has changed, a line each: "Auto-renew: on → off". */
export function changedLines({ data }: Pick<AlertEvent, 'data'>): string[] {
  const before = isObject(data.before) ? data.before : {}
  return fields.flatMap(({ name, label, show }) => {
    const [old, now] = [show(before[name]), show(data[name])]
    return old && now && old !== now ? [`${label}: ${old} → ${now}`] : []
  })
}

/** Returns the price of a mailbox as an event tells it, where no price before is known to compare it with. */
export function priceNow({ data }: Pick<AlertEvent, 'data'>): string | undefined {
  return isObject(data.before) && data.before.pricePerMailbox !== undefined
    ? undefined
    : price(data.pricePerMailbox)
}
