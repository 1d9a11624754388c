/** A request as it was sent, without credentials. */
export interface RequestContent {
  readonly query: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
  /** Requests that the bot sends by itself once a result is completed. */
  readonly followUps?: readonly FollowUp[] | undefined
  /** True for an operation of follow-ups only: each of its requests has its own actionId. */
  readonly isPlan?: true | undefined
}

/** A request that the bot sends by itself as a part of an operation. */
export interface FollowUp {
  /** The result it is expected to have. */
  readonly part: ExpectedResult
  /** The part that has to be done first; without it the request is sent as soon as it can be. */
  readonly after?: ExpectedResult | undefined
  /** `domains.auto-renew`… */
  readonly endpoint: string
  readonly request: Pick<RequestContent, 'query' | 'body'>
  /** The name that people know, where `name` is an id. */
  readonly label?: string | undefined
  /** CMR's state before the request, where only a difference shows that it succeeded. */
  readonly before?: string | undefined
}

/** Something that has to come about before an operation is over. */
export interface ExpectedResult {
  readonly kind: ResultKind
  /** The name that webhooks use, in lower case: a domain, an address or an id. */
  readonly name: string
  /** The name as CMR spells it and people read it, where that is another: an id in capitals. */
  readonly label?: string | undefined
}

/** The properties of a kind of result. */
interface KindTraits {
  /** Counts it: "mailboxes 12/15". */
  readonly plural: string
  /** The same result is refused while the first is under way. */
  readonly once?: true
  /** CMR's answer completes it: no webhook follows. */
  readonly endsWithAnswer?: true
  /** It only looks at what came about: it is neither counted nor a failure. Its detail says what was found. */
  readonly isLook?: true
  /** Each of several takes a request of its own: what became of one says nothing of the others. */
  readonly separate?: true
}

/** In the order in which progress lists them. */
export const resultKinds = {
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
  // CMR answers that it removes it shortly: whether it did is looked for.
  removal: { plural: 'mailboxes removed', once: true, separate: true },
  'auto-renew': { plural: 'domains set to auto-renew', endsWithAnswer: true },
  'subscription auto-renew': { plural: 'subscriptions set to auto-renew', endsWithAnswer: true },
  placement: { plural: 'placement tests', once: true, endsWithAnswer: true },
  'mail check': { plural: 'domains checked for mail', endsWithAnswer: true, isLook: true },
  change: { plural: 'changes', endsWithAnswer: true },
} as const satisfies Readonly<Record<string, KindTraits>>
export type ResultKind = keyof typeof resultKinds

const traitsOf = (kind: ResultKind): KindTraits => resultKinds[kind]
export const mayNotRepeat = (kind: ResultKind) => traitsOf(kind).once === true
export const endsWithAnswer = (kind: ResultKind) => traitsOf(kind).endsWithAnswer === true
export const isLook = (kind: ResultKind) => traitsOf(kind).isLook === true
/** Returns the results that count, without what only looks at them. */
export const withoutLooks = <Part extends { readonly kind: string }>(parts: readonly Part[]): Part[] =>
  parts.filter(({ kind }) => !isLook(kind as ResultKind))
export const isSeparate = (kind: ResultKind) => traitsOf(kind).separate === true

/** Returns a name as webhooks and lists write it. */
export const nameOf = (value: unknown) => String(value).trim().toLowerCase()

/** Returns one result for each name: of a single name, or of a list of them. */
export const each = (kind: ResultKind, names: unknown): ExpectedResult[] =>
  [names ?? []].flat().map((given) => {
    const [name, label] = [nameOf(given), String(given).trim()]
    return { kind, name, ...(label !== name && { label }) }
  })

/** Expects one result for each name in a field of the request. */
export const eachIn =
  (from: 'query' | 'body', field: string, kind: ResultKind) =>
  (sent: RequestContent): ExpectedResult[] =>
    each(kind, sent[from][field])
