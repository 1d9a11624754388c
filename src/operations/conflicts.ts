import { type Kysely, sql } from 'kysely'
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
