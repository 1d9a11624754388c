import type { Page } from '../cmr/answers/page.ts'
import type { RefusedItem } from '../cmr/endpoint.ts'
import { refusalOf } from '../cmr/items.ts'
import { isObject, type JsonObject } from '../cmr/json.ts'
import type { EntryKind } from './store/rows.ts'
import { type DirectoryUpdate, type SubscriptionEnd, text } from './updates.ts'

/** A request as it was sent, and CMR's answer. */
export interface Exchange {
  readonly query: JsonObject
  readonly body: JsonObject
  readonly data: unknown
  /** Items of the request that CMR refused inside its answer: nothing changed there. */
  readonly refused: readonly RefusedItem[]
}

/** All subscriptions that a domain has by CMR's word: any other id on it no longer resolves. */
export interface CurrentSubscriptions {
  readonly domain: string
  readonly ids: readonly string[]
}

/** What the wallet holds by an answer of CMR's. */
export interface WalletReading {
  readonly cents: number
  readonly currency: string
}

/** What an endpoint's answer teaches the directory; declared beside its command. */
export interface AnswerTraits {
  updates?(exchange: Exchange): DirectoryUpdate[]
  /** Returns the subscriptions that the request has ended. */
  endings?(exchange: Exchange): SubscriptionEnd[]
  currentSubscriptions?(exchange: Exchange): CurrentSubscriptions[]
  /** Returns what the wallet holds; nothing where it cannot be read. */
  wallet?(exchange: Exchange): WalletReading | undefined
}

/** Finds what an endpoint's answer teaches, by the endpoint's id. */
export type AnswerTraitsOf = (endpoint: string) => AnswerTraits

/** Returns what an answer of CMR's teaches; nothing where its endpoint declares nothing. */
export function effectsOfAnswer(
  { updates, endings, currentSubscriptions, wallet }: AnswerTraits,
  { query, body }: { readonly query?: unknown; readonly body?: unknown },
  data: unknown,
  refused: readonly RefusedItem[],
) {
  const exchange = { query: isObject(query) ? query : {}, body: isObject(body) ? body : {}, data, refused }
  return {
    directoryUpdates: updates?.(exchange) ?? [],
    endings: endings?.(exchange) ?? [],
    current: currentSubscriptions?.(exchange) ?? [],
    wallet: wallet?.(exchange),
  }
}

/** Returns the rows of an answer that is a page. */
export const pageIn = (data: unknown): readonly JsonObject[] => (data as Page<JsonObject>).rows

/** Returns the one thing that an answer is about, in a list; nothing where CMR answered null. */
export const objectIn = (data: unknown): readonly JsonObject[] => (isObject(data) ? [data] : [])

/** Returns the names in a list of the request that CMR did not refuse. */
export function takenNames(value: unknown, refused: readonly RefusedItem[]): string[] {
  const names = Array.isArray(value) ? value.flatMap((one) => text(one) ?? []) : []
  return names.filter((name) => isTaken(refused, name))
}

export const isTaken = (refused: readonly RefusedItem[], name: unknown) =>
  refusalOf(refused, name) === undefined

export function gone(kind: EntryKind, id: unknown): DirectoryUpdate[] {
  const known = text(id)
  return known ? [{ kind, id: known, gone: true }] : []
}
