import { NONE } from '../../directory/changes.ts'
import { cut } from '../../slack/blocks.ts'
import type { Reader } from './alert-event.ts'
import { type EventAlert, showDns } from './event-parts.ts'

/** "TXT _dmarc: v=DMARC1; p=none" */
function recordIn(read: Reader): string | undefined {
  const record = read.inside('record')
  if (!record) return read.text('record', 'recordType', 'host')
  const what = [record.text('recordType', 'type'), record.text('host', 'name')].filter(Boolean).join(' ')
  return cut([what, record.text('value')].filter(Boolean).join(': '), 300)
}

export const dnsAlerts: Record<string, EventAlert> = {
  'dns-record.updated': {
    text: (read) => {
      const target = read.text('forwardTo')
      if (target)
        return {
          headline: `The forwarding of *${read.domain}* has changed`,
          follows: [target === NONE ? 'Visitors are sent nowhere.' : `Visitors are sent to ${target}.`],
        }
      return {
        headline: `A DNS record of *${read.domain}* has changed`,
        follows: [recordIn(read), 'It may take up to 48 h to be seen everywhere.'],
      }
    },
    buttons: [showDns],
  },
}
