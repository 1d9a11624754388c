import { z } from 'zod'
import { namesOfRecord } from '../dns-record.ts'
import type { JsonObject } from '../json.ts'
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

const isForwarding = ({ action }: JsonObject) => /forward/i.test(String(action ?? ''))

export const dnsEvents: EventGroup = {
  family: { prefix: 'dns-record.', threadBy: ['domain', 'subscription', 'order'] },
  events: {
    'dns-record.updated': {
      severity: 'info',
      title: 'DNS record changed',
      // CMR sends it for each change of a record: only that of a forwarding can be told from the next one.
      stages: [{ of: 'forwarding', step: 0, repeats: (data) => !isForwarding(data) }],
      data: z.looseObject({ domain: text, userId: text, action: text, record: record.optional() }),
      // CMR sends it for a forwarding as well as for a record. Its action tells them apart where it names a
      // forwarding; otherwise a change of records that waits for it comes first.
      effect(data) {
        const forwarding = ofDomains('done', 'forwarding')(data)
        if (isForwarding(data)) return forwarding
        const records = ofDomains('done', 'record')(data).parts
        const named = records.flatMap(({ kind, name: domain }) => {
          const names = namesOfRecord(domain, data.record)
          return names ? [names.whole, names.short].map((name) => ({ kind, name })) : []
        })
        // The record itself before whatever changes in its domain.
        const parts = [...named, ...records, ...forwarding.parts]
        return parts.length > 0
          ? { effect: 'done', parts }
          : { effect: 'done', parts, unnamed: ['record', 'forwarding'] }
      },
      example: () => ({ record: 'TXT _dmarc' }),
    },
  },
}
