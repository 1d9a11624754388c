import { warmup } from '../cmr/endpoints/mailboxes.ts'
import { endpointCommand } from './endpoints.ts'
import { warmupPrice } from './prices.ts'

/** `/cmr warmup …` */
export const warmupCommands = [
  endpointCommand(warmup.add, {
    summary: 'Start a warm-up',
    price: ({ context, ids }) => warmupPrice(context, String(ids.mailboxId)),
  }),
  endpointCommand(warmup.remove, { summary: 'Remove a warm-up' }),
  endpointCommand(warmup.toggle, { summary: 'Toggle a warm-up' }),
  endpointCommand(warmup.status, { summary: 'Pause or resume warm-up' }),
  endpointCommand(warmup.settings, { summary: 'Warm-up settings' }),
]
