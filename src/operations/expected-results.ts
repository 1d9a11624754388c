import type { Cmr } from '../cmr/client.ts'
import type { RefusedItem } from '../cmr/endpoint.ts'
import { refusalOf } from '../cmr/items.ts'
import type { JsonObject } from '../cmr/json.ts'
import type { ExpectedResultRow } from './store/expected-results.ts'

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

const traitsOf = (kind: string): KindTraits => resultKinds[kind as ResultKind]
export const mayNotRepeat = (kind: string) => traitsOf(kind).once === true
export const endsWithAnswer = (kind: string) => traitsOf(kind).endsWithAnswer === true
export const isLook = (kind: string) => traitsOf(kind).isLook === true
/** Returns the results that count, without what only looks at them. */
export const withoutLooks = <Part extends { readonly kind: string }>(parts: readonly Part[]): Part[] =>
  parts.filter(({ kind }) => !isLook(kind))
export const isSeparate = (kind: string) => traitsOf(kind).separate === true

/** What is noted of a request that the bot would send if nobody had frozen it. */
export const FROZEN = 'waits until an admin ends the freeze'

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

/** Everything that operations need to know about an endpoint beyond CMR's description. It is declared beside its command. */
export interface OperationTraits {
  /**
   * Returns what has to come about before the operation is over. Without it, CMR's answer ends it.
   * @param placed what the order was placed with, for the endpoint that processes one
   */
  expects?(sent: RequestContent, placed?: RequestContent): readonly ExpectedResult[]
  /** Finds out whether a request happened. Without it only a webhook, or a person, can say. */
  readonly reconcile?: Reconciler
  /**
   * Reads what the request is about to change, by the names of its expected results, where only the difference
   * shows later that it happened. Throws CmrError.
   */
  readonly remember?: (cmr: Cmr, sent: RequestContent) => Promise<Map<string, string>>
  /** Minutes that CMR may take before a person is asked; 30 by default. */
  readonly deadlineMinutes?: number
  /** Returns what an answer shows to a result that only looks, in a few words. */
  finds?(data: unknown): string
  /** Returns the id of the order, placed earlier, that the request goes on with. */
  orderOf?(sent: RequestContent): string
}

/** Finds the traits of an endpoint by its id; an unknown one has none. */
export type OperationTraitsOf = (endpoint: string) => OperationTraits

/**
 * Returns the results that a request must have before its operation is over, each once.
 * @param placed what the order was placed with, where one that waited is processed now
 * @returns one `change` where CMR's answer says it all
 */
export function expectedResultsOf(
  endpoint: string,
  { expects }: Pick<OperationTraits, 'expects'>,
  sent: RequestContent,
  placed?: RequestContent,
): readonly ExpectedResult[] {
  const parts = expects?.(sent, placed) ?? []
  const distinct = [...new Map(parts.map((part) => [`${part.kind} ${part.name}`, part])).values()]
  return distinct.length > 0 ? distinct : [{ kind: 'change', name: endpoint }]
}

/** The operation that a reconciler checks. */
export interface ReconcileRequest {
  readonly cmr: Cmr
  readonly sent: RequestContent
  /** The expected results that are still open. */
  readonly waiting: readonly ExpectedResultRow[]
  readonly orderId: string | null
  /** When the request left; what was there before does not tell that it happened. */
  readonly sentAt: Date
}

/** The state of one expected result. `begun`: CMR is working on it, so the request did arrive. */
export interface ReconciledResult {
  readonly part: ExpectedResultRow
  readonly state: 'done' | 'failed' | 'begun'
  readonly detail?: string | undefined
}

/** Asks CMR how things stand. Parts that it can say nothing of are left out. Throws CmrError. */
export type Reconciler = (asked: ReconcileRequest) => Promise<readonly ReconciledResult[]>

/** The text of the first field that is there. */
export function textOf(row: JsonObject | undefined, ...fields: string[]): string {
  const found = fields.map((field) => row?.[field]).find((value) => value !== undefined && value !== null)
  return found === undefined ? '' : String(found)
}

/** Findings for the parts that a question has an answer to. */
export function outcomes(
  waiting: readonly ExpectedResultRow[],
  answer: (
    part: ExpectedResultRow,
  ) => ReconciledResult['state'] | { state: ReconciledResult['state']; detail: string } | undefined,
): ReconciledResult[] {
  return waiting.flatMap((part) => {
    const found = answer(part)
    if (!found) return []
    return typeof found === 'string' ? [{ part, state: found }] : [{ part, ...found }]
  })
}

type RefusablePart = Pick<ExpectedResultRow, 'kind' | 'name'>

/**
 * Returns CMR's reason for refusing a part; nothing where it was not refused. CMR names the domain of a mailbox, and a
 * DNS record by its type and host, or by its host alone, which counts where it can mean one record only.
 */
export function reasonFor(
  refused: readonly RefusedItem[],
  { kind, name }: RefusablePart,
  all: readonly RefusablePart[],
): string | undefined {
  if (kind === 'mailbox') return refusalOf(refused, name.split('@')[1])
  const [, type, host] = kind === 'record' ? name.split(' ') : []
  if (host === undefined) return refusalOf(refused, name)
  const isOnly = (place: string) => all.filter((one) => one.name.includes(place)).length === 1
  const places = [`${type} ${host}`, host].filter((place) => isOnly(` ${place}`))
  return [name, ...places].map((one) => refusalOf(refused, one)).find((reason) => reason !== undefined)
}

/** What a domain was seen to lack for mail. */
export interface MailCheck {
  readonly domain: string
  /** "MX", "SPF", "DKIM", "DMARC"; undefined where CMR did not say. */
  readonly needs: readonly string[] | undefined
}

/** The finding of a look that missed nothing. */
export const NOTHING_MISSING = 'nothing'

/** Returns what of it the bot can add: the key of DKIM is the provider's to make. */
export const addable = ({ needs = [] }: MailCheck): string[] => needs.filter((need) => need !== 'DKIM')

/** Returns whether a domain can send, as far as is known: it lacks nothing that the bot can add. */
export const isAbleToSend = (check: MailCheck) => check.needs !== undefined && addable(check).length === 0

/** Returns what was seen of each domain of an operation that came about. */
export function mailChecks(parts: readonly ExpectedResultRow[]): MailCheck[] {
  const looks = parts.filter(({ kind, state }) => kind === 'mail check' && state !== 'waiting')
  return looks.flatMap(({ name, state, detail }): MailCheck[] => {
    if (state === 'failed' || detail === null)
      return cameAbout(name, parts) ? [{ domain: name, needs: undefined }] : []
    return [{ domain: name, needs: detail === NOTHING_MISSING ? [] : detail.split(', ') }]
  })
}

/** Whether there is anything on a domain that could send. */
function cameAbout(domain: string, parts: readonly ExpectedResultRow[]): boolean {
  return parts.some(
    ({ kind, name, state }) =>
      kind !== 'mail check' &&
      state === 'done' &&
      (name === domain || name.endsWith(`@${domain}`) || name.startsWith(`${domain} `)),
  )
}
