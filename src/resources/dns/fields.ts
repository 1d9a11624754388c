import { z } from 'zod'
import { dns } from '../../cmr/endpoints/dns.ts'
import { domain, userId } from '../../cmr/endpoints/fields.ts'
import type { Values } from '../../commands/field.ts'
import type { Consequence } from '../../commands/permissions.ts'
import { mailNeeds } from './mail.ts'
import type { DnsRecord } from './records.ts'

export const ofDomain = { domain: domain.meta({ reloads: true }), userId }

export const record = dns.add.body.shape.records.element.shape

export const fields = {
  recordType: record.recordType,
  host: record.host.meta({
    label: 'Host',
    example: '@',
    hint: '@ for the domain itself, otherwise the part before it, such as www or _dmarc',
  }),
  value: record.value.meta({
    label: 'Value',
    multiline: true,
    example: 'v=spf1 include:_spf.google.com ~all',
  }),
}

export const recordId = dns.update.body.shape.recordId.meta({
  label: 'Record',
  offered: true,
  when: (values: Values) => Boolean(values.domain),
})
/** What a record is for, where a button knows it. */
export const need = z.enum(mailNeeds).optional().meta({ label: 'For', hidden: true })

/** A mail exchanger, or another zone, takes the domain's mail elsewhere. */
export function movesMail({ recordType }: Pick<DnsRecord, 'recordType'>): Consequence | undefined {
  return recordType === 'MX' || recordType === 'NS' ? 'moves mail' : undefined
}

/** Puts each fault at its field. */
export function refuse(faults: Readonly<Record<string, string>>, refinement: z.core.$RefinementCtx) {
  for (const [field, message] of Object.entries(faults))
    refinement.addIssue({ code: 'custom', path: [field], message })
}
