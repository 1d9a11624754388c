import { z } from 'zod'
import { dns } from '../../cmr/endpoints/dns.ts'
import { InputError, type Prefill } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { askedWhen, type Values } from '../../commands/field.ts'
import { eachIn } from '../../operations/expected-results.ts'
import { escapeText, option } from '../../slack/blocks.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { type MailNeed, neededRecord } from './mail.ts'
import { changeLines, nameserverLines, nameserverReceipt, recordReceipt, recordText } from './messages.ts'
import { changedTagsLines, type DnsRecord, isHostname, recordFaults } from './records.ts'
import { changedDoubt, changeReworded } from './typed-record.ts'
import {
  domainDetails,
  fields,
  idsIn,
  movesMail,
  need,
  ofDomain,
  reconcileChangedRecord,
  reconcileDeletedRecord,
  reconcileNameservers,
  recordId,
  recordOf,
  recordsCalled,
  recordsOf,
  refuse,
  WITHOUT_ID,
  withId,
} from './zone.ts'

export const change = endpointCommand(dns.update, {
  summary: 'Change a DNS record',
  example: 'acme.com TXT _dmarc',
  reword: changeReworded,
  doubt: changedDoubt,
  about: 'Changes a DNS record of a domain.',
  consequence: async (context, given) => movesMail(given) ?? movesMail(await replacedRecord(context, given)),
  expects: eachIn('body', 'domain', 'record'),
  reconcile: reconcileChangedRecord,
  submit: 'Change',
  input: z
    .object({
      ...ofDomain,
      recordId: recordId.meta({ reloads: true }),
      ...askedWhen(fields, ({ recordId: chosen }) => Boolean(chosen)),
      need,
    })
    .superRefine((wanted, refinement) => refuse(recordFaults(wanted), refinement)),
  positional: ['userId', 'domain', 'recordId'],
  prefill: (context, given) => choices(context, given, (of, one) => mended(context, of, one, given.need)),
  follow: (context, values) => choices(context, values, async (_, one) => one),
  before: ({ context, ids }) => recordOf(context, ids),
  async asks({ ids, before }) {
    return {
      text: [
        `*Change a record of ${escapeText(ids.domain)}?*`,
        changeLines(before, after(before, ids)),
        ...changedTagsLines(ids),
      ].join('\n'),
      // The record that was shown is the one that changes, whatever is called so by then.
      input: { recordId: before.recordId },
    }
  },
  show: (_, { ids, before }) => recordReceipt(ids, 'changed', changeLines(before, after(before, ids))),
})

/** The record that is there now; while CMR does not tell, it counts as one that mail depends on. */
async function replacedRecord(context: CommandContext, given: Values): Promise<DnsRecord> {
  try {
    const of = await idsIn(context, given)
    return of ? await recordOf(context, { ...of, recordId: String(given.recordId) }) : {}
  } catch (error) {
    if (error instanceof InputError) throw error
    return { recordType: 'MX' }
  }
}

/** CMR takes no priority with a change: it stays. */
const after = (before: DnsRecord, wanted: DnsRecord): DnsRecord => ({
  ...wanted,
  priority: wanted.recordType === 'MX' ? before.priority : undefined,
})

/** The records of the chosen domain to choose from and, once one is, what is to stand there. */
async function choices(
  context: CommandContext,
  values: Values,
  wanted: (of: { userId: string; domain: string }, record: DnsRecord) => Promise<DnsRecord>,
): Promise<Prefill> {
  const of = await idsIn(context, values)
  if (!of) return { values: {} }
  const { records } = await recordsOf(context, of)
  if (records.length === 0) throw new InputError('domain', `${of.domain} has no DNS record.`)
  const nameable = withId(records)
  if (nameable.length === 0) throw new InputError('domain', `The records of ${of.domain}: ${WITHOUT_ID}`)
  const options = {
    recordId: nameable.map((one) => option(recordText(one), String(one.recordId))),
  }
  const called = values.recordId ? recordsCalled(records, String(values.recordId), of.domain) : []
  const [found, ...others] = withId(called)
  if (!found || others.length > 0) return { values: { userId: of.userId, recordId: '' }, options }
  const { recordType, host, value } = await wanted(of, found)
  const meant = { recordId: found.recordId }
  return { values: { userId: of.userId, recordType, host, value }, meant, options }
}

async function mended(
  context: CommandContext,
  of: { userId: string; domain: string },
  standing: DnsRecord,
  forWhat: unknown,
): Promise<DnsRecord> {
  if (!forWhat || forWhat === 'DMARC') return standing
  const { provider } = await domainDetails(context, of)
  return { ...standing, ...neededRecord(forWhat as MailNeed, { domain: of.domain, provider, standing }) }
}

export const remove = endpointCommand(dns.delete, {
  summary: 'Delete a DNS record',
  about: 'Deletes a DNS record of a domain for good.',
  expects: eachIn('query', 'domain', 'record'),
  reconcile: reconcileDeletedRecord,
  example: 'acme.com TXT _dmarc',
  submit: 'Delete for good',
  input: z.object({ ...ofDomain, recordId }),
  positional: ['userId', 'domain', 'recordId'],
  prefill: (context, given) => choices(context, given, async (_, one) => one),
  follow: (context, values) => choices(context, values, async (_, one) => one),
  before: ({ context, ids }) => recordOf(context, ids),
  request: ({ userId, domain }, { before }) => ({ query: { userId, domain, recordId: before.recordId } }),
  async asks({ ids, before }) {
    const mail = before.recordType === 'MX' ? '\nWithout it, *mail may no longer arrive*.' : ''
    return {
      text: `*Delete from ${escapeText(ids.domain)}, for good?*\n${changeLines(before, undefined)}${mail}`,
      typed: ids.domain,
      input: { recordId: before.recordId },
    }
  },
  show: (_, { ids, before }) => recordReceipt(ids, 'deleted', changeLines(before, undefined)),
})

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
