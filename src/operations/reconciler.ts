import type { Cmr } from '../cmr/client.ts'
import type { JsonObject } from '../cmr/json.ts'
import type { RequestContent } from './expected-results.ts'
import type { ExpectedResultRow } from './store/expected-results.ts'

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
