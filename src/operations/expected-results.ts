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

/** How operations treat a kind of result. */
interface KindTraits {
  /** Counts it: "mailboxes 12/15". */
  readonly plural: string
  /** Nobody means to have the same a second time while the first is under way. */
  readonly once?: true
  /** CMR's answer completes it: no webhook follows. */
  readonly endsWithAnswer?: true
  /** Each of several takes a request of its own: what became of one says nothing of the others. */
  readonly separate?: true
}

/** In the order in which progress lists them. */
export const kinds = {
  domain: { plural: 'domains', once: true },
  mailbox: { plural: 'mailboxes', once: true },
  order: { plural: 'orders', once: true },
  renewal: { plural: 'domains renewed', once: true },
  subscription: { plural: 'subscriptions renewed', once: true },
  cancellation: { plural: 'subscriptions cancelled', once: true },
  recreation: { plural: 'subscriptions recreated', once: true },
  'pre-warmed': { plural: 'pre-warmed domains', once: true },
  export: { plural: 'mailboxes exported', once: true },
  'warm-up': { plural: 'warm-ups started', once: true },
  'warm-up end': { plural: 'warm-ups removed' },
  update: { plural: 'mailboxes updated' },
  record: { plural: 'DNS changes' },
  forwarding: { plural: 'domains forwarded' },
  'mail forwarding': { plural: 'domains whose mail is forwarded' },
  removal: { plural: 'mailboxes removed', once: true, endsWithAnswer: true, separate: true },
  placement: { plural: 'placement tests', once: true, endsWithAnswer: true },
  change: { plural: 'changes', endsWithAnswer: true },
} as const satisfies Readonly<Record<string, KindTraits>>
export type Kind = keyof typeof kinds

const traitsOf = (kind: Kind): KindTraits => kinds[kind]
export const isOnce = (kind: Kind) => traitsOf(kind).once === true
export const endsWithAnswer = (kind: Kind) => traitsOf(kind).endsWithAnswer === true
export const isSeparate = (kind: Kind) => traitsOf(kind).separate === true

/** As webhooks and lists name things, whatever was typed. */
export const nameOf = (value: unknown) => String(value).trim().toLowerCase()

/** Returns one result for each name: of a single name, or of a list of them. */
export const each = (kind: Kind, names: unknown): Part[] =>
  [names ?? []].flat().map((name) => ({ kind, name: nameOf(name) }))

/** Expects one result for each name in a field of the request. */
export const eachIn =
  (from: 'query' | 'body', field: string, kind: Kind) =>
  (sent: Sent): Part[] =>
    each(kind, sent[from][field])

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
