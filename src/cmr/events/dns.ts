import { z } from 'zod'
import { namesOfRecord } from '../record-names.ts'
import { amount, type EventGroup, ofDomains, text } from './event.ts'

const record = z.looseObject({
  recordId: text,
  recordType: text,
  type: text,
  host: text,
  name: text,
  value: text,
  ttl: amount,
  priority: amount,
})

export const dnsEvents: EventGroup = {
  family: { prefix: 'dns-record.', threadBy: ['domain', 'subscription', 'order'] },
  events: {
    'dns-record.updated': {
      severity: 'info',
      title: 'DNS record changed',
      data: z.looseObject({ domain: text, userId: text, action: text, record: record.optional() }),
      // CMR sends it for a forwarding as well as for a record. Its action tells them apart where it names a
      // forwarding; otherwise a change of records that waits for it comes first.
      effect(data) {
        const forwarding = ofDomains('done', 'forwarding')(data)
        if (/forward/i.test(String(data.action ?? ''))) return forwarding
        const records = ofDomains('done', 'record')(data).parts
        const named = records.flatMap(({ kind, name: domain }) => {
          const names = namesOfRecord(domain, data.record)
          return names ? [names.whole, names.short].map((name) => ({ kind, name })) : []
        })
        // The record itself before whatever changes in its domain.
        return { effect: 'done', parts: [...named, ...records, ...forwarding.parts] }
      },
      example: () => ({ record: 'TXT _dmarc' }),
    },
  },
}
