import type { Button } from '@slack/types'
import { button } from '../../slack/blocks.ts'

/**
 * Returns the buttons of an order that waits to be processed.
 * @param order the arguments that name it
 * @param suffix tells them from others of the same message
 */
export function parkedButtons(order: string, suffix = ''): Button[] {
  return [
    button({ text: 'Process order', actionId: `orders.process${suffix}`, value: order, style: 'primary' }),
    button({ text: 'Drop', actionId: `orders.drop${suffix}`, value: order }),
  ]
}

/** Returns the button that adds what the domains of an operation lack for mail. */
export function addMissing(id: string): Button {
  return button({
    text: 'Add what is missing',
    actionId: 'dns.set-up',
    value: `operation=${id}`,
    style: 'primary',
  })
}

/** Returns the buttons that record the outcome of an unknown or overdue operation. */
export function decisions(id: string): Button[] {
  return [
    button({ text: 'It happened', actionId: 'operations.settle:yes', value: `${id} yes`, style: 'primary' }),
    button({
      text: 'It did not happen',
      actionId: 'operations.settle:no',
      value: `${id} no`,
      style: 'danger',
    }),
    button({ text: 'Keep checking', actionId: 'operations.look', value: id }),
  ]
}
