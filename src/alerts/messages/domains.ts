import { counted, cut } from '../../slack/blocks.ts'
import { because, type EventWriter, paid, until, walletTodo } from './event-text.ts'
import type { Reader } from './read.ts'

/** "TXT _dmarc: v=DMARC1; p=none" */
function recordIn(read: Reader): string | undefined {
  const record = read.inside('record')
  if (!record) return read.text('record', 'recordType', 'host')
  const what = [record.text('recordType', 'type'), record.text('host', 'name')].filter(Boolean).join(' ')
  return cut([what, record.text('value')].filter(Boolean).join(': '), 300)
}

/** Domains and their DNS. */
export const domainEvents: Record<string, EventWriter> = {
  'domain.order.success': (read) => ({
    headline: `*${read.domain}* ${read.is} registered${read.customer}`,
    follows: [paid(read.price('price')), until(read.day('expiryDate'), 'Expires')],
    todo: 'SPF, DKIM and DMARC are not made by CMR: add them before anybody sends.',
  }),
  'domain.order.failed': (read) => ({
    headline: `*${read.domain}* could not be registered${read.customer}`,
    follows: [
      because(read.text('reason')),
      'Its mailboxes will not be made, and CMR sends nothing more about them.',
    ],
    todo: walletTodo(read.text('reason'), 'order again', 'Pick another name, then order again.'),
  }),
  'domain.renewal.success': (read) => ({
    headline: `*${read.domain}* ${read.is} renewed`,
    follows: [until(read.day('expiryDate'), 'Good until'), paid(read.price('price'))],
  }),
  'domain.renewal.failed': (read) => ({
    headline: `*${read.domain}* could not be renewed`,
    follows: [
      because(read.text('reason')),
      until(read.day('expiryDate'), 'Expiry date:'),
      'A grace period of 7 days follows.',
    ],
    todo: walletTodo(
      read.text('reason'),
      'renew the domain, and its subscription after it',
      'Renew the domain, and its subscription after it.',
    ),
  }),
  'domain.grace_period': (read) => ({
    headline: `*${read.domain}* has expired: renew it within its 7 days of grace`,
    follows: [
      until(read.day('expiryDate'), 'Expiry date:'),
      'The grace period ends 7 days after the expiry, at the end of that day, UTC. Until it is renewed, no subscription on it renews.',
    ],
    todo: 'Renew the domain now, then its subscription.',
  }),
  'domain.expired': (read) => ({
    headline: `*${read.domain}* is gone: its grace period is over`,
    follows: ['Mail on it stops, and CMR can no longer renew it.'],
    todo: 'Only the registrar can help now: write to CMR’s support at once.',
  }),
  'dns-record.updated': (read) => ({
    headline: `A DNS record of *${read.domain}* has changed`,
    follows: [recordIn(read), 'It may take up to 48 h to be seen everywhere.'],
  }),
  'prewarmup.order.success': (read) => ({
    headline: `Pre-warmed *${read.domain}* ${read.is} yours${read.customer}`,
    follows: [
      read.preWarmed > 0
        ? `${counted(read.preWarmed, 'mailbox', 'mailboxes')}, warmed up already. The logins are in CMR’s dashboard.`
        : undefined,
    ],
  }),
  'prewarmup.order.failed': (read) => ({
    headline: `Pre-warmed *${read.domain}* could not be delivered${read.customer}`,
    follows: [because(read.text('reason')), 'Other domains of the same order may have succeeded.'],
    todo: walletTodo(read.text('reason'), 'order again', 'Pick another domain from the inventory.'),
  }),
}
