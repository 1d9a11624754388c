import ky, { HTTPError } from 'ky'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { readAnswer } from './answer.ts'
import type { Corrections } from './corrections.ts'
import type { Answer, Endpoint, RequestOf } from './endpoint.ts'
import { sections } from './endpoints/index.ts'
import { CmrError } from './errors.ts'
import { createLimiter, PausedError, type Priority } from './limiter.ts'

/** How one call is made. */
export interface CallOptions {
  /** Who waits for it: a person, unless the client was made for somebody else with `at`. */
  readonly priority?: Priority
  readonly signal?: AbortSignal
}

type Sections = typeof sections
type Call<E> =
  E extends Endpoint<infer Q, infer B, infer A>
    ? (
        request?: { readonly query?: z.input<Q>; readonly body?: z.input<B> },
        options?: CallOptions,
      ) => Promise<Answer<z.output<A>>>
    : never

/** The API, a method an endpoint: `cmr.users.create({ body })`. Every method throws CmrError only. */
export type Cmr = {
  readonly [S in keyof Sections]: { readonly [V in keyof Sections[S]]: Call<Sections[S][V]> }
} & {
  /** The same by id, for commands that are made from declarations. */
  call(endpoint: Endpoint, request: RequestOf<Endpoint>, options?: CallOptions): Promise<Answer<unknown>>
  /** The same API for somebody else who waits: a command's `run` works unchanged in a run or a background job. */
  at(priority: Priority): Cmr
  /**
   * Waits for a turn and hands out the API with it: its first request leaves at once. What has to be written
   * down before something is sent is then written when it really is about to be.
   */
  reserve(priority: Priority, signal?: AbortSignal): Promise<Cmr>
}

/** What the client needs. Times are milliseconds. */
export interface CmrOptions {
  readonly apiKey: string
  readonly apiUrl: string
  /** CMR's own sandbox for pre-warmed mailboxes; without it its endpoints say so. */
  readonly sandbox?: { readonly apiKey: string; readonly apiUrl: string } | undefined
  /** From the moment the request leaves to the end of the answer. */
  readonly timeoutMs?: number
  /** CMR allows 5 ("Rate limits"). */
  readonly requestsPerSecond?: number | undefined
  readonly corrections?: Corrections
  readonly logger?: Logger
  /** Told of everything that CMR answered and did not refuse. Must not throw. */
  readonly onAnswer?: (answer: Answered) => void
}

/** What was asked of CMR, and what it answered. */
export interface Answered {
  /** The endpoint's id. */
  readonly endpoint: string
  readonly request: RequestOf<Endpoint>
  readonly data: unknown
  /** Milliseconds since the request left: CMR's answer is at most that old. */
  readonly sentMsAgo: number
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
const PATIENCE_S = 10

/** Builds the client. Nothing is sent until a method is called. */
export function createCmr(options: CmrOptions): Cmr {
  const limiter = createLimiter(options.requestsPerSecond ?? 5)
  const timeoutMs = options.timeoutMs ?? 20_000

  async function call(
    endpoint: Endpoint,
    request: RequestOf<Endpoint>,
    { priority, signal }: { priority: Priority; signal?: AbortSignal | undefined },
    reserved: (() => void)[],
  ): Promise<Answer<unknown>> {
    const credential = endpoint.credential === 'sandbox' ? options.sandbox : options
    if (!credential) throw noSandbox(endpoint)
    const correction = options.corrections?.[endpoint.id]
    const { query, body } = checked(endpoint, request)
    if (JSON.stringify([query, body]).includes(credential.apiKey)) throw keyInside(endpoint)
    const url = new URL(credential.apiUrl.replace(/\/$/, '') + (correction?.path ?? endpoint.path))
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue
      const theirs = correction?.rename?.[name] ?? endpoint.headers[name] ?? name
      if (name in endpoint.headers) headers[theirs] = String(value)
      else url.searchParams.set(theirs, String(value))
    }
    const sent = renamed(body, correction?.rename)
    const started = performance.now()
    let leftAt: number | undefined

    const attempt: typeof fetch = async (input, init) => {
      leftAt = undefined
      const answered = reserved.pop() ?? (await limiter.turn(priority, signal))
      leftAt = performance.now()
      const timeout = AbortSignal.timeout(timeoutMs)
      const until = signal ? AbortSignal.any([signal, timeout]) : timeout
      const response = await fetch(input, { ...init, signal: until }).finally(answered)
      if (response.status === 429) limiter.pause(1000 * retryAfter(response))
      return response
    }
    try {
      const response = await ky(url, {
        method: correction?.method ?? endpoint.method,
        headers: {
          [endpoint.credential === 'sandbox' ? 'cmr-x-sandbox-api-key' : 'cmr-x-api-key']: credential.apiKey,
          accept: 'application/json',
          ...headers,
        },
        ...(sent !== undefined &&
          (endpoint.encoding === 'multipart' ? { body: multipart(sent) } : { json: sent })),
        fetch: attempt,
        timeout: false,
        throwHttpErrors: (status) => status === 429 || (status >= 500 && endpoint.retry === 'safe'),
        retry: retryOf(endpoint, priority),
        // Also ends the wait between two attempts.
        ...(signal && { signal }),
      })
      const answer = await readAnswer(endpoint, response)
      const sentMsAgo = performance.now() - (leftAt ?? started)
      options.onAnswer?.({ endpoint: endpoint.id, request, data: answer.data, sentMsAgo })
      return answer
    } catch (error) {
      if (error instanceof CmrError) throw error
      if (error instanceof HTTPError) return await readAnswer(endpoint, error.response, error.data)
      throw failure(endpoint, error, leftAt !== undefined)
    } finally {
      options.logger?.debug(
        { endpoint: endpoint.id, ms: Math.round(performance.now() - started) },
        'asked CMR',
      )
    }
  }

  /** @param reserved turns that were waited for already, used up by the first requests */
  function clientFor(usual: Priority, reserved: (() => void)[] = []): Cmr {
    const ask = (
      endpoint: Endpoint,
      request: RequestOf<Endpoint> = {},
      { priority = usual, signal }: CallOptions = {},
    ) => call(endpoint, request, { priority, signal }, reserved)
    const methods = Object.fromEntries(
      Object.entries(sections).map(([name, section]) => [
        name,
        Object.fromEntries(
          Object.entries(section as Record<string, Endpoint>).map(([verb, endpoint]) => [
            verb,
            (request?: RequestOf<Endpoint>, callOptions?: CallOptions) => ask(endpoint, request, callOptions),
          ]),
        ),
      ]),
    )
    const reserve = async (priority: Priority, signal?: AbortSignal) =>
      clientFor(priority, [await limiter.turn(priority, signal)])
    return {
      ...methods,
      call: ask,
      at: (priority: Priority) => clientFor(priority),
      reserve,
    } as unknown as Cmr
  }
  return clientFor('person')
}

/** Reads are tried again; writes only where CMR did nothing: it said 429, or could not be reached at all. */
function retryOf(endpoint: Endpoint, priority: Priority) {
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
        return retryAfter(error.response) <= PATIENCE_S
      }
      if (neverLeft(error)) return true
      return endpoint.retry === 'safe' && !isTimeout(error)
    },
  }
}

/** Refuses what CMR would refuse, before a request is spent on it. */
function checked(endpoint: Endpoint, request: RequestOf<Endpoint>) {
  const query = endpoint.query.safeParse(request.query ?? {})
  const body = endpoint.body.safeParse(request.body)
  const issue = query.error?.issues[0] ?? body.error?.issues[0]
  if (issue) {
    throw new CmrError(`${issue.path.join('.') || 'The request'}: ${issue.message}`, {
      kind: 'invalid',
      endpoint: endpoint.id,
      mayHaveBeenAccepted: false,
    })
  }
  return { query: query.data ?? {}, body: body.data as Record<string, unknown> | undefined }
}

function renamed(body: Record<string, unknown> | undefined, rename: Readonly<Record<string, string>> = {}) {
  if (!body) return undefined
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [rename[name] ?? name, value]))
}

/** Files go as parts named `files[user@domain]`; what is not text goes as JSON. */
function multipart(body: Record<string, unknown>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue
    if (name === 'files') {
      for (const [address, file] of Object.entries(value as Record<string, Blob>))
        form.append(`files[${address}]`, file)
    } else form.append(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return form
}

function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const code = 'code' in error ? [String(error.code)] : []
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : []
  return [...code, ...inner, ...codesOf(error.cause)]
}

const neverLeft = (error: unknown) => codesOf(error).some((code) => nothingLeft.has(code))

/** Seconds; CMR sends it with every 429. */
function retryAfter({ headers }: Response): number {
  return Number(headers.get('retry-after')) || 1
}

function pausedBy(error: unknown): PausedError | undefined {
  if (error instanceof PausedError) return error
  return error instanceof Error ? pausedBy(error.cause) : undefined
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'TimeoutError' || isTimeout(error.cause)
}

function failure(endpoint: Endpoint, error: unknown, left: boolean): CmrError {
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
    : 'The connection to CMR broke before it had answered.'
  if (endpoint.effect === 'read') return new CmrError(what, { ...details, kind: 'unavailable' }, error)
  return new CmrError(what, { ...details, kind: 'unknown-outcome', mayHaveBeenAccepted: true }, error)
}

/** Keys go into the header alone: people paste them into texts by mistake. */
function keyInside(endpoint: Endpoint): CmrError {
  return new CmrError('What was to be sent contains the API key. Take it out.', {
    kind: 'invalid',
    endpoint: endpoint.id,
    mayHaveBeenAccepted: false,
  })
}

function noSandbox(endpoint: Endpoint): CmrError {
  return new CmrError(
    'CMR’s sandbox for pre-warmed mailboxes is not set up here: it needs CMR_SANDBOX_API_KEY and CMR_SANDBOX_API_URL.',
    { kind: 'unavailable', endpoint: endpoint.id, mayHaveBeenAccepted: false },
  )
}
