import type { Cmr } from '../cmr/client.ts'
import type { PartRow } from './store/expected-results.ts'
import type { Sent } from './expected-results.ts'

/** What CMR is asked about. */
export interface Asked {
  readonly cmr: Cmr
  readonly sent: Sent
  /** What is not over yet. */
  readonly waiting: readonly PartRow[]
  readonly orderId: string | null
  /** When the request left; what was there before does not tell that it happened. */
  readonly sentAt: Date
}

/** How one part stands. `begun`: not over, but CMR is at it, so that the request did arrive. */
export interface Finding {
  readonly part: PartRow
  readonly state: 'done' | 'failed' | 'begun'
  readonly detail?: string | undefined
}

/** Asks CMR how things stand. Parts that it can say nothing of are left out. Throws CmrError. */
export type Look = (asked: Asked) => Promise<readonly Finding[]>

export type Row = Readonly<Record<string, unknown>>

/** The rows of an answer: a bare list, or the first list inside it. */
export function rowsIn(data: unknown): readonly Row[] {
  if (Array.isArray(data)) return data as Row[]
  const list = Object.values((data ?? {}) as Row).find(Array.isArray)
  return (list ?? []) as Row[]
}

/** The text of the first field that is there. */
export function textOf(row: Row | undefined, ...fields: string[]): string {
  const found = fields.map((field) => row?.[field]).find((value) => value !== undefined && value !== null)
  return found === undefined ? '' : String(found)
}

/** Findings for the parts that a question has an answer to. */
export function findings(
  waiting: readonly PartRow[],
  answer: (part: PartRow) => Finding['state'] | { state: Finding['state']; detail: string } | undefined,
): Finding[] {
  return waiting.flatMap((part) => {
    const found = answer(part)
    if (!found) return []
    return typeof found === 'string' ? [{ part, state: found }] : [{ part, ...found }]
  })
}
