import type { Kysely, Selectable } from 'kysely'
import { CLOCK_SKEW_MS } from '../../process/clock.ts'
import { addMilliseconds } from '../../process/dates.ts'
import type { Schema } from '../../store/schema.ts'
import { type DigestTimes, type Weekday, weekdays } from './schedule.ts'

/** A channel that reads a digest, and how far it is. */
export interface Digest extends DigestTimes {
  readonly channel: string
  readonly channelName: string
  /** Nothing is posted where there is nothing to say. */
  readonly isQuiet: boolean
  readonly setBy: string
  readonly nextAt: Date
  /** When Slack was first asked to post the one that is due: it may stand there. */
  readonly triedAt: string | null
  /** What the last one told of ended there. */
  readonly coveredUntil: Date | undefined
  /** Why the last one could not be posted. */
  readonly error: string | null
}

/** How somebody wants it. */
export type DigestSetting = DigestTimes &
  Pick<Digest, 'channel' | 'channelName' | 'isQuiet' | 'setBy' | 'nextAt'>

/** Who posts one, and until when nobody else does. */
interface DigestLease {
  readonly now: Date
  readonly until: Date
}

function digestOf(row: Selectable<Schema['digests']>): Digest {
  const named = new Set(row.weekdays.split(' '))
  return {
    channel: row.channel,
    channelName: row.channel_name,
    time: row.time,
    zone: row.zone,
    weekdays: weekdays.filter((day) => named.has(day)),
    weeklyOn: row.weekly_on as Weekday | null,
    isQuiet: row.quiet === 1,
    setBy: row.set_by,
    nextAt: new Date(row.next_at),
    triedAt: row.tried_at,
    coveredUntil: row.covered_until ? new Date(row.covered_until) : undefined,
    error: row.error,
  }
}

/** Every digest, by the names of their channels. */
export async function allDigests(db: Kysely<Schema>): Promise<Digest[]> {
  const rows = await db.selectFrom('digests').selectAll().orderBy('channel_name').execute()
  return rows.map(digestOf)
}

/** The digest of a channel. */
export async function digestIn(db: Kysely<Schema>, channel: string): Promise<Digest | undefined> {
  const row = await db.selectFrom('digests').selectAll().where('channel', '=', channel).executeTakeFirst()
  return row && digestOf(row)
}

/** Sets up the digest of a channel, or changes it; what it has told of stays known. */
export async function setDigest(db: Kysely<Schema>, setting: DigestSetting, now: Date): Promise<void> {
  const columns = {
    channel_name: setting.channelName,
    time: setting.time,
    zone: setting.zone,
    weekdays: setting.weekdays.join(' '),
    weekly_on: setting.weeklyOn,
    quiet: Number(setting.isQuiet),
    set_by: setting.setBy,
    set_at: now.toISOString(),
    next_at: setting.nextAt.toISOString(),
    tried_at: null,
    leased_until: null,
    error: null,
  }
  await db
    .insertInto('digests')
    .values({ channel: setting.channel, ...columns })
    .onConflict((conflict) => conflict.column('channel').doUpdateSet(columns))
    .execute()
}

/** Ends the digest of a channel. */
export async function removeDigest(db: Kysely<Schema>, channel: string): Promise<void> {
  await db.deleteFrom('digests').where('channel', '=', channel).execute()
}

/**
 * Takes the digests that have fallen due, each for itself until the lease ends.
 * @returns those that nobody else is posting
 */
export async function claimDueDigests(db: Kysely<Schema>, { now, until }: DigestLease): Promise<Digest[]> {
  const rows = await db
    .updateTable('digests')
    .set({ leased_until: until.toISOString() })
    .where('next_at', '<=', now.toISOString())
    .where(({ or, eb }) =>
      or([
        eb('leased_until', 'is', null),
        eb('leased_until', '<=', now.toISOString()),
        // No lease ends so late: the clock has been set back since.
        eb('leased_until', '>', addMilliseconds(until, CLOCK_SKEW_MS).toISOString()),
      ]),
    )
    .returningAll()
    .execute()
  return rows.map(digestOf)
}

/** The digest as it was claimed: changes of one that somebody has changed since do nothing. */
type ClaimedDigest = Pick<Digest, 'channel' | 'nextAt'>

const claimed = (db: Kysely<Schema>, { channel, nextAt }: ClaimedDigest) =>
  db.updateTable('digests').where('channel', '=', channel).where('next_at', '=', nextAt.toISOString())

/** Says that Slack is about to be asked to post it. */
export async function noteTried(db: Kysely<Schema>, digest: ClaimedDigest, now: Date): Promise<void> {
  await claimed(db, digest).set({ tried_at: now.toISOString() }).where('tried_at', 'is', null).execute()
}

/** Leaves it for later: Slack did not take it. */
export async function postponeDigest(db: Kysely<Schema>, digest: ClaimedDigest, until: Date): Promise<void> {
  await claimed(db, digest).set({ leased_until: until.toISOString() }).execute()
}

/** It is over: posted, or not worth posting. */
export async function endDigest(
  db: Kysely<Schema>,
  digest: ClaimedDigest,
  after: { readonly nextAt: Date; readonly coveredUntil?: Date | undefined; readonly error: string | null },
): Promise<void> {
  await claimed(db, digest)
    .set({
      next_at: after.nextAt.toISOString(),
      tried_at: null,
      leased_until: null,
      error: after.error,
      ...(after.coveredUntil && { covered_until: after.coveredUntil.toISOString() }),
    })
    .execute()
}
