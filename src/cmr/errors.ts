import { HTTPError } from 'ky'
import { backOffMs, retryAfterMs } from '../process/retries.ts'
import type { Endpoint, RefusedItem } from './endpoint.ts'
import { LONGEST_PAUSE_MS, PausedError, type Priority } from './limiter.ts'

/** What kind of failure a call of CMR met, as far as it can be told. */
export type CmrErrorKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'wallet'
  | 'not-found'
  | 'conflict'
  | 'rate-limited'
  | 'unavailable'
  | 'not-set-up'
  | 'unknown-outcome'
  | 'unexpected-answer'

interface CmrErrorDetails {
  readonly kind: CmrErrorKind
  /** The endpoint's id. */
  readonly endpoint: string
  /** The worse of the HTTP status and the one in the body; none where CMR never answered. */
  readonly status?: number | undefined
  /** What CMR said, in its own words. */
  readonly cmrMessage?: string | undefined
  /** True where the request left and nobody can say whether CMR acted on it: it must not be sent again. */
  readonly mayHaveBeenAccepted: boolean
  readonly actionId?: string | undefined
  /** What the refusal carried, for example `mailboxCount`; without credentials. */
  readonly data?: unknown
  /** The items that CMR refused, each in its own words, where it refused all of them inside a 200. */
  readonly refused?: readonly RefusedItem[] | undefined
  readonly retryAfterSeconds?: number | undefined
  /** What an admin can do about it, in sentences that name settings or fields of CMR's: nobody else reads them. */
  readonly adminHint?: string | undefined
  /** CMR's id of the customer that was asked about, where one was: people may have named them otherwise. */
  readonly userId?: string | undefined
}

/** A call of CMR that did not come to a usable answer. `message` is a sentence for people. */
export class CmrError extends Error implements CmrErrorDetails {
  declare readonly kind: CmrErrorKind
  declare readonly endpoint: string
  declare readonly status: number | undefined
  declare readonly cmrMessage: string | undefined
  declare readonly mayHaveBeenAccepted: boolean
  declare readonly actionId: string | undefined
  declare readonly data: unknown
  declare readonly refused: readonly RefusedItem[] | undefined
  declare readonly retryAfterSeconds: number | undefined
  declare readonly adminHint: string | undefined
  declare readonly userId: string | undefined

  /** @param sentence what happened, ending in a full stop */
  constructor(sentence: string, details: CmrErrorDetails, cause?: unknown) {
    super(sentence, { cause })
    this.name = 'CmrError'
    Object.assign(this, details)
  }
}

/** Returns whether the same request may go through a little later: CMR was away, too busy, or answered nonsense. */
export function mayPass({ kind }: CmrError): boolean {
  return kind === 'unavailable' || kind === 'rate-limited' || kind === 'unexpected-answer'
}

/** What was given, with the customer's id in place of how people named them: CMR's support asks for it. */
export function withCustomer(
  given: Readonly<Record<string, unknown>>,
  error: unknown,
): Readonly<Record<string, unknown>> {
  return error instanceof CmrError && error.userId ? { ...given, userId: error.userId } : given
}

/**
 * A failure in one line: which endpoint, the status or that there was none, the sentence; of an answer that makes no sense
 * also what it was, which CMR's support asks for. @see readTrace
 */
export function traceOf({ endpoint, status, kind, message, adminHint }: CmrError): string {
  const answer = kind === 'unexpected-answer' && adminHint ? ` ${adminHint}` : ''
  return `${endpoint} ${status ?? 'no answer'}: ${message}${answer}`
}

/** The way back from `traceOf`; nothing where the text is no trace. */
export function readTrace(
  text: string,
): { readonly endpoint: string; readonly status: string; readonly sentence: string } | undefined {
  const [, endpoint, status, sentence] = /^([a-z]+\.[a-z-]+) (\d{3}|no answer): (.+)$/s.exec(text) ?? []
  return endpoint && status && sentence ? { endpoint, status, sentence } : undefined
}

/** HTTP status → kind ("Error codes"): 403 means that the key is known and may not, 408 and 5xx that CMR is not well. */
export function kindOfStatus(status: number): CmrErrorKind {
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 402) return 'wallet'
  if (status === 404) return 'not-found'
  if (status === 409) return 'conflict'
  if (status === 429) return 'rate-limited'
  if (status >= 500 || status === 408) return 'unavailable'
  return 'invalid'
}

const sentences: Record<CmrErrorKind, string> = {
  invalid: 'CMR did not accept what was sent',
  unauthorized: 'CMR refuses the API key',
  forbidden: 'CMR does not let this API key do that',
  wallet: 'The CMR wallet does not hold enough',
  'not-found': 'CMR cannot find it',
  conflict: 'CMR says that this conflicts with what it already has',
  'rate-limited': 'CMR got too many requests at once',
  unavailable: 'CMR has a problem of its own',
  'not-set-up': 'This is not set up here',
  'unknown-outcome': 'CMR did not answer',
  'unexpected-answer': 'CMR gave an answer that the bot cannot read',
}

/** "CMR did not accept what was sent (422): Parameter error." */
export function sentenceOf(kind: CmrErrorKind, status: number | undefined, cmrMessage?: string): string {
  const number = status ? ` (${status})` : ''
  const own = cmrMessage ? `: ${withoutEnd(cmrMessage)}` : ''
  return `${sentences[kind]}${number}${own}.`
}

/** A sentence of CMR's without its full stop. From the end: a text of thousands of spaces would be read from each of them. */
function withoutEnd(text: string): string {
  let end = text.length
  while (end > 0 && /[.\s]/.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** Failures to connect: nothing has left, so even a write may be sent again. */
const nothingLeft = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
])

/** The longest that a retry waits for CMR; a longer Retry-After is told to the person instead. */
const LONGEST_WAIT_MS = 10_000
const BACK_OFF = { firstMs: 5000, longestMs: 30_000 }

/**
 * Reads are tried again; writes only where CMR did nothing: it said 429, or could not be reached at all.
 * @param factor on the waits between two attempts
 */
export function retryOf(endpoint: Endpoint, priority: Priority, factor: number) {
  // A run backs off by itself, and notes that it does.
  const patient = priority === 'background'
  return {
    limit: patient ? 4 : 2,
    methods: ['get', 'post', 'put', 'patch', 'delete'] as ('get' | 'post' | 'put' | 'patch' | 'delete')[],
    // "Error codes": back off 5 s, doubling to 30 s. A person waits a second, then hears of it.
    delay: (attempt: number) => factor * (patient ? backOffMs(attempt - 1, BACK_OFF) : 700 * attempt),
    shouldRetry: ({ error }: { error: Error }) => {
      if (pausedBy(error)) return false
      if (error instanceof HTTPError && error.response.status === 429) {
        return retryAfterMs(error.response, LONGEST_PAUSE_MS) <= LONGEST_WAIT_MS
      }
      if (neverLeft(error)) return true
      return endpoint.effect === 'read' && !isTimeout(error)
    },
  }
}

function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const code = 'code' in error ? [String(error.code)] : []
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : []
  return [...code, ...inner, ...codesOf(error.cause)]
}

const neverLeft = (error: unknown) => codesOf(error).some((code) => nothingLeft.has(code))

function pausedBy(error: unknown): PausedError | undefined {
  if (error instanceof PausedError) return error
  return error instanceof Error ? pausedBy(error.cause) : undefined
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'TimeoutError' || isTimeout(error.cause)
}

export function failureOf(endpoint: Endpoint, error: unknown, left: boolean): CmrError {
  const details = { endpoint: endpoint.id, mayHaveBeenAccepted: false }
  const paused = pausedBy(error)
  if (paused) {
    const { message, retryAfterSeconds } = paused
    return new CmrError(message, { ...details, kind: 'rate-limited', retryAfterSeconds }, error)
  }
  if (!left || neverLeft(error)) {
    return new CmrError('CMR cannot be reached.', { ...details, kind: 'unavailable' }, error)
  }
  const what = isTimeout(error)
    ? 'CMR did not answer in time.'
    : 'The connection to CMR broke before CMR answered.'
  if (endpoint.effect === 'read') return new CmrError(what, { ...details, kind: 'unavailable' }, error)
  return new CmrError(what, { ...details, kind: 'unknown-outcome', mayHaveBeenAccepted: true }, error)
}
