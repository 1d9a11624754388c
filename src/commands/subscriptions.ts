import { subscriptions } from '../cmr/endpoints/subscriptions.ts'
import { endpointCommand } from './endpoints.ts'

/** `/cmr subscriptions …` */
export const subscriptionCommands = [
  endpointCommand(subscriptions.list, { summary: 'List subscriptions' }),
  endpointCommand(subscriptions.renew, { summary: 'Renew subscriptions' }),
  endpointCommand(subscriptions['auto-renew'], { summary: 'Auto-renew of one' }),
  endpointCommand(subscriptions.cancel, { summary: 'Cancel a subscription' }),
  endpointCommand(subscriptions.recreate, {
    summary: 'Recreate subscriptions',
    price: async () => undefined,
  }),
]
