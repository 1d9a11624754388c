import { domains } from '../cmr/endpoints/domains.ts'
import { domainList } from '../messages/answers.ts'
import { endpointCommand } from './endpoints.ts'
import { domainRenewalPrice } from './prices.ts'

const list = endpointCommand(domains.list, {
  summary: 'List a user’s domains',
  show: ({ data }, { ids }) =>
    domainList(String(ids.userId), Array.isArray(data) ? data : (data.domains ?? [])),
})

const renew = endpointCommand(domains.renew, {
  summary: 'Renew domains',
  price: ({ context, ids }) =>
    domainRenewalPrice(context, ids as { userId: string; domains: string[]; years?: number }),
})

/** `/cmr domains …` */
export const domainCommands = [
  list,
  endpointCommand(domains.get, { summary: 'Show a domain' }),
  endpointCommand(domains.suggest, { summary: 'Suggest domains' }),
  endpointCommand(domains.available, { summary: 'Is a domain free?' }),
  endpointCommand(domains.workspace, { summary: 'Check workspaces' }),
  endpointCommand(domains['renewal-price'], { summary: 'Price of renewal' }),
  renew,
  endpointCommand(domains['auto-renew'], { summary: 'Auto-renew of domains' }),
  endpointCommand(domains.forward, { summary: 'Forward domains' }),
  endpointCommand(domains['forward-email'], { summary: 'Forward a domain’s mail' }),
  endpointCommand(domains['client-id'], { summary: 'Add a Google client ID' }),
  endpointCommand(domains.remove, { summary: 'Remove domains' }),
]
