import type { Endpoint } from '../cmr/endpoint.ts'
import { domainNamesIn, idIn } from '../cmr/events/references.ts'

/** A request as it was sent, without credentials. */
export interface Sent {
  readonly query: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
}

/** Something that has to come about before an operation is over. */
export interface Part {
  readonly kind: Kind
  /** As webhooks name it: a domain, an address, an id; in lower case. */
  readonly name: string
}

/** How a kind of part is counted: "mailboxes 12/15". */
export const kinds = {
  domain: 'domains',
  mailbox: 'mailboxes',
  order: 'orders',
  renewal: 'domains renewed',
  subscription: 'subscriptions renewed',
  cancellation: 'subscriptions cancelled',
  recreation: 'subscriptions recreated',
  'pre-warmed': 'pre-warmed domains',
  export: 'mailboxes exported',
  'warm-up': 'warm-ups started',
  'warm-up end': 'warm-ups removed',
  update: 'mailboxes updated',
  record: 'DNS changes',
  forwarding: 'domains forwarded',
  'mail forwarding': 'domains whose mail is forwarded',
  removal: 'mailboxes removed',
  placement: 'placement tests',
  change: 'changes',
} as const
export type Kind = keyof typeof kinds

const once: ReadonlySet<Kind> = new Set([
  'domain',
  'mailbox',
  'order',
  'renewal',
  'subscription',
  'cancellation',
  'recreation',
  'pre-warmed',
  'warm-up',
  'export',
  'removal',
  'placement',
])

/** Whether nobody means to have the same a second time while the first is under way. */
export const isOnce = (kind: Kind) => once.has(kind)

const answered: ReadonlySet<Kind> = new Set(['change', 'removal', 'placement'])

/** Whether CMR's answer is all that is ever heard of it: no webhook follows. */
export const endsWithAnswer = (kind: Kind) => answered.has(kind)

/** Whether each of several takes a request of its own: what became of one tells nothing of the others. */
export const isSeparate = (kind: Kind) => kind === 'removal'

type Rule = (sent: Sent) => readonly Part[]

/** As webhooks and lists name things, whatever was typed. */
export const nameOf = (value: unknown) => String(value).trim().toLowerCase()

const each = (kind: Kind, names: unknown): Part[] =>
  [names ?? []].flat().map((name) => ({ kind, name: nameOf(name) }))

/** One of each name in a field: a name, or a list of them. */
const named =
  (kind: Kind, from: 'query' | 'body', field: string): Rule =>
  (sent) =>
    each(kind, sent[from][field])

/** Addresses, from `{domain: [{username}]}`. */
const mailboxes: Rule = ({ body }) =>
  Object.entries((body.mailboxes ?? {}) as Record<string, { username: string }[]>).flatMap(
    ([domain, people]) =>
      each(
        'mailbox',
        people.map(({ username }) => `${username}@${domain}`),
      ),
  )

const order: Rule = (sent) => [
  ...each(
    'domain',
    ((sent.body.domains ?? []) as { domain: string }[]).map(({ domain }) => domain),
  ),
  ...mailboxes(sent),
]

/** An order that was not confirmed is over when CMR has taken it: processing it is an operation of its own. */
const confirmed =
  (rule: Rule): Rule =>
  (sent) =>
    sent.body.confirm === false ? [] : rule(sent)

const subscriptionNamed: Rule = ({ body }) => each('cancellation', body.subscriptionId ?? body.domain)

/** What must follow upon an endpoint's answer; an endpoint that is missing here is over with the answer. */
const rules: Readonly<Record<string, Rule>> = {
  'orders.create': confirmed(order),
  'orders.create-with-images': confirmed(order),
  'orders.mailboxes': confirmed(mailboxes),
  'orders.add-mailboxes': confirmed(mailboxes),
  'orders.process': named('order', 'body', 'orderId'),
  'domains.renew': named('renewal', 'body', 'domains'),
  'domains.forward': named('forwarding', 'body', 'domains'),
  'domains.forward-email': named('mail forwarding', 'body', 'domain'),
  'subscriptions.renew': named('subscription', 'body', 'subscriptionIds'),
  'subscriptions.cancel': subscriptionNamed,
  'subscriptions.recreate': ({ body }) => each('recreation', body.subscriptionIds ?? body.domainNames),
  'prewarm.order': prewarmed,
  'prewarm.sandbox-order': prewarmed,
  'exports.send': named('export', 'body', 'mailboxIds'),
  'mailboxes.remove': named('removal', 'body', 'mailboxId'),
  'placement.run': named('placement', 'body', 'mailboxIds'),
  'mailboxes.reexport': named('export', 'body', 'mailboxId'),
  'mailboxes.update': ({ body }) =>
    each(
      'update',
      [body.mailboxData].flat().map((change) => (change as { mailboxId: string }).mailboxId),
    ),
  'warmup.add': named('warm-up', 'query', 'mailboxId'),
  'warmup.remove': named('warm-up end', 'query', 'mailboxId'),
  'dns.add': named('record', 'body', 'domain'),
  'dns.update': named('record', 'body', 'domain'),
  'dns.delete': named('record', 'query', 'domain'),
}

function prewarmed({ body }: Sent): Part[] {
  return each(
    'pre-warmed',
    (body.order as { domain: string }[]).map(({ domain }) => domain),
  )
}

/**
 * What has to come about after a request, piece by piece.
 * @param ordered what the order was placed with, where one that waited is processed now
 * @returns one `change` where the answer says it all
 */
export function partsOf(endpoint: Pick<Endpoint, 'id'>, sent: Sent, ordered?: Sent): readonly Part[] {
  const rule = ordered ? order : rules[endpoint.id]
  const parts = rule?.(ordered ?? sent) ?? []
  const distinct = [...new Map(parts.map((part) => [`${part.kind} ${part.name}`, part])).values()]
  return distinct.length > 0 ? distinct : [{ kind: 'change', name: endpoint.id }]
}

/** What an event does to parts of these kinds and names. */
export interface EventEffect {
  /** `news`: it belongs to the part, and changes nothing. */
  readonly effect: 'done' | 'failed' | 'news'
  readonly parts: readonly Part[]
  /** Mailboxes that will not come: those of this domain. */
  readonly without?: string | undefined
}

type Data = Readonly<Record<string, unknown>>
const tells =
  (effect: EventEffect['effect'], kind: Kind, ...fields: string[]) =>
  (data: Data): EventEffect => ({
    effect,
    parts: fields.flatMap((field) => {
      const name = idIn(data[field])
      return name ? each(kind, name) : []
    }),
  })
/** Domains by the name alone, or a list of them. */
const domains = (effect: EventEffect['effect'], kind: Kind) => (data: Data) => ({
  effect,
  parts: each(kind, namesIn(data)),
})
/** "If domain registration fails, its mailbox stage never starts and sends nothing." */
const unregistered = (data: Data): EventEffect => ({
  ...domains('failed', 'domain')(data),
  without: namesIn(data)[0],
})

const namesIn = (data: Data): string[] => domainNamesIn(data).map(nameOf)

/**
 * Ends a forwarding as well as a change of records: CMR tells of both with the same event. Its action tells them
 * apart where it names a forwarding; otherwise a change of records that waits for it comes first.
 */
const dnsChanged = (data: Data): EventEffect => {
  const record = domains('done', 'record')(data)
  const forwarding = domains('done', 'forwarding')(data)
  if (/forward/i.test(String(data.action ?? ''))) return forwarding
  return { ...record, parts: [...record.parts, ...forwarding.parts] }
}

const eventEffect: Readonly<Record<string, (data: Data) => EventEffect>> = {
  'domain.order.success': domains('done', 'domain'),
  'domain.order.failed': unregistered,
  'domain.renewal.success': domains('done', 'renewal'),
  'domain.renewal.failed': domains('failed', 'renewal'),
  'mailbox.order.success': domains('news', 'domain'),
  'mailbox.order.failed': (data) => ({ effect: 'failed', parts: [], without: namesIn(data)[0] }),
  'mailbox.created': tells('done', 'mailbox', 'email'),
  'mailbox.updated': tells('done', 'update', 'mailboxId'),
  'mailbox.exported': tells('done', 'export', 'mailboxId'),
  'mailbox.warmup.started': tells('done', 'warm-up', 'mailboxId'),
  'mailbox.warmup.removed': tells('done', 'warm-up end', 'mailboxId'),
  'subscription.renewing': tells('news', 'subscription', 'subscriptionId'),
  'subscription.renewal.success': tells('done', 'subscription', 'subscriptionId'),
  'subscription.renewal.failed': tells('failed', 'subscription', 'subscriptionId'),
  'subscription.past_due': tells('failed', 'subscription', 'subscriptionId'),
  'subscription.cancelled': tells('done', 'cancellation', 'subscriptionId', 'domain'),
  'prewarmup.order.success': domains('done', 'pre-warmed'),
  'prewarmup.order.failed': domains('failed', 'pre-warmed'),
  'dns-record.updated': dnsChanged,
}

/** What an event says of parts; one that ends nothing names none. */
export function effectOf(event: string, data: Data): EventEffect {
  return (
    (Object.hasOwn(eventEffect, event) ? eventEffect[event]?.(data) : undefined) ?? {
      effect: 'news',
      parts: [],
    }
  )
}
