import { HTTPError } from 'ky'
import { retryAfterMs } from '../process/retries.ts'
import type { Endpoint } from './endpoint.ts'
import { CmrError } from './errors.ts'
import { LONGEST_PAUSE_MS, PausedError, type Priority } from './limiter.ts'

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

/** Reads are tried again; writes only where CMR did nothing: it said 429, or could not be reached at all. */
export function retryOf(endpoint: Endpoint, priority: Priority) {
  // A run backs off by itself, and notes that it does.
  const patient = priority === 'background'
  return {
    limit: patient ? 4 : 2,
    methods: ['get', 'post', 'put', 'patch', 'delete'] as ('get' | 'post' | 'put' | 'patch' | 'delete')[],
    // "Error codes": back off 5 s, doubling to 30 s. A person waits a second, then hears of it.
    delay: (attempt: number) => (patient ? Math.min(5000 * 2 ** (attempt - 1), 30_000) : 700 * attempt),
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

export function failure(endpoint: Endpoint, error: unknown, left: boolean): CmrError {
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
