import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import { activeIn, domainNamesIn, idIn, notActiveIn } from './references.ts'

/** How much an event may matter to somebody who reads it on a phone, the most first. */
export const severities = ['urgent', 'bad', 'good', 'info'] as const
export type Severity = (typeof severities)[number]

/** Returns how much an event matters: a lower number matters more. */
export const severityRank = (severity: Severity): number => severities.indexOf(severity)

/** Returns whether somebody has to act on an event. */
export const isTrouble = ({ severity }: { readonly severity: Severity }): boolean =>
  severity === 'urgent' || severity === 'bad'

/** The expected results of an operation that an event can complete or fail. */
type EventResultKind =
  | 'domain'
  | 'mailbox'
  | 'renewal'
  | 'subscription'
  | 'cancellation'
  | 'pre-warmed'
  | 'export'
  | 'warm-up'
  | 'warm-up end'
  | 'update'
  | 'record'
  | 'forwarding'

/** The expected results that an event is about, and what it does to them. */
export interface EventEffect {
  /** `news`: it belongs to the results, and changes nothing. */
  readonly effect: 'done' | 'failed' | 'news'
  /** Names are in lower case. */
  readonly parts: readonly { readonly kind: EventResultKind; readonly name: string }[]
  /** The mailboxes of these domains will not come. */
  readonly without?: readonly string[]
  /** The kinds of its results where the event names none of them, so that only its ids tell which they are. */
  readonly unnamed?: readonly EventResultKind[]
}

/** The id by which an event finds its thread. */
export type ThreadKey = 'subscription' | 'domain' | 'order'

/** What the events of one family have in common, also those that CMR does not document. */
export interface EventFamily {
  /** Names of its events begin with this. */
  readonly prefix: string
  /** The first of these ids that an event has is its subject. */
  readonly threadBy: readonly ThreadKey[]
  /** What the directory learns from its data. */
  readonly describes?: 'domain' | 'mailbox' | 'subscription' | 'pre-warmed domain'
  /** Its data names the order that led to it. */
  readonly namesOrder?: true
}

/** A point in the life of one thing: two events that tell of the same life can be compared. */
export interface LifeStage {
  /** What lives. */
  readonly of:
    | 'domain'
    | 'subscription'
    | 'price'
    | 'mailbox'
    | 'mailbox detail'
    | 'warm-up'
    | 'forwarding'
    | 'failed order'
  /** Grows within a term, such as the month that is paid; 0 as the term begins. */
  readonly step: number
  /** The field that holds the end of the term. */
  readonly term?: 'periodEnd' | 'expiryDate'
  /** It may come again within a term, and is news each time. */
  readonly repeats?: true | ((data: JsonObject) => boolean)
  /** Returns the names of what has reached it, where that is only some of the thing; nothing where the event does not say. */
  details?(data: JsonObject): readonly string[]
}

/** What may happen to a thing several times without a term that tells which is meant. */
export const unnumbered: ReadonlySet<LifeStage['of']> = new Set([
  'price',
  'warm-up',
  'mailbox detail',
  'forwarding',
])

/** One of CMR's webhook events, without anything of Slack: its text and buttons are in `alerts/messages`. */
export interface EventDeclaration {
  readonly severity: Severity
  /** In a few words: "domain renewal failed". */
  readonly title: string
  /** Fields of `data` that CMR documents; each may be missing, others may come with them. */
  readonly data: z.ZodObject
  /** Differs from that of its family. */
  readonly threadBy?: EventFamily['threadBy']
  /** The status that what it describes has now, where its data does not say. */
  readonly status?: string
  /** Returns other fields of what it describes that the event implies. */
  implies?(data: JsonObject): JsonObject
  /** What happens to the mailboxes of its subscription, which is over. */
  readonly mailboxesBecome?: 'gone' | 'EXPIRED'
  /** The points that the lives of what it is about have reached. */
  readonly stages?: readonly LifeStage[]
  /** Returns which expected results it completes or fails; without it, none. */
  effect?(data: JsonObject): EventEffect
  /** The wallet was charged, whoever asked for it. */
  readonly charges?: true
  /** The events whose trouble is over with this one. */
  readonly resolves?: readonly string[]
  /** Credentials that CMR sends with it; they are not declared in `data`, and so never kept. */
  readonly credentials?: readonly string[]
  /** The envelope names it in `eventType` and has no id, as CMR's examples of warm-up do. */
  readonly bareEnvelope?: true
  /** It comes when a domain is about to end, or has just been kept from it. */
  readonly domainIsEnding?: true
  /** Returns fields of its example that differ from what the example is about. @param now ISO 8601 */
  example?(now: string): JsonObject
}

/** A family with its events, by name. */
export interface EventGroup {
  readonly family: EventFamily
  readonly events: Readonly<Record<string, EventDeclaration>>
}

/** Fields that several events have. */
export const text = z.string().optional()
export const amount = z.union([z.string(), z.number()]).optional()
export const domain = { domainId: text, domainName: text }
export const customer = { userId: text, userEmail: text }
export const period = { creationTime: text, expiryDate: text, price: amount }
export const reason = { reason: text }

/** Says why in an example of a failure. */
export const exampleReason = () => ({ reason: 'Insufficient wallet balance' })

const lowerCase = (name: string) => name.trim().toLowerCase()

/** Returns the names of an event's domains as expected results have them. */
export const domainsIn = (data: JsonObject): string[] => domainNamesIn(data).map(lowerCase)

/**
 * Concerns the result of each domain that the event names. A success leaves out those that it says are not active, a
 * failed order those that it says are: one of several may succeed. A domain whose renewal failed may stay active.
 */
export const ofDomains =
  (effect: EventEffect['effect'], kind: EventResultKind) =>
  (data: JsonObject): EventEffect => {
    const isOrder = kind === 'domain' || kind === 'pre-warmed'
    const failedNot = effect === 'failed' && isOrder ? activeIn(data) : []
    const others = effect === 'done' ? notActiveIn(data).map(({ domain }) => domain) : failedNot
    const all = domainsIn(data)
    const names = all.filter((name) => !others.some((other) => lowerCase(other) === name))
    const parts = names.map((name) => ({ kind, name }))
    return all.length > 0 ? { effect, parts } : { effect, parts, unnamed: [kind] }
  }

/** Concerns the results that are named by these fields. */
export const ofFields =
  (effect: EventEffect['effect'], kind: EventResultKind, ...fields: string[]) =>
  (data: JsonObject): EventEffect => {
    const parts = fields.flatMap((field) => {
      const name = idIn(data[field])
      return name ? { kind, name: lowerCase(name) } : []
    })
    return parts.length > 0 ? { effect, parts } : { effect, parts, unnamed: [kind] }
  }
