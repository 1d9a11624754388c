import { dns } from '../cmr/endpoints/dns.ts'
import { endpointCommand } from './endpoints.ts'

/** `/cmr dns …` */
export const dnsCommands = [
  endpointCommand(dns.list, { summary: 'List DNS records' }),
  endpointCommand(dns.add, { summary: 'Add a DNS record' }),
  endpointCommand(dns.update, { summary: 'Change a DNS record' }),
  endpointCommand(dns.delete, { summary: 'Delete a DNS record' }),
  endpointCommand(dns.nameservers, { summary: 'Replace nameservers' }),
]
