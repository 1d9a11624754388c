import { z } from 'zod'
import { dns } from '../../cmr/endpoints/dns.ts'
import type { Prefill } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { Values } from '../../commands/field.ts'
import { escapeText } from '../../slack/blocks.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { ofDomain } from './fields.ts'
import { nameserverLines, nameserverReceipt } from './messages.ts'
import { reconcileNameservers } from './reconcile.ts'
import { isHostname } from './records.ts'
import { domainDetails, idsIn, recordsOf } from './zone.ts'

export const nameservers = endpointCommand(dns.nameservers, {
  summary: 'Replace nameservers',
  about:
    'Replaces all nameservers of a domain. Mail and website stop if the new ones do not know the domain.',
  sensitive: 'nameservers',
  reconcile: reconcileNameservers,
  example: 'acme.com "ns1.acme.net ns2.acme.net"',
  submit: 'Replace',
  input: z
    .object({
      ...ofDomain,
      nameservers: dns.nameservers.body.shape.nameservers
        .refine((names) => names.length >= 2, 'A domain needs at least two nameservers.')
        .meta({ label: 'Nameservers', hint: 'The whole list, one per line, including those that stay' }),
    })
    .superRefine(({ nameservers: names }, refinement) => {
      const wrong = names.filter((name) => !isHostname(name))
      if (wrong.length) {
        const message = `${wrong.join(', ')}: a nameserver is the name of a host, such as ns1.acme.com.`
        refinement.addIssue({ code: 'custom', path: ['nameservers'], message })
      }
    }),
  positional: ['userId', 'domain', 'nameservers'],
  prefill: currentNameservers,
  follow: currentNameservers,
  before: ({ context, ids }) => nameserversOf(context, ids),
  async asks({ ids, before }) {
    const text = [
      `*Replace the nameservers of ${escapeText(ids.domain)}?*`,
      nameserverLines(before, ids.nameservers),
      'The whole list is replaced. It takes up to *48 hours* to spread, and *mail and website stop* if the new ones do not know this domain. The DNS records here then no longer count.',
    ]
    return { text: text.join('\n'), typed: ids.domain }
  },
  show: (_, { ids, before }) => nameserverReceipt(ids, before, ids.nameservers),
})

async function nameserversOf(context: CommandContext, of: { userId: string; domain: string }) {
  const { details } = await domainDetails(context, of)
  const told = details.nameservers
  if (Array.isArray(told)) return told.map(String)
  const { records } = await recordsOf(context, of)
  const own = records.filter((one) => one.recordType === 'NS' && (one.host || '@') === '@')
  return own.map((one) => String(one.value))
}

async function currentNameservers(context: CommandContext, values: Values): Promise<Prefill> {
  const of = await idsIn(context, values)
  if (!of) return { values: {} }
  const current = await nameserversOf(context, of)
  return { values: { userId: of.userId, nameservers: current.join('\n') } }
}
