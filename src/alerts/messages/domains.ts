import { money } from '../../cmr/money.ts'
import type { Reader } from './alert-event.ts'
import {
  addFundsButton,
  because,
  diagnose,
  domainAutoRenewIfOff,
  domainItem,
  type EventAlert,
  orderDomain,
  paid,
  paidAmount,
  renewalAmount,
  renewDomain,
  setUpDns,
  showDns,
  showOrder,
  succeeded,
  until,
  userIfKnown,
  walletTodo,
  writeToSupport,
} from './event-parts.ts'

/** What to do about a domain that was not renewed, by what the wallet holds now. */
function renewTodo(read: Reader): string {
  const { missingCents, renewal } = read
  if (missingCents === 0)
    return `The wallet covers it now: renew the domain for ${renewal}, and its subscription after it.`
  return walletTodo(
    read.text('reason'),
    'renew the domain, and its subscription after it',
    'Renew the domain, and its subscription after it.',
  )
}

/** Why nobody renewed it, as far as that is known. */
function causeOf({ autoRenew, missingCents }: Reader): string | undefined {
  const wallet =
    missingCents === undefined
      ? undefined
      : missingCents === 0
        ? 'the wallet is fine'
        : `the wallet is ${money(missingCents)} short`
  const parts = [autoRenew === false ? 'auto-renew is off' : undefined, wallet].filter(Boolean).join('; ')
  return parts && `Cause: ${parts}.`
}

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
    amount: paidAmount,
    buttons: [setUpDns, showDns, userIfKnown],
  },
  'domain.order.failed': {
    text: (read) => ({
      headline: `*${read.failed}* could not be registered${read.customer}`,
      follows: [
        read.notFailed,
        because(read.text('reason')),
        'Its mailboxes will not be created, and CMR sends nothing more about them.',
      ],
      todo: walletTodo(read.text('reason'), 'order again', 'Pick another name, then order again.'),
    }),
    buttons: [orderDomain, addFundsButton, showOrder],
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
    amount: paidAmount,
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
      todo: renewTodo(read),
    }),
    amount: renewalAmount,
    renews: domainItem,
    buttons: [renewDomain, addFundsButton, domainAutoRenewIfOff, diagnose],
  },
  'domain.grace_period': {
    text: (read) => ({
      headline: `*${read.domain}* has expired: renew it within its 7 days of grace`,
      follows: [
        causeOf(read),
        until(read.day('expiryDate'), 'Expiry date:'),
        'The grace period ends 7 days after the expiry, at the end of that day, UTC. Until it is renewed, no subscription on it renews.',
      ],
      todo: `Renew the domain now${read.renewal ? ` for ${read.renewal}` : ''}, then its subscription.`,
    }),
    amount: renewalAmount,
    renews: domainItem,
    buttons: [renewDomain, addFundsButton, domainAutoRenewIfOff, diagnose],
  },
  'domain.expired': {
    text: (read) => ({
      headline: `*${read.domain}* is gone: its grace period is over`,
      follows: ['Mail on it stops, and CMR can no longer renew it.'],
      todo: 'Only the registrar can help now: write to CMR’s support at once.',
    }),
    buttons: [writeToSupport, diagnose, userIfKnown],
  },
}
