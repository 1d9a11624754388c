import { z } from 'zod'
import { idText } from '../answers/values.ts'
import { dmarcTags, readRecord } from '../dns-record.ts'
import { endpoint } from '../endpoint.ts'
import { hostName } from '../normal-forms.ts'
import { anything, domain, listOf, perhaps, userId } from './fields.ts'

const recordType = z.enum(['A', 'CNAME', 'MX', 'TXT', 'NS']).meta({ label: 'Type' })
const host = z
  .string()
  .regex(/^\S+$/, 'A host is one word. Put a value with spaces in quotes.')
  .meta({ label: 'Host', example: '@' })
const value = z.string().min(1).meta({ label: 'Value', reads: readRecord })
const recordId = z.string().min(1).meta({ label: 'Record id' })
/** A priority comes as a number, as its digits, or as "" where a record has none ("Get dns records for a domain"). */
function priorityIn(told: string | number | null | undefined): number | undefined {
  const number = told === '' ? Number.NaN : Number(told ?? Number.NaN)
  return Number.isFinite(number) ? number : undefined
}
const record = z.looseObject({
  recordId: perhaps(idText),
  host: perhaps(z.string()),
  value: perhaps(z.string()),
  recordType: perhaps(z.string()),
  priority: z.union([z.string(), z.number()]).nullish().transform(priorityIn).optional(),
})
const ofDomain = z.object({ userId, domain })

export const dns = {
  list: endpoint({
    id: 'dns.list',
    page: 'Get dns records for a domain',
    method: 'GET',
    path: '/dns',
    query: ofDomain,
    answer: z.looseObject({ records: listOf(record), disabledRecords: listOf(record) }),
    effect: 'read',
  }),
  add: endpoint({
    id: 'dns.add',
    page: 'Adds dns record',
    method: 'POST',
    path: '/dns',
    query: z.object({ userId }),
    body: z.object({
      domain,
      records: z
        .array(
          z.object({
            host,
            value,
            recordType,
            priority: z.number().int().optional().meta({ label: 'Priority' }),
            excludedDMARCtags: z.array(z.enum(dmarcTags)).optional().meta({ label: 'Excluded DMARC tags' }),
          }),
        )
        .min(1),
    }),
    answer: z.unknown(),
    effect: 'write',
    narrowedBy: ['records'],
    inferred: ['body.records.priority'],
    endsWith: ['dns-record.updated'],
    note: 'To a TXT record at `_dmarc` or `_dmarc.…` CMR adds rua, ruf, fo, rf, ri, pct, sp=reject, aspf and adkim by itself; `excludedDMARCtags` leaves some of them out, and stands there only. `priority` is inferred.',
  }),
  update: endpoint({
    id: 'dns.update',
    page: 'Update dns records',
    method: 'PUT',
    path: '/dns',
    query: z.object({ userId }),
    body: z.object({ recordId, domain, host, value, recordType }),
    answer: z.unknown(),
    effect: 'write',
    endsWith: ['dns-record.updated'],
  }),
  delete: endpoint({
    id: 'dns.delete',
    page: 'Delete dns records',
    method: 'DELETE',
    path: '/dns',
    query: ofDomain.extend({ recordId }),
    answer: anything.nullish(),
    effect: 'destroy',
    narrowedBy: ['recordId'],
    inferred: ['query.recordId'],
    endsWith: ['dns-record.updated'],
    note: 'Where `recordId` goes is inferred.',
  }),
  nameservers: endpoint({
    id: 'dns.nameservers',
    page: 'Replace nameservers (help guide)',
    method: 'PUT',
    path: '/dns/nameservers',
    query: ofDomain,
    body: z.object({
      nameservers: z
        .array(z.string().min(1))
        .min(1)
        .meta({ normal: hostName, label: 'Nameservers', hint: 'The whole list, one per line' }),
    }),
    answer: z.unknown(),
    effect: 'destroy',
    narrowedBy: ['nameservers'],
    note: 'Replaces the whole list; up to 48 h to spread, and mail stops if they are wrong.',
  }),
}
