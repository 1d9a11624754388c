import { z } from 'zod'
import {
  autoRenew,
  forwardTo,
  microsoftOauthRoute,
  newDomains,
  provider,
  userId,
} from '../cmr/endpoints/fields.ts'
import { prewarm } from '../cmr/endpoints/prewarm.ts'
import { endpointCommand } from './endpoints.ts'
import { prewarmPrice } from './prices.ts'

const input = z.object({
  userId,
  domains: newDomains,
  serviceProvider: provider,
  forwardTo: forwardTo.optional(),
  autoRenew: autoRenew.optional(),
  microsoftOauthRoute: microsoftOauthRoute.optional(),
})

function request({ userId: user, domains: names, forwardTo: target, ...rest }: z.output<typeof input>) {
  const order = names.map((domain) => ({ domain, ...(target && { forwardTo: target }) }))
  return { query: { userId: user }, body: { ...rest, order } }
}

/** `/cmr prewarm …` */
export const prewarmCommands = [
  endpointCommand(prewarm.list, { summary: 'Pre-warmed inventory' }),
  endpointCommand(prewarm.order, {
    summary: 'Order pre-warmed',
    input,
    request,
    price: ({ context, ids }) => prewarmPrice(context, ids.domains),
  }),
  endpointCommand(prewarm['sandbox-list'], { summary: 'Sandbox inventory' }),
  endpointCommand(prewarm['sandbox-order'], { summary: 'Sandbox order', input, request }),
  endpointCommand(prewarm['sandbox-reset'], { summary: 'Reset the sandbox' }),
]
