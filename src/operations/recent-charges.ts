import type { Kysely } from 'kysely'
import { effectOf, webhookEvents } from '../cmr/events/index.ts'
import type { Confirmation } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { eventsNamed, type StoredEvent, successesOutside } from '../events/store/events.ts'
import { addMilliseconds, millisecondsInDay, millisecondsInHour } from '../process/dates.ts'
import { date, escapeText, section } from '../slack/blocks.ts'
import type { Schema } from '../store/schema.ts'
import {
  type ExpectedResult,
  mayNotRepeat,
  nameOf,
  type RequestContent,
  type ResultKind,
} from './expected-results.ts'
import { conflictingOperation, conflictMessage, resultsExpectedOf } from './gate.ts'
import { donePartsSince } from './store/expected-results.ts'

/** The word that is typed where nothing else has to be. */
const DELIBERATE = 'yes'

/**
 * Returns what a person is asked before something that costs money or cannot be undone. Where somebody has asked for
 * the same and it is under way, they read that instead; where it was done a short while ago, they read that too and
 * have to type a word.
 * @param endpoint `orders.create`…
 * @param ask the confirmation as it is otherwise
 */
export async function askOnce(
  context: CommandContext,
  endpoint: string,
  { query = {}, body = {} }: Partial<RequestContent>,
  ask: () => Promise<Confirmation>,
): Promise<Confirmation> {
  const { db } = context.store
  const { parts } = await resultsExpectedOf(db, context.traitsOf, endpoint, { query, body })
  const conflict = await conflictingOperation(db, parts)
  if (conflict) {
    const { text, blocks } = conflictMessage(conflict)
    return { text, blocks: blocks.slice(1), refused: true }
  }
  return askAgain(context, parts, await ask())
}

/** Adds to a confirmation what of it was done a short while ago, and asks for a deliberate yes. */
export async function askAgain(
  { store, clock }: Pick<CommandContext, 'store' | 'clock'>,
  parts: readonly ExpectedResult[],
  confirmation: Confirmation,
): Promise<Confirmation> {
  if (confirmation.refused) return confirmation
  const now = clock()
  const recent = await recentCharges(store.db, parts, now)
  if (recent.length === 0) return confirmation
  return {
    ...confirmation,
    typed: confirmation.typed ?? DELIBERATE,
    blocks: [section(recentChargesText(recent, now)), ...(confirmation.blocks ?? [])],
  }
}

/** A charge, or a loss, that came about a short while ago: the same again is most likely a mistake. */
export interface RecentCharge {
  readonly kind: ResultKind
  /** As people call it. */
  readonly name: string
  /** ISO 8601. */
  readonly at: string
  /** Slack user id; left out where it was not done with this bot. */
  readonly by?: string | undefined
  /** ISO 8601: until when it is paid, where CMR told it. */
  readonly paidUntil?: string | undefined
}

/** Whoever renews twice on one day pays for a month, or a year, that nobody meant. */
const renewals: ReadonlySet<ResultKind> = new Set(['renewal', 'subscription'])
const windowOf = (kind: ResultKind) => (renewals.has(kind) ? millisecondsInDay : millisecondsInHour)

const charging = Object.entries(webhookEvents).flatMap(([name, { charges }]) => (charges ? name : []))
/** Names that are looked up at once. */
const AT_ONCE = 300

/**
 * Finds what of these results has come about lately, by an operation of this bot or without it.
 * @param since looks back to this moment, however long ago that is
 * @returns the newest of each, in the order of `awaited`
 */
export async function recentCharges(
  db: Kysely<Schema>,
  awaited: readonly ExpectedResult[],
  now: Date,
  since?: Date,
): Promise<RecentCharge[]> {
  const from = since ?? addMilliseconds(now, -millisecondsInDay)
  const charged = awaited.filter(({ kind }) => mayNotRepeat(kind))
  const found: RecentCharge[] = []
  for (let first = 0; first < charged.length; first += AT_ONCE) {
    const some = charged.slice(first, first + AT_ONCE)
    found.push(...(await byThisBot(db, some, from)), ...(await byOthers(db, some, from)))
  }
  const isRecent = ({ kind, at }: RecentCharge) =>
    Date.parse(at) >= (since ?? addMilliseconds(now, -windowOf(kind))).getTime()
  const newest = new Map<string, RecentCharge>()
  for (const one of found.filter(isRecent)) {
    const known = newest.get(`${one.kind} ${one.name}`)
    if (!known || known.at < one.at) newest.set(`${one.kind} ${one.name}`, one)
  }
  return [...newest.values()]
}

async function byThisBot(
  db: Kysely<Schema>,
  parts: readonly ExpectedResult[],
  since: Date,
): Promise<RecentCharge[]> {
  const rows = await donePartsSince(db, parts, since)
  const events = await eventsNamed(
    db,
    rows.flatMap(({ event_id }) => event_id ?? []),
  )
  return rows.map((row) => ({
    kind: row.kind as ResultKind,
    name: calledIn(row) ?? nameIn(events.get(row.event_id ?? '')) ?? row.label ?? row.name,
    at: row.ended_at ?? row.created_at,
    by: row.actor,
    paidUntil: paidUntil(events.get(row.event_id ?? '')),
  }))
}

async function byOthers(
  db: Kysely<Schema>,
  parts: readonly ExpectedResult[],
  since: Date,
): Promise<RecentCharge[]> {
  const names = parts.map(({ name }) => name)
  const events = await successesOutside(
    db,
    // CMR writes its ids in capitals; a part has them in lower case.
    { events: charging, domains: names, subjects: names.map((id) => `subscription:${id.toUpperCase()}`) },
    since,
  )
  return events.flatMap((event) =>
    effectOf(event.event, JSON.parse(event.data)).parts.flatMap(({ kind, name }): RecentCharge[] => {
      const part = parts.find((one) => one.kind === kind && one.name === name)
      if (!part) return []
      return [
        {
          kind,
          name: nameIn(event) ?? part.label ?? name,
          at: event.received_at,
          paidUntil: paidUntil(event),
        },
      ]
    }),
  )
}

/** Returns what people call a result; nothing where that is CMR's id. */
function calledIn({ name, label }: { readonly name: string; readonly label: string | null }) {
  return label && nameOf(label) !== name ? label : undefined
}

/** A subscription is known by its domain. */
function nameIn(event: StoredEvent | undefined): string | undefined {
  return event?.event.startsWith('subscription.') ? (event.domain ?? undefined) : undefined
}

function paidUntil(event: StoredEvent | undefined): string | undefined {
  const { periodEnd, expiryDate } = event ? (JSON.parse(event.data) as Record<string, unknown>) : {}
  return [periodEnd, expiryDate].find((one) => typeof one === 'string' && !Number.isNaN(Date.parse(one))) as
    | string
    | undefined
}

/** Charges that a warning spells out. */
const NAMED = 5

const did: Partial<Record<RecentCharge['kind'], string>> = {
  domain: 'Registered',
  mailbox: 'Created',
  order: 'Processed',
  'pre-warmed': 'Ordered',
  cancellation: 'Cancelled',
  recreation: 'Recreated',
  'warm-up': 'Warm-up started',
  removal: 'Removed',
  placement: 'Tested',
}

/** Returns the warning shown before the same thing is paid for again, as mrkdwn. */
function recentChargesText(charges: readonly RecentCharge[], now: Date): string {
  const more = charges.length - NAMED
  return [
    ':warning: *This was done recently.* If you confirm, it is done and paid for again:',
    ...charges.slice(0, NAMED).map((one) => `• ${lineOf(one, now)}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n')
}

/** Returns what a person reads who confirms what was done after the confirmation was shown; plain text. */
export function doneMeanwhileSentence({ kind, name }: RecentCharge): string {
  return `Nothing was sent, because this was done meanwhile without the bot (by auto-renew, or in CMR’s dashboard): ${name}: ${did[kind] ?? 'Renewed'}. Run the command again if you want to pay for it again.`
}

/** "acme.com: Renewed 5 s ago by Ana, paid until Jan 5" */
function lineOf({ kind, name, at, by, paidUntil }: RecentCharge, now: Date): string {
  const who = by ? `by <@${by}>` : 'without the bot (by auto-renew, or in CMR’s dashboard)'
  const until = paidUntil ? `, paid until ${date(paidUntil)}` : ''
  return `${escapeText(name)}: ${did[kind] ?? 'Renewed'} ${ago(new Date(at), now)} ${who}${until}`
}

function ago(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000))
  if (seconds < 120) return `${seconds} s ago`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`
}
