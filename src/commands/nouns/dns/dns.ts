import { z } from 'zod'
import { dns } from '../../../cmr/endpoints/dns.ts'
import { domain, userId } from '../../../cmr/endpoints/fields.ts'
import { option } from '../../../forms/form.ts'
import { escapeText } from '../../../messages/blocks.ts'
import {
  changeLines,
  mailCheck,
  nameserverLines,
  nameserverReceipt,
  recordList,
  recordReceipt,
  recordText,
} from '../../../messages/dns.ts'
import { command, InputError, type Prefill } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { endpointCommand } from '../../endpoints.ts'
import { named } from '../../names.ts'
import { type MailNeed, type MailProvider, mailFindings, mailNeeds, neededRecord } from './mail.ts'
import { type DnsRecord, isHostname, newRecordFaults, recordFaults } from './records.ts'

type Values = Readonly<Record<string, unknown>>

const ofDomain = { domain: domain.meta({ ...domain.meta(), reloads: true }), userId }
const whose = z.object({ domain, userId: userId.optional() })
const record = dns.add.body.shape.records.element.shape
const fields = {
  recordType: record.recordType,
  host: record.host.meta({
    label: 'Host',
    example: '@',
    hint: '@ is the domain itself; otherwise the part before it: www, _dmarc',
  }),
  value: record.value.meta({
    label: 'Value',
    multiline: true,
    example: 'v=spf1 include:_spf.google.com ~all',
  }),
}
const recordId = dns.update.body.shape.recordId.meta({
  label: 'Record',
  offered: true,
  when: (values: Values) => Boolean(values.domain),
})
/** What a record is for, where a button knows it. */
const need = z.enum(mailNeeds).optional().meta({ label: 'For', hidden: true })

/** Puts each fault at its field. */
function refuse(faults: Readonly<Record<string, string>>, refinement: z.core.$RefinementCtx) {
  for (const [field, message] of Object.entries(faults))
    refinement.addIssue({ code: 'custom', path: [field], message })
}

async function recordsOf({ cmr }: CommandContext, of: { userId: string; domain: string }) {
  const { data } = await cmr.dns.list({ query: { userId: of.userId, domain: of.domain } })
  return { records: data.records as DnsRecord[], disabled: data.disabledRecords as DnsRecord[] }
}

async function recordOf(context: CommandContext, of: { userId: string; domain: string; recordId: string }) {
  const { records } = await recordsOf(context, of)
  const found = records.find((one) => one.recordId === of.recordId)
  if (!found) throw new InputError('recordId', `${of.domain} no longer has that record. Pick it again.`)
  return found
}

/** The customer and domain of a form that is being filled, once both are known. */
async function idsIn(context: CommandContext, values: Values) {
  if (!values.domain) return undefined
  const { ids } = await named(context, whose, values)
  return { userId: String(ids.userId), domain: String(ids.domain) }
}

async function domainDetails({ cmr }: CommandContext, of: { userId: string; domain: string }) {
  const { data } = await cmr.domains.get({ query: of })
  const provider: MailProvider = data.serviceProvider === 'MICROSOFT' ? 'MICROSOFT' : 'GOOGLE'
  return { provider, details: data }
}

const list = endpointCommand(dns.list, {
  summary: 'List DNS records',
  input: z.object({ userId, domain }),
  show: ({ data }, { ids }) =>
    recordList(ids, data.records as DnsRecord[], data.disabledRecords as DnsRecord[]),
})

const add = endpointCommand(dns.add, {
  summary: 'Add a DNS record',
  example: 'acme.com TXT _dmarc "v=DMARC1; p=none"',
  submit: 'Add',
  input: z
    .object({
      ...ofDomain,
      ...fields,
      priority: record.priority.meta({
        label: 'Priority',
        hint: 'MX only: 1 for the first, 10 for the next',
      }),
      excludedDMARCtags: record.excludedDMARCtags.meta({
        label: 'Excluded DMARC tags',
        hint: 'Only for TXT at _dmarc',
      }),
      need,
    })
    .superRefine((wanted, refinement) => refuse(newRecordFaults(wanted), refinement)),
  positional: ['userId', 'domain', 'recordType', 'host', 'value'],
  async prefill(context, given) {
    const of = given.need ? await idsIn(context, given) : undefined
    if (!of) return { values: {} }
    const { provider } = await domainDetails(context, of)
    return { values: { ...neededRecord(given.need as MailNeed, { domain: of.domain, provider }) } }
  },
  request: ({ userId: user, domain: name, need: _, ...one }) => ({
    query: { userId: user },
    body: { domain: name, records: [one] },
  }),
  async asks({ context, ids }) {
    const { records } = await recordsOf(context, ids)
    const clash = clashOf(records, ids)
    const text = `*Add to ${escapeText(ids.domain)}?*\n${changeLines(undefined, ids)}${clash ? `\n:warning: ${clash}` : ''}`
    return { text }
  },
  show: ({ actionId }, { ids }) => recordReceipt(ids, 'added', changeLines(undefined, ids), actionId),
})

/** What is there already and does not go with a new record; mrkdwn. */
function clashOf(records: readonly DnsRecord[], wanted: DnsRecord): string | undefined {
  const same = records.filter((one) => (one.host || '@').toLowerCase() === wanted.host?.toLowerCase())
  const starts = (text: string | undefined, mark: string) => text?.toLowerCase().startsWith(mark) ?? false
  for (const [mark, name] of [
    ['v=spf1', 'SPF'],
    ['v=dmarc1', 'DMARC'],
  ] as const) {
    if (starts(wanted.value, mark) && same.some((one) => starts(one.value, mark)))
      return `${name} stands there already, and of two such records receivers take none. Change that one instead.`
  }
  if (wanted.recordType === 'CNAME' && same.length)
    return 'Other records stand at this host: a CNAME does not go with them.'
  if (same.some((one) => one.recordType === 'CNAME'))
    return 'A CNAME stands at this host: nothing else goes with it.'
  return undefined
}

const change = endpointCommand(dns.update, {
  summary: 'Change a DNS record',
  submit: 'Change',
  input: z
    .object({
      ...ofDomain,
      recordId: recordId.meta({ ...recordId.meta(), reloads: true }),
      ...chosen(fields),
      need,
    })
    .superRefine((wanted, refinement) => refuse(recordFaults(wanted), refinement)),
  positional: ['userId', 'domain', 'recordId'],
  prefill: (context, given) => choices(context, given, (of, one) => mended(context, of, one, given.need)),
  follow: (context, values) => choices(context, values, async (_, one) => one),
  before: ({ context, ids }) => recordOf(context, ids),
  async asks({ ids, before }) {
    return {
      text: `*Change a record of ${escapeText(ids.domain)}?*\n${changeLines(before, after(before, ids))}`,
    }
  },
  show: ({ actionId }, { ids, before }) =>
    recordReceipt(ids, 'changed', changeLines(before, after(before, ids)), actionId),
})

/** CMR takes no priority with a change: it stays. */
const after = (before: DnsRecord, wanted: DnsRecord): DnsRecord => ({
  ...wanted,
  priority: wanted.recordType === 'MX' ? before.priority : undefined,
})

/** Fields that are asked for once a record is chosen. */
function chosen<Shape extends Record<string, z.ZodType>>(shape: Shape): Shape {
  const when = (values: Values) => Boolean(values.recordId)
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [name, schema.meta({ ...schema.meta(), when })]),
  ) as Shape
}

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
  const options = {
    recordId: records.map((one) => option(recordText(one), String(one.recordId))),
  }
  const found = records.find((one) => one.recordId === values.recordId)
  if (!found) return { values: { userId: of.userId, recordId: '' }, options }
  const { recordType, host, value } = await wanted(of, found)
  return { values: { userId: of.userId, recordType, host, value }, options }
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

const remove = endpointCommand(dns.delete, {
  summary: 'Delete a DNS record',
  submit: 'Delete for good',
  input: z.object({ ...ofDomain, recordId }),
  positional: ['userId', 'domain', 'recordId'],
  prefill: (context, given) => choices(context, given, async (_, one) => one),
  follow: (context, values) => choices(context, values, async (_, one) => one),
  before: ({ context, ids }) => recordOf(context, ids),
  async asks({ ids, before }) {
    const mail = before.recordType === 'MX' ? '\nWithout it *mail may no longer arrive*.' : ''
    return {
      text: `*Delete from ${escapeText(ids.domain)}, for good?*\n${changeLines(before, undefined)}${mail}`,
      typed: ids.domain,
    }
  },
  show: ({ actionId }, { ids, before }) =>
    recordReceipt(ids, 'deleted', changeLines(before, undefined), actionId),
})

const nameservers = endpointCommand(dns.nameservers, {
  summary: 'Replace nameservers',
  example: 'acme.com "ns1.acme.net ns2.acme.net"',
  submit: 'Replace',
  input: z
    .object({
      ...ofDomain,
      nameservers: dns.nameservers.body.shape.nameservers
        .refine((names) => names.length >= 2, 'A domain needs at least two nameservers.')
        .meta({ label: 'Nameservers', hint: 'One a line: the whole list, those that stay included' }),
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
      'The whole list is replaced. It takes up to *48 hours* to spread, and *mail and website stop* if the new ones do not know this domain. All DNS records here no longer count then.',
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
  return records.filter((one) => one.recordType === 'NS' && one.host === '@').map((one) => String(one.value))
}

async function currentNameservers(context: CommandContext, values: Values): Promise<Prefill> {
  const of = await idsIn(context, values)
  if (!of) return { values: {} }
  const current = await nameserversOf(context, of)
  return { values: { userId: of.userId, nameservers: current.join('\n') } }
}

const check = command({
  noun: 'dns',
  verb: 'check',
  summary: 'Check DNS for mail',
  effect: 'read',
  submit: 'Check',
  input: whose,
  positional: ['domain', 'userId'],
  async run(context, input) {
    const of = await idsIn(context, input)
    if (!of) throw new InputError('domain', 'Name a domain.')
    const [{ records }, { provider, details }] = await Promise.all([
      recordsOf(context, of),
      domainDetails(context, of),
    ])
    return { message: mailCheck(of, mailFindings(records, provider), { provider, details }) }
  },
})

/** `/cmr dns …` */
export const dnsCommands = [list, check, add, change, remove, nameservers]
