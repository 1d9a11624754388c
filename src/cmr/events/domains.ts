import { z } from 'zod'
import { customer, domain, type EventGroup, exampleReason, ofDomains, period, reason, text } from './event.ts'

const order = z.looseObject({ ...customer, orderId: text, ...domain, ...period })
const renewal = z.looseObject({ ...domain, expiryDate: text, price: period.price })

export const domainOrderEvents: EventGroup = {
  family: {
    prefix: 'domain.order.',
    threadBy: ['order', 'domain'],
    describes: 'domain',
    namesOrder: true,
  },
  events: {
    'domain.order.success': {
      severity: 'good',
      title: 'domain registered',
      stages: [{ of: 'domain', step: 0, term: 'expiryDate' }],
      data: order,
      status: 'ACTIVE',
      effect: ofDomains('done', 'domain'),
      charges: true,
      resolves: ['domain.order.failed'],
    },
    'domain.order.failed': {
      severity: 'bad',
      title: 'registration failed',
      stages: [{ of: 'failed order', step: 0 }],
      data: order.extend(reason),
      // "If domain registration fails, its mailbox stage never starts and sends nothing."
      effect(data) {
        const failed = ofDomains('failed', 'domain')(data)
        return { ...failed, without: failed.parts.map(({ name }) => name) }
      },
      example: exampleReason,
    },
  },
}

export const domainEvents: EventGroup = {
  family: {
    prefix: 'domain.',
    threadBy: ['domain', 'subscription', 'order'],
    describes: 'domain',
    namesOrder: true,
  },
  events: {
    'domain.renewal.success': {
      severity: 'good',
      title: 'domain renewed',
      stages: [{ of: 'domain', step: 0, term: 'expiryDate' }],
      data: renewal,
      status: 'ACTIVE',
      effect: ofDomains('done', 'renewal'),
      charges: true,
      resolves: ['domain.renewal.failed', 'domain.grace_period', 'domain.expired'],
      domainIsEnding: true,
    },
    'domain.renewal.failed': {
      severity: 'bad',
      title: 'domain renewal failed',
      stages: [{ of: 'domain', step: 1, term: 'expiryDate' }],
      data: renewal.extend(reason),
      effect: ofDomains('failed', 'renewal'),
      example: exampleReason,
      domainIsEnding: true,
    },
    'domain.grace_period': {
      severity: 'urgent',
      title: '7 days left to renew a domain',
      stages: [{ of: 'domain', step: 2, term: 'expiryDate' }],
      data: z.looseObject({ ...domain, expiryDate: text }),
      status: 'GRACE_PERIOD',
      example: (now) => ({ expiryDate: now }),
      domainIsEnding: true,
    },
    'domain.expired': {
      severity: 'urgent',
      title: 'domain gone',
      stages: [{ of: 'domain', step: 3, term: 'expiryDate' }],
      data: z.looseObject(domain),
      status: 'EXPIRED',
    },
  },
}
