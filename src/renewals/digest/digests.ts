import type { Logger } from 'pino'
import { createBackgroundLoop, type Worker } from '../../process/background-loop.ts'
import { addMilliseconds, millisecondsInMinute } from '../../process/dates.ts'
import { section } from '../../slack/blocks.ts'
import { isNotPosted, postFailure, whyBroken } from '../../slack/errors.ts'
import type { PostedMessages } from '../../slack/posted-message.ts'
import type { Store } from '../../store/store.ts'
import { digestMessage, type ReportReader, saysSomething, spanOf } from './report.ts'
import { digestDue, nextDigestAt, weekdayOf } from './schedule.ts'
import { claimDueDigests, type Digest, endDigest, noteTried, postponeDigest } from './store.ts'

const LOOK_MS = 2000
/** Longer than reading it, looking for it and posting it may take. */
const LEASE_MS = 2 * millisecondsInMinute
const RETRY_MS = millisecondsInMinute

/**
 * Posts each digest when its time has come, once: of two processes one takes it, and that Slack is about to be asked is
 * written down first, so that after a crash or a lost answer the channel is searched before anything is posted again.
 */
export function createDigests(parts: {
  readonly store: Store
  readonly messages: PostedMessages
  readonly readReport: ReportReader
  readonly clock: () => Date
  readonly logger: Logger
}): Worker {
  const { store, messages, readReport, clock, logger } = parts
  const { db } = store

  async function postAllDue(): Promise<void> {
    const now = clock()
    for (const digest of await claimDueDigests(db, { now, until: addMilliseconds(now, LEASE_MS) }))
      await postDue(digest, now).catch((error: unknown) => failed(digest, error))
  }

  async function postDue(digest: Digest, now: Date): Promise<void> {
    const due = digestDue(digest, digest.nextAt, now)
    const nextAt = nextDigestAt(digest, now)
    if (!due) {
      logger.warn({ channel: digest.channel, due: digest.nextAt }, 'a digest was missed, and its day is over')
      return endDigest(db, digest, { nextAt, error: digest.error })
    }
    const isWeekly = digest.weeklyOn === weekdayOf(due, digest.zone)
    const report = await readReport({ span: spanOf(due, isWeekly, digest.coveredUntil), isWeekly })
    // It may have been posted by whoever died over it: then there was something to say.
    if (digest.isQuiet && !digest.triedAt && !saysSomething(report))
      return endDigest(db, digest, { nextAt, coveredUntil: due, error: null })
    await noteTried(db, digest, now)
    const metadata = {
      event_type: 'cmr_digest',
      event_payload: { digest: digest.nextAt.toISOString() },
    }
    await messages.postOnce([digest.channel], digestMessage(report, digest.zone), metadata, digest.triedAt)
    await endDigest(db, digest, { nextAt, coveredUntil: due, error: null })
  }

  async function failed(digest: Digest, error: unknown): Promise<void> {
    const failure = postFailure(error)
    const { channel, setBy } = digest
    logger.warn({ err: error, channel }, 'a digest could not be posted')
    if (!isNotPosted(failure) || failure.kind === 'refused') {
      const wait = failure.kind === 'paced' ? failure.retryAfterMs : RETRY_MS
      return postponeDigest(db, digest, addMilliseconds(clock(), wait))
    }
    const why = whyBroken(failure.error)
    await endDigest(db, digest, { nextAt: nextDigestAt(digest, clock()), error: why })
    // Once: whoever has not mended it after the first time knows.
    if (digest.error !== null) return
    const text = `:warning: The digest could not be posted in <#${channel}>: ${why}. \`/cmr digest\` shows it; fix the channel, or set it up in another.`
    await messages
      .post({ channel: setBy, message: { text, blocks: [section(text)] } })
      .catch((again: unknown) =>
        logger.warn(
          { err: again, user: setBy },
          'somebody could not be told that their digest is not posted',
        ),
      )
  }

  return createBackgroundLoop({
    name: 'Digests',
    serves: 'renewals',
    everyMs: LOOK_MS,
    round: postAllDue,
    onError: 'digests cannot be read; tries again',
    logger,
  })
}
