import { type Kysely, sql } from 'kysely'
import { frozenSentence } from '../access/access.ts'
import { brokenLimit, isLimited } from '../access/limits.ts'
import { readPolicy } from '../access/policy.ts'
import { money } from '../cmr/money.ts'
import type { Command, Confirmation } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Values } from '../commands/field.ts'
import { customersOfCaller, type Role } from '../commands/permissions.ts'
import { addMilliseconds, millisecondsInMinute } from '../process/dates.ts'
import { actions, button, cut, escapeText, type Message, moment, section } from '../slack/blocks.ts'
import type { Schema } from '../store/schema.ts'
import { isPostgres } from '../store/sql.ts'
import {
  type ExpectedResult,
  expectedResultsOf,
  type FollowUp,
  mayNotRepeat,
  type OperationTraitsOf,
  type RequestContent,
} from './expected-results.ts'
import { type ConflictingOperation, findConflict } from './store/expected-results.ts'
import { placedOrder } from './store/operations.ts'

/** It may not leave as things are. */
export class NotAdmittedError extends Error {
  /** What would be done, where somebody else's approval would do. */
  readonly quote: Confirmation | undefined

  /** @param sentence mrkdwn */
  constructor(sentence: string, quote?: Confirmation) {
    super(sentence)
    this.quote = quote
    this.name = 'NotAdmittedError'
  }
}

/** What stands between an intention and its request. */
export interface Gate {
  /** What it may cost at most, as far as that is known. */
  readonly cents: number | undefined
  /** Throws NotAdmittedError where it must not leave. Asked in the transaction that writes down that it leaves. */
  admit(transaction: Kysely<Schema>): Promise<void>
  /** Returns whether what charges or destroys is stopped for everybody, and this does: what has begun does not go on. */
  isFrozen(transaction: Kysely<Schema>): Promise<boolean>
}

/** A confirmation may stay open for days; the price in it is asked again after so long. */
const FRESH_PRICE_MS = 10 * millisecondsInMinute

/**
 * Returns the gate of one operation: what it costs is asked anew, since nobody's word for it counts.
 * @param about.shownCents what the person was shown, where no limit makes it worth asking again
 * @throws NotAdmittedError where it need not even be tried
 */
export async function gateOf(
  context: CommandContext,
  command: Command,
  input: Values,
  about: {
    readonly role: Role
    readonly shownCents?: number | undefined
    /** When a person was shown that and confirmed it; left out for what nobody was shown by itself. */
    readonly shownAt?: Date | undefined
    /** Somebody else has approved it at this price: no limit is in its way. */
    readonly approved?: { readonly cents: number | undefined } | undefined
    /** The import that it is a row of. */
    readonly runId?: string | undefined
  },
): Promise<Gate> {
  const { store, caller, clock, zone } = context
  const { role, shownCents, shownAt, approved, runId } = about
  const { effect } = command
  const isStoppable = effect === 'charge' || effect === 'destroy'
  const spender = { user: caller.userId, role }
  const { policy } = await readPolicy(store.db)
  const isOld = shownAt !== undefined && shownAt < addMilliseconds(clock(), -FRESH_PRICE_MS)
  const isBound = isLimited(policy, spender)
  const isPrivate = effect === 'charge' && (await customersOfCaller(context)) !== undefined
  const quote =
    effect === 'charge' && !approved && (isOld || isBound)
      ? await command.confirm?.(context, input)
      : undefined
  if (quote?.refused) throw new NotAdmittedError(quote.text)
  // The wallet may have fallen since it was confirmed: what is sent is what was given, not what would be offered now.
  const quoted = quote?.centsAsGiven ?? quote?.cents
  if (shownAt && shownCents !== undefined && (quoted ?? 0) > shownCents)
    throw new NotAdmittedError(
      `*${command.noun} ${command.verb}* costs ${money(quoted ?? 0)} by now, and you confirmed ${money(shownCents)}. Nothing was charged. Run the command again to confirm the new price.`,
    )
  const cents = approved ? approved.cents : isBound ? quoted : (quoted ?? shownCents)

  async function admit(db: Kysely<Schema>) {
    if (!isStoppable) return
    const { policy: now } = await readPolicy(db)
    const what = `${command.noun} ${command.verb}`
    if (now.frozen) throw new NotAdmittedError(frozenSentence(what, now.frozen))
    if (effect !== 'charge' || approved) return
    // A limit that was set a moment ago: the price was not asked.
    const broken = await brokenLimit(db, now, { spender, cents, runId, isPrivate }, { now: clock(), zone })
    if (!broken) return
    const sentence = `*${what}* is beyond a limit: ${broken}. Nothing was charged.`
    throw new NotAdmittedError(sentence, quote)
  }

  await admit(store.db)
  return {
    cents,
    admit,
    isFrozen: async (db) => isStoppable && (await readPolicy(db)).policy.frozen !== undefined,
  }
}

/** Somebody has asked for the same, and it is under way: nothing was sent. */
export class DuplicateOperationError extends Error {
  readonly conflict: ConflictingOperation

  constructor(conflict: ConflictingOperation) {
    super(`It is already under way (operation ${conflict.id.slice(0, 8)}): nothing was sent.`)
    this.conflict = conflict
  }
}

/** The results expected of a request. For the processing of an order they come from the request that placed it. */
export async function resultsExpectedOf(
  db: Kysely<Schema>,
  traitsOf: OperationTraitsOf,
  endpoint: string,
  sent: RequestContent,
): Promise<{
  readonly orderId: string | undefined
  readonly parts: readonly ExpectedResult[]
  /** Operations that still wait for one of these results. */
  readonly followUps: readonly FollowUp[]
  readonly placedAs: string | undefined
}> {
  const traits = traitsOf(endpoint)
  const orderId = traits.orderOf?.(sent)
  const placed = orderId === undefined ? undefined : await placedOrder(db, orderId)
  const placedWith = placed?.request ? (JSON.parse(placed.request) as RequestContent) : undefined
  const parts = expectedResultsOf(endpoint, traits, sent, placedWith)
  const isExpected = ({ after }: FollowUp) =>
    parts.some(({ kind, name }) => kind === after?.kind && name === after.name)
  const followUps = (placedWith?.followUps ?? sent.followUps ?? []).filter(isExpected)
  return { orderId, parts, followUps, placedAs: placed?.label }
}

/**
 * Finds who has asked for any of the same, where doing it twice is always a mistake: it is paid for twice.
 * @param besides the operation that asks
 * @param since counts what has ended since then too: when a person was shown what they confirmed
 */
export async function conflictingOperation(
  db: Kysely<Schema>,
  awaited: readonly ExpectedResult[],
  { besides, since }: { readonly besides?: string | undefined; readonly since?: Date | undefined } = {},
): Promise<ConflictingOperation | undefined> {
  return findConflict(
    db,
    awaited.filter(({ kind }) => mayNotRepeat(kind)),
    { besides, since },
  )
}

/** Until the transaction ends nobody else begins anything: of two at once, the second sees the first. */
export async function oneAtATime(db: Kysely<Schema>): Promise<void> {
  // SQLite has one transaction at a time as it is.
  if (isPostgres(db)) await sql`select pg_advisory_xact_lock(hashtext('cmr.sending'))`.execute(db)
}

/** Names that a refusal spells out. */
const NAMED = 5

/** Returns the refusal of an operation that is already under way: who started it, when, and its state. */
export function conflictMessage({ id, actor, created_at, state, shared }: ConflictingOperation): Message {
  const more = shared.length - NAMED
  const names = shared.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
  const text = [
    `:raised_hand: *Nothing was sent, because it would be done twice.*`,
    `<@${actor}> already asked for this ${moment(created_at)}: ${escapeText(cut(names, 1000))}. ${stands(state)}`,
  ].join('\n')
  const story = button({ text: 'Show history', actionId: 'operations.list', value: id })
  return { text, blocks: [section(text), actions(story)] }
}

function stands(state: ConflictingOperation['state']): string {
  if (state === 'ended') return 'It is done. Run the command again if you want it a second time.'
  const open = state === 'unknown' ? 'It is not known yet whether it happened' : 'It is under way'
  return `${open}: its receipt shows how it ends. Once it is finished, or somebody records there that it did not happen, it can be sent again.`
}
