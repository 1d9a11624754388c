import type { Cmr } from '../cmr/client.ts'
import type { JsonObject } from '../cmr/json.ts'
import type { ExpectedResult, RequestContent } from './expected-results.ts'
import type { ExpectedResultRow } from './store/expected-results.ts'

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
