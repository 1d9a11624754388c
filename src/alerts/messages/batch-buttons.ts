import type { ActionsBlock } from '@slack/types'
import { amountText } from '../../resources/renewal-amount.ts'
import { actions, button } from '../../slack/blocks.ts'
import { alertOf } from './event-alerts.ts'
import type { AlertEvent, RenewableItem } from './read.ts'

/** What a batch depends on beside its events. */
export interface BatchState {
  /** The message that it is, whose events its buttons act on; a batch without it has none. */
  readonly deliveryId?: string | undefined
  /** Who has taken over all of it, and when. */
  readonly takenBy?: { readonly by: string; readonly at: string } | undefined
}

/** The suffix of an action_id whose value is the id of a message: the command acts on all that is open in it. */
export const messageSuffix = 'message'

/** Names all of a message to `/cmr alerts acknowledge`. */
export const allOf = (deliveryId: string) => `message:${deliveryId}`

const isOpen = ({ severity, handling }: AlertEvent) =>
  (severity === 'urgent' || severity === 'bad') && handling?.ended === undefined

/** Returns what can be renewed of events that nobody has dealt with, each thing once. */
export function openItems(events: readonly AlertEvent[]): RenewableItem[] {
  const items = events.filter(isOpen).flatMap((event) => alertOf(event)?.renews?.(event) ?? [])
  return [...new Map(items.map((item) => [`${item.kind} ${item.id}`, item])).values()]
}

/** Returns the buttons that act on all of a message at once; nothing where nobody has to act. */
export function batchButtons(
  events: readonly AlertEvent[],
  { deliveryId, takenBy }: BatchState,
): ActionsBlock[] {
  const open = events.filter(isOpen)
  if (!deliveryId || open.length === 0) return []
  const items = openItems(events)
  const off = items.filter(({ autoRenew }) => autoRenew === false)
  const buttons = [
    items.length > 0 &&
      button({
        text: renewText(items),
        actionId: `renewals.renew:${messageSuffix}`,
        value: deliveryId,
        style: 'primary',
      }),
    off.length > 0 &&
      button({
        text:
          off.length === items.length ? 'Turn auto-renew on for all' : `Turn auto-renew on for ${off.length}`,
        actionId: `renewals.auto-renew:${messageSuffix}`,
        value: deliveryId,
      }),
    !takenBy && button({ text: 'Acknowledge all', actionId: 'alerts.acknowledge', value: allOf(deliveryId) }),
  ].filter((one) => !!one)
  return buttons.length > 0 ? [actions(...buttons)] : []
}

/** "Renew all 7 for $57.00" */
function renewText(items: readonly RenewableItem[]): string {
  const what = items.length === 1 ? 'Renew it' : `Renew all ${items.length}`
  const amount = amountOfAll(items)
  return amount ? `${what} for ${amountText(amount)}` : what
}

/** Returns what it costs to renew several things; nothing where the price of one is not known. */
export function amountOfAll(
  items: readonly RenewableItem[],
): { readonly cents: number; readonly isEstimate: boolean } | undefined {
  const known = items.flatMap(({ cents }) => cents ?? [])
  if (known.length === 0 || known.length < items.length) return undefined
  return {
    cents: known.reduce((sum, cents) => sum + cents, 0),
    isEstimate: items.some(({ isEstimate }) => isEstimate),
  }
}
