import { z } from 'zod'

/** One of several items that CMR refused although it answered 200 to the request. */
export interface RefusedItem {
  /** What CMR calls it: a domain, a mailboxId, an address…; in lower case. Empty where CMR named nothing. */
  readonly names: readonly string[]
  /** CMR's own words; empty where it gave none. */
  readonly reason: string
}

/** What a request does: reads, changes, spends wallet money, or cannot be undone. */
export type Effect = 'read' | 'write' | 'charge' | 'destroy'

/** Which credential a request carries: the partner's, or that of CMR's own pre-warm-up sandbox. */
export type Credential = 'partner' | 'sandbox'

/**
 * One endpoint of CMR's partner API, declared once. The client method, the sandbox's route, the row of
 * `docs/endpoints.md` and the coverage test all follow from it.
 */
export interface Endpoint<
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  /** `noun.verb`, as listed in the documentation table. */
  readonly id: string
  /** The title of CMR's documentation page. */
  readonly page: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Relative to the API base, with a leading slash. */
  readonly path: string
  readonly query: Query
  /** `z.undefined()` where the request has none. */
  readonly body: Body
  /** Schema of the envelope's `data`; lenient: unknown fields stay. */
  readonly answer: Answer
  /** Only a read is sent again: CMR has no idempotency key, so a write that may have been accepted never is. */
  readonly effect: Effect
  /** Names of the webhook events that end what this request starts. */
  readonly endsWith: readonly string[]
  /**
   * Fields that name what the request acts on. CMR may read a missing or an empty one as "all of the user's", so
   * the client refuses a write in which none of them holds anything, whatever a correction made of it. CMR may
   * also refuse some of the items they name inside a 200 (`items.ts`).
   */
  readonly narrowedBy: readonly string[]
  /** What CMR does where `narrowedBy` holds nothing: `everything` means all that the user has. */
  readonly withoutItems: 'refused' | 'everything'
  /** `inferred`: the whole request is known from CMR's navigation only. */
  readonly source: 'documented' | 'inferred'
  /** The parts of a documented request that are inferred nevertheless. */
  readonly inferred: readonly InferredPart[]
  /** `multipart` sends files beside the fields. */
  readonly encoding: 'json' | 'multipart'
  readonly credential: Credential
  /** What to know before using it, in one sentence; shown in the documentation table. */
  readonly note: string
}

/** A part of a request: its path, its whole body, or one field. */
type InferredPart = 'path' | 'body' | `query.${string}` | `body.${string}`

type Always = 'id' | 'page' | 'method' | 'path' | 'answer' | 'effect'

/** Declares an endpoint. What is left out is usual: no query, no body, documented, sent as JSON with the partner's key. */
export function endpoint<
  A extends z.ZodType,
  Q extends z.ZodObject = z.ZodObject<Record<never, never>>,
  B extends z.ZodType = z.ZodUndefined,
>(
  declaration: Pick<Endpoint<Q, B, A>, Always> & Partial<Omit<Endpoint<Q, B, A>, Always>>,
): Endpoint<Q, B, A> {
  const usual = {
    query: z.object({}),
    body: z.undefined(),
    endsWith: [],
    narrowedBy: [],
    withoutItems: 'refused',
    source: 'documented',
    inferred: [],
    encoding: 'json',
    credential: 'partner',
    note: '',
  } satisfies Omit<Endpoint, Always>
  return Object.freeze({ ...usual, ...declaration }) as Endpoint<Q, B, A>
}

/** What a caller passes: the query's fields and the body's. */
export type RequestOf<E extends Endpoint> = {
  readonly query?: z.input<E['query']>
  readonly body?: z.input<E['body']>
}

/** What CMR answered: the envelope's `data`, its `message` and, for asynchronous work, the `actionId`. */
export interface Answer<Data> {
  readonly data: Data
  readonly message: string
  readonly actionId?: string
  /** Items that CMR refused inside its 200; never all of them, which is a refusal (`CmrError.refused`). */
  readonly refused: readonly RefusedItem[]
}

/** Returns whether CMR does not document the address of this request. */
export function hasInferredPath({ source, inferred }: Pick<Endpoint, 'source' | 'inferred'>): boolean {
  return source === 'inferred' || inferred.includes('path')
}

/** What of a request CMR does not document: `everything`, some parts, or nothing (undefined). */
export function inferredOf({ source, inferred }: Pick<Endpoint, 'source' | 'inferred'>): string | undefined {
  if (source === 'inferred') return 'everything'
  return inferred.length > 0 ? inferred.join(', ') : undefined
}
