import ky, { HTTPError } from 'ky'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { retryAfterMs } from '../process/retries.ts'
import { scrubDeep } from '../process/seen-secrets.ts'
import { partlyUnreadable, readAnswer } from './answer.ts'
import { unreadableIn } from './answers/page.ts'
import type { Corrections } from './corrections.ts'
import type { Answer, Endpoint, RefusedItem, RequestOf } from './endpoint.ts'
import { sections } from './endpoints/index.ts'
import { CmrError, failureOf, kindOfStatus, retryOf } from './errors.ts'
import { parseJson } from './json.ts'
import { createLimiter, LONGEST_PAUSE_MS, type Priority } from './limiter.ts'
import { rememberCredentials } from './redact.ts'
import {
  checked,
  keyInside,
  multipart,
  noSandbox,
  refuseUnnarrowed,
  renamed,
  withoutHeaders,
} from './request.ts'

/** How one call is made. */
export interface CallOptions {
  /** Who waits for it: a person, unless the client was made for somebody else with `at`. */
  readonly priority?: Priority
  readonly signal?: AbortSignal
  /**
   * Takes a list of which some rows cannot be read. Left out, such an answer is a failure: whoever decides by a list
   * what to change must have all of it.
   */
  readonly takesPartial?: boolean
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
export type CmrApi = {
  readonly [S in keyof Sections]: { readonly [V in keyof Sections[S]]: Call<Sections[S][V]> }
} & {
  /** The same by id, for commands that are made from declarations. */
  call(endpoint: Endpoint, request: RequestOf<Endpoint>, options?: CallOptions): Promise<Answer<unknown>>
}

/** Returns the API by what sends each of its requests: a method an endpoint, and the same by id. */
export function apiOf(call: CmrApi['call']): CmrApi {
  const methods = Object.entries(sections).map(([name, section]) => [
    name,
    Object.fromEntries(
      Object.entries(section as Record<string, Endpoint>).map(([verb, endpoint]) => [
        verb,
        (request: RequestOf<Endpoint> = {}, options?: CallOptions) => call(endpoint, request, options),
      ]),
    ),
  ])
  return { ...Object.fromEntries(methods), call } as CmrApi
}

/** The API with its pace: for those who send in the background. */
export type Cmr = CmrApi & {
  /** The same API for somebody else who waits: a command's `run` works unchanged in a run or a background job. */
  at(priority: Priority): Cmr
  /**
   * Waits for a turn and hands out the API with it: its first request leaves at once. What has to be written
   * down before something is sent is then written when it really is about to be.
   */
  reserve(priority: Priority, signal?: AbortSignal): Promise<Cmr>
  /** Milliseconds that are left of the pause that CMR asked for; 0 where there is none. */
  pausedMs(): number
  /** Ends that pause because a person says so: one request finds out whether CMR agrees. */
  endPause(): void
}

/** What the client needs. Times are milliseconds. */
interface CmrOptions {
  readonly apiKey: string
  readonly apiUrl: string
  /** CMR's own sandbox for pre-warmed mailboxes; without it its endpoints say so. */
  readonly sandbox?: { readonly apiKey: string; readonly apiUrl: string } | undefined
  /** From the moment the request leaves to the end of the answer. */
  readonly timeoutMs?: number | undefined
  /** CMR allows 5 ("Rate limits"). */
  readonly requestsPerSecond?: number | undefined
  /** On the waits between two attempts; 1 unless told otherwise. */
  readonly retryFactor?: number | undefined
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
  /** What of the request CMR refused inside its answer. */
  readonly refused: readonly RefusedItem[]
  /** Milliseconds since the request left: CMR's answer is at most that old. */
  readonly sentMsAgo: number
}

/** Builds the client. Nothing is sent until a method is called. */
export function createCmr(options: CmrOptions): Cmr {
  const limiter = createLimiter(options.requestsPerSecond ?? 5)
  const timeoutMs = options.timeoutMs ?? 20_000
  const keys = [options, options.sandbox].flatMap((credential) => credential?.apiKey ?? [])

  async function call(
    endpoint: Endpoint,
    request: RequestOf<Endpoint>,
    { priority, signal, takesPartial }: CallOptions & { readonly priority: Priority },
    reserved: (() => void)[],
  ): Promise<Answer<unknown>> {
    const credential = endpoint.credential === 'sandbox' ? options.sandbox : options
    if (!credential) throw noSandbox(endpoint)
    const correction = options.corrections?.[endpoint.id]
    const { query, body } = checked(endpoint, request)
    // A refusal may repeat a password that somebody has typed.
    rememberCredentials([query, body])
    const outgoing = JSON.stringify([query, body])
    if (keys.some((key) => outgoing.includes(key))) throw keyInside(endpoint)
    const path = correction?.path ?? endpoint.path
    const url = new URL(credential.apiUrl.replace(/\/$/, '') + path)
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue
      const header = correction?.headers?.[name]
      if (header) headers[header] = String(value)
      else url.searchParams.set(correction?.rename?.[name] ?? name, String(value))
    }
    const { body: inBody, headers: fromBody } = withoutHeaders(
      // Support needs no mailbox's password.
      endpoint.id === sections.errors.send.id ? scrubDeep(body) : body,
      correction?.headers,
    )
    Object.assign(headers, fromBody)
    const sent = renamed(inBody, correction?.rename)
    const fields = { ...renamed(query, correction?.rename), ...sent }
    refuseUnnarrowed(endpoint, { path, fields, rename: correction?.rename })
    const started = performance.now()
    let leftAt: number | undefined

    const attempt: typeof fetch = async (input, init) => {
      leftAt = undefined
      const answered = reserved.pop() ?? (await limiter.turn(priority, signal))
      leftAt = performance.now()
      const timeout = AbortSignal.timeout(timeoutMs)
      const until = signal ? AbortSignal.any([signal, timeout]) : timeout
      try {
        const response = await fetch(input, { ...init, signal: until })
        if (response.status === 429) limiter.pause(retryAfterMs(response, LONGEST_PAUSE_MS))
        return response
      } finally {
        answered()
      }
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
        parseJson,
        // Following would show the key to whoever is named, and turn a POST into a GET.
        redirect: 'manual',
        timeout: false,
        throwHttpErrors: (status) =>
          status === 429 || (endpoint.effect === 'read' && kindOfStatus(status) === 'unavailable'),
        retry: retryOf(endpoint, priority, options.retryFactor ?? 1),
        // Also ends the wait between two attempts.
        ...(signal && { signal }),
      })
      const answer = await readAnswer(endpoint, response, { query, body })
      const unreadable = unreadableIn(answer.data)
      if (unreadable > 0) {
        options.logger?.warn({ endpoint: endpoint.id, unreadable }, 'rows of a list of CMR’s cannot be read')
        if (!takesPartial) throw partlyUnreadable(endpoint, unreadable)
      }
      const sentMsAgo = performance.now() - (leftAt ?? started)
      const { data, refused } = answer
      options.onAnswer?.({ endpoint: endpoint.id, request, data, refused, sentMsAgo })
      return answer
    } catch (error) {
      if (error instanceof CmrError) throw error
      if (error instanceof HTTPError)
        // ky has read the body, and gives nothing for one that is empty or no JSON.
        return await readAnswer(endpoint, error.response, { query, body }, error.data ?? '')
      throw failureOf(endpoint, error, leftAt !== undefined)
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
      { priority = usual, ...others }: CallOptions = {},
    ) =>
      call(endpoint, request, { priority, ...others }, reserved).catch((error: unknown) => {
        const userId = request.query?.userId
        if (error instanceof CmrError && typeof userId === 'string') Object.assign(error, { userId })
        throw error
      })
    const reserve = async (priority: Priority, signal?: AbortSignal) =>
      clientFor(priority, [await limiter.turn(priority, signal)])
    return {
      ...apiOf(ask),
      at: (priority: Priority) => clientFor(priority),
      reserve,
      pausedMs: limiter.pausedMs,
      endPause: limiter.endPause,
    }
  }
  return clientFor('person')
}
