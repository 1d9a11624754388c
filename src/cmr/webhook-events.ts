import { z } from 'zod'

/** How much an event matters to somebody who reads it on a phone. */
export type Severity = 'good' | 'info' | 'bad' | 'urgent'

/** One of CMR's webhook events, declared once. */
export interface WebhookEvent {
  readonly severity: Severity
  /** What it tells, in a few words. */
  readonly tells: string
  /** Fields of `data` that CMR documents; each may be missing, others may come with them. */
  readonly data: z.ZodObject
}

const text = z.string().optional()
const amount = z.union([z.string(), z.number()]).optional()
const domain = { domainId: text, domainName: text }
const customer = { userId: text, userEmail: text }
const period = { creationTime: text, expiryDate: text, price: amount }
const reason = { reason: text }

const domainOrder = z.looseObject({ ...customer, orderId: text, ...domain, ...period })
const mailboxOrder = z.looseObject({
  ...domain,
  ...customer,
  subscriptionId: text,
  orderId: text,
  workspaceType: text,
  ...period,
  quantity: amount,
})
const mailbox = z.looseObject({ mailboxId: text, email: text })
const warmup = mailbox.extend({ domain: text, workspaceType: text })
const subscription = z.looseObject({
  ...customer,
  subscriptionId: text,
  domainId: text,
  domain: text,
  workspaceType: text,
  quantity: amount,
  periodStart: text,
  periodEnd: text,
  autoRenew: z.boolean().optional(),
  description: text,
  subscriptionStatus: text,
})
/** A pre-warmed domain with its mailboxes; each comes with credentials, which are not declared and so never kept. */
const prewarmed = z.looseObject({
  domain: text,
  subscriptionId: text,
  preWarmedUpMailboxes: z
    .array(
      z.looseObject({
        mailboxId: text,
        email: text,
        firstName: text,
        lastName: text,
        isAdmin: z.boolean().optional(),
        warmingUpFrom: text,
        expiryDate: text,
      }),
    )
    .optional(),
})
const prewarmOrder = z.looseObject({
  ...customer,
  orderId: text,
  serviceProvider: text,
  domain: text,
  mailboxDetails: z.array(prewarmed).optional(),
})
const dnsRecord = z.looseObject({
  recordId: text,
  recordType: text,
  type: text,
  host: text,
  name: text,
  value: text,
  ttl: amount,
  priority: amount,
})
const renewal = z.looseObject({ ...domain, expiryDate: text, price: amount })

/** CMR does not document where it lists the domains of this one. */
const undelivered = prewarmOrder.extend({
  ...reason,
  domains: z.array(z.looseObject({ domain: text, ...reason })).optional(),
})

const event = (severity: Severity, tells: string, data: z.ZodObject): WebhookEvent => ({
  severity,
  tells,
  data,
})

/** The 23 events that CMR documents ("Webhooks"), by name. */
export const webhookEvents: Readonly<Record<string, WebhookEvent>> = {
  'domain.order.success': event('good', 'domain registered', domainOrder),
  'domain.order.failed': event('bad', 'registration failed', domainOrder.extend(reason)),
  'domain.renewal.success': event('good', 'domain renewed', renewal),
  'domain.renewal.failed': event('bad', 'domain renewal failed', renewal.extend(reason)),
  'domain.grace_period': event('urgent', '7 days left to renew a domain', renewal),
  'domain.expired': event('urgent', 'domain gone', z.looseObject(domain)),
  'mailbox.order.success': event('good', 'subscription opened', mailboxOrder),
  'mailbox.order.failed': event('bad', 'mailbox order failed', mailboxOrder.extend(reason)),
  'mailbox.created': event('info', 'mailbox ready', mailbox.extend({ userId: text, orderId: text })),
  'mailbox.updated': event('info', 'mailbox changed', mailbox.extend({ updatedFields: z.unknown() })),
  'mailbox.exported': event('info', 'mailbox exported', mailbox.extend({ app: text })),
  'mailbox.warmup.started': event('info', 'warm-up started', warmup),
  'mailbox.warmup.removed': event('info', 'warm-up removed', warmup),
  'subscription.renewing': event('info', 'renewal in progress', subscription),
  'subscription.renewal.success': event('good', 'subscription renewed', subscription),
  'subscription.renewal.failed': event('bad', 'a domain blocks the renewal', subscription),
  'subscription.past_due': event('urgent', 'payment failed', subscription),
  'subscription.expired': event('urgent', 'subscription over', subscription),
  'subscription.cancelled': event('bad', 'subscription cancelled', subscription),
  'subscription.updated': event('info', 'subscription changed', subscription),
  'prewarmup.order.success': event('good', 'pre-warmed domain delivered', prewarmOrder),
  'prewarmup.order.failed': event('bad', 'pre-warmed domain not delivered', undelivered),
  'dns-record.updated': event(
    'info',
    'DNS record changed',
    z.looseObject({ domain: text, userId: text, action: text, record: dnsRecord.optional() }),
  ),
}
