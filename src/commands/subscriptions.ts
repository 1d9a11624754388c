import { subscriptions } from '../cmr/endpoints/subscriptions.ts'
import { endpointCommand } from './endpoints.ts'
import { recreationPrice, subscriptionRenewalPrice } from './prices.ts'

/** `/cmr subscriptions …` */
export const subscriptionCommands = [
  endpointCommand(subscriptions.list, { summary: 'List subscriptions' }),
  endpointCommand(subscriptions.renew, {
    summary: 'Renew subscriptions',
    price: ({ context, ids }) => subscriptionRenewalPrice(context, ids.subscriptionIds as string[]),
  }),
  endpointCommand(subscriptions['auto-renew'], { summary: 'Auto-renew of one' }),
  endpointCommand(subscriptions.cancel, { summary: 'Cancel a subscription' }),
  endpointCommand(subscriptions.recreate, {
    summary: 'Recreate subscriptions',
    price: ({ context, ids }) => recreationPrice(context, ids),
  }),
]
