import { z } from 'zod'
import { recordNames } from '../../cmr/dns-record.ts'
import { dns } from '../../cmr/endpoints/dns.ts'
import { domain, userId } from '../../cmr/endpoints/fields.ts'
import { command, InputError } from '../../commands/command.ts'
import type { Values } from '../../commands/field.ts'
import { pageField } from '../../commands/paging.ts'
import { each } from '../../operations/expected-results.ts'
import { escapeText } from '../../slack/blocks.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { change, nameservers, remove } from './change.ts'
import { type MailNeed, mailFindings, missingIn, neededRecord } from './mail.ts'
import { changeLines, mailCheck, recordList, recordOrder, recordReceipt } from './messages.ts'
import {
  addedTagsLines,
  asItWillStand,
  type DnsRecord,
  excludedTags,
  newRecordFaults,
  textOf,
} from './records.ts'
import { setUp } from './set-up.ts'
import { addedDoubt, recordReworded } from './typed-record.ts'
import {
  domainDetails,
  fields,
  idsIn,
  movesMail,
  need,
  ofDomain,
  reconcileAddedRecords,
  record,
  recordsOf,
  refuse,
  whose,
} from './zone.ts'

export const list = endpointCommand(dns.list, {
  summary: 'List DNS records',
  about: 'Lists the DNS records of a domain.',
  isList: true,
  finds: missingIn,
  order: recordOrder,
  input: z.object({ userId, domain, page: pageField }),
  request: (ids) => ({ query: { userId: ids.userId, domain: ids.domain } }),
  show: ({ data }, { ids }) =>
    recordList(ids, data.records as DnsRecord[], data.disabledRecords as DnsRecord[]),
})

export const add = endpointCommand(dns.add, {
  summary: 'Add a DNS record',
  about: 'Adds a DNS record to a domain.',
  consequence: (_, given) => movesMail(given),
  expects: ({ body: { domain: name, records } }) => each('record', recordNames(String(name), records)),
  reconcile: reconcileAddedRecords,
  example: 'acme.com TXT _dmarc "v=DMARC1; p=none"',
  reword: recordReworded,
  doubt: addedDoubt,
  submit: 'Add',
  input: z
    .object({
      ...ofDomain,
      ...fields,
      priority: record.priority.meta({
        label: 'Priority',
        hint: 'MX only: 1 for the first server, 10 for the next',
      }),
      excludedDMARCtags: record.excludedDMARCtags.meta({
        label: 'DMARC tags to leave out',
        hint: 'CMR adds nine tags to a TXT record at _dmarc, including sp=reject. Tags in your value stay as they are',
        when: ({ need: wanted }: Values) => wanted === undefined || wanted === 'DMARC',
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
  request({ userId: user, domain: name, need: _, excludedDMARCtags, ...one }) {
    const excluded = excludedTags({ ...one, excludedDMARCtags })
    const record = { ...one, ...(excluded.length && { excludedDMARCtags: excluded }) }
    return { query: { userId: user }, body: { domain: name, records: [record] } }
  },
  async asks({ context, ids }) {
    const { records } = await recordsOf(context, ids)
    const clash = clashOf(records, ids)
    const lines = [
      `*Add to ${escapeText(ids.domain)}?*`,
      changeLines(undefined, asItWillStand(ids)),
      ...addedTagsLines(ids),
      ...(clash ? [`:warning: ${clash}`] : []),
    ]
    return { text: lines.join('\n') }
  },
  show: (_, { ids }) => recordReceipt(ids, 'added', changeLines(undefined, asItWillStand(ids))),
})

/** What is there already and does not go with a new record; mrkdwn. */
function clashOf(records: readonly DnsRecord[], wanted: DnsRecord): string | undefined {
  const same = records.filter((one) => (one.host || '@').toLowerCase() === wanted.host?.toLowerCase())
  const starts = (one: DnsRecord, mark: string) => textOf(one).toLowerCase().startsWith(mark)
  for (const [mark, name] of [
    ['v=spf1', 'SPF'],
    ['v=dmarc1', 'DMARC'],
  ] as const) {
    if (starts(wanted, mark) && same.some((one) => starts(one, mark)))
      return `${name} already exists, and receivers use neither of two such records. Change that one instead.`
  }
  if (wanted.recordType === 'CNAME' && same.length)
    return 'This host has other records, so a CNAME cannot be added.'
  if (same.some((one) => one.recordType === 'CNAME'))
    return 'This host has a CNAME, so no other record can be added.'
  return undefined
}

const check = command({
  noun: 'dns',
  verb: 'check',
  summary: 'Check DNS for mail',
  about: 'Checks MX, SPF, DKIM and DMARC of a domain and says what to fix.',
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
export const dnsCommands = [list, check, add, setUp, change, remove, nameservers]
