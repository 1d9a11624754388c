import { CmrError } from '../cmr/errors.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Fact } from './facts.ts'

/** What it takes to find out how a domain is. */
export type DiagnosisContext = Pick<
  CommandContext,
  'cmr' | 'store' | 'clock' | 'prices' | 'access' | 'caller'
>

/** How long CMR is asked before what is known by then is shown; milliseconds. */
export const BUDGET_MS = 8000

const TOO_LATE = 'CMR did not answer in time'

/** Asks CMR several things at once, each for itself: what fails leaves the others to be looked at. */
export interface Asking {
  /** Ends every request that is still under way when the time is over. */
  readonly signal: AbortSignal
  /** Returns what CMR said, or why that is not known. */
  fact<Value>(asked: Promise<Value>): Promise<Fact<Value>>
  /** The same, where CMR's "not found" is an answer. */
  factOrNone<Value>(asked: Promise<Value>): Promise<Fact<Value | undefined>>
  /** Throws the first failure, where CMR answered nothing at all. */
  throwIfSilent(facts: readonly Fact<unknown>[]): void
}

export function createAsking(budgetMs = BUDGET_MS): Asking {
  const signal = AbortSignal.timeout(budgetMs)
  let first: CmrError | undefined

  function unchecked(error: unknown): { unchecked: string } {
    if (!(error instanceof CmrError)) throw error
    first ??= error
    return { unchecked: signal.aborted ? TOO_LATE : error.message.replace(/\.$/, '') }
  }

  return {
    signal,
    fact: (asked) => asked.then((value) => ({ value }), unchecked),
    factOrNone: (asked) =>
      asked.then(
        (value) => ({ value }),
        (error: unknown) =>
          error instanceof CmrError && error.kind === 'not-found' ? { value: undefined } : unchecked(error),
      ),
    throwIfSilent(facts) {
      if (first && facts.every((fact) => 'unchecked' in fact)) throw first
    },
  }
}

/** Works out a fact from another one; what was not checked stays so, for the same reason. */
export function mapFact<From, To>(fact: Fact<From>, read: (value: From) => To): Fact<To> {
  return 'value' in fact ? { value: read(fact.value) } : fact
}
