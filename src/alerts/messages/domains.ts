import {
  addFundsButton,
  diagnose,
  domainAutoRenew,
  renewDomain,
  showDns,
  showOrder,
  userIfKnown,
} from './event-buttons.ts'
import { because, type EventAlert, paid, succeeded, until, walletTodo } from './event-text.ts'

export const domainAlerts: Record<string, EventAlert> = {
  'domain.order.success': {
    text(read) {
      const success = succeeded(read, `registered${read.customer}`)
      return {
        ...success,
        follows: [...success.follows, paid(read.price('price')), until(read.day('expiryDate'), 'Expires')],
        todo: 'CMR does not set up SPF, DKIM and DMARC: add them before sending.',
      }
    },
    buttons: [showDns, userIfKnown],
  },
  'domain.order.failed': {
    text: (read) => ({
      headline: `*${read.domain}* could not be registered${read.customer}`,
      follows: [
        because(read.text('reason')),
        'Its mailboxes will not be created, and CMR sends nothing more about them.',
      ],
      todo: walletTodo(read.text('reason'), 'order again', 'Pick another name, then order again.'),
    }),
    buttons: [showOrder, addFundsButton],
  },
  'domain.renewal.success': {
    text(read) {
      const success = succeeded(read, 'renewed')
      const follows = [
        ...success.follows,
        until(read.day('expiryDate'), 'Good until'),
        paid(read.price('price')),
      ]
      return { ...success, follows }
    },
    buttons: [showDns],
  },
  'domain.renewal.failed': {
    text: (read) => ({
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
    buttons: [renewDomain, addFundsButton, domainAutoRenew, diagnose],
  },
  'domain.grace_period': {
    text: (read) => ({
      headline: `*${read.domain}* has expired: renew it within its 7 days of grace`,
      follows: [
        until(read.day('expiryDate'), 'Expiry date:'),
        'The grace period ends 7 days after the expiry, at the end of that day, UTC. Until it is renewed, no subscription on it renews.',
      ],
      todo: 'Renew the domain now, then its subscription.',
    }),
    buttons: [renewDomain, addFundsButton, domainAutoRenew, diagnose],
  },
  'domain.expired': {
    text: (read) => ({
      headline: `*${read.domain}* is gone: its grace period is over`,
      follows: ['Mail on it stops, and CMR can no longer renew it.'],
      todo: 'Only the registrar can help now: write to CMR’s support at once.',
    }),
    buttons: [diagnose, userIfKnown],
  },
}
