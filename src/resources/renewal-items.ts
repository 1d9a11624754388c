import type { Button } from '@slack/types'
import { RENEWABLE_DAYS } from '../cmr/endpoints/domains.ts'
import { addDays } from '../process/dates.ts'
import { button, longestValue } from '../slack/blocks.ts'

/** Something that can be renewed: a domain by its name, a subscription by CMR's id. */
export interface RenewalItem {
  readonly kind: 'domain' | 'subscription'
  readonly id: string
}

/**
 * So many days before its end somebody is asked to renew a thing: a domain once CMR takes it ("Renewal"), mailboxes,
 * which are paid by the month, in the second half of theirs, so that what has just been renewed is not offered again.
 */
export const DUE_DAYS: Readonly<Record<RenewalItem['kind'], number>> = {
  domain: RENEWABLE_DAYS,
  subscription: 14,
}

/** Returns whether it is time to renew what ends, or is due, at a moment. */
export function isTimeToRenew(
  { kind, at }: { readonly kind: RenewalItem['kind']; readonly at: Date },
  now: Date,
): boolean {
  return at <= addDays(now, DUE_DAYS[kind])
}

/** A renewal may wait 26 hours for its domain's: nothing is given up before. */
export const RENEWAL_DEADLINE_MINUTES = 26 * 60

/** As many as one operation renews: a confirmation still names every one. */
export const MOST_RENEWED = 100

/** Returns each thing once, as it was named last. */
export function onceEach<Item extends RenewalItem>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((one) => [spokenItem(one), one])).values()]
}

/** Returns how a thing is named to `/cmr renewals renew`: `domain:acme.com`. */
export const spokenItem = ({ kind, id }: RenewalItem) => `${kind}:${id}`

/**
 * Returns the button that opens the confirmation of renewing several things as one operation, each with its price.
 * Of more than a button holds it takes the first, and says so.
 * @param items the most urgent first
 */
export function renewItemsButton(
  items: readonly RenewalItem[],
  {
    text = 'Renew these',
    suffix = '',
  }: { readonly text?: string | undefined; readonly suffix?: string | undefined } = {},
): Button | undefined {
  const fitting = thoseThatFit(items.slice(0, MOST_RENEWED))
  if (fitting.length === 0) return undefined
  return button({
    text: fitting.length < items.length ? `Renew the first ${fitting.length}` : text,
    actionId: `renewals.renew${suffix && `:${suffix}`}`,
    value: argumentsFor(fitting),
    style: 'primary',
  })
}

/** Returns the button that turns auto-renew on for several things; of more than it holds, for the first. */
export function autoRenewItemsButton(items: readonly RenewalItem[]): Button | undefined {
  const fitting = thoseThatFit(items.slice(0, MOST_RENEWED))
  if (fitting.length === 0) return undefined
  const which = fitting.length < items.length ? `the first ${fitting.length}` : 'these'
  return button({
    text: `Turn auto-renew on for ${which}`,
    actionId: 'renewals.auto-renew',
    value: argumentsFor(fitting),
  })
}

function thoseThatFit(items: readonly RenewalItem[]): readonly RenewalItem[] {
  return argumentsFor(items).length <= longestValue ? items : thoseThatFit(items.slice(0, -1))
}

const argumentsFor = (items: readonly RenewalItem[]) => `items="${items.map(spokenItem).join(' ')}"`
