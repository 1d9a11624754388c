import type { Cmr } from '../cmr/client.ts'
import type { ExpectedResult, RequestContent } from './expected-results.ts'
import type { Reconciler } from './reconciler.ts'

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
