import type { Kysely, Selectable } from 'kysely'
import type { Logger } from 'pino'
import type { RefusalKind, SignatureVariant } from '../cmr/webhooks.ts'
import type { HealthCheck } from '../health/health.ts'
import { createBackgroundLoop, type Worker } from '../process/background-loop.ts'
import { millisecondsInHour, millisecondsInMinute } from '../process/dates.ts'
import { momentText } from '../process/day-text.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

/** How CMR signed last; nothing where no webhook has come yet. */
export async function lastSignature(
  db: Kysely<Schema>,
): Promise<Selectable<Schema['webhook_signatures']> | undefined> {
  return db.selectFrom('webhook_signatures').selectAll().orderBy('seen_at', 'desc').executeTakeFirst()
}

/** Returns how many webhooks were refused so far, by reason, the latest first. */
export async function refusalRows(db: Kysely<Schema>): Promise<Selectable<Schema['webhook_refusals']>[]> {
  return db.selectFrom('webhook_refusals').selectAll().orderBy('last_at', 'desc').execute()
}

/** The reason for refusing a webhook that carries CMR's signature headers. */
type WebhookRefusal = Exclude<RefusalKind, 'unsigned'>

/** Knows how CMR signs, counts refused webhooks and notifies the admins. */
export interface WebhookSignatures extends Worker {
  /** Records that a webhook was accepted, signed in this way. */
  accepted(variant: SignatureVariant): void
  /** Records that a webhook was refused; without CMR's signature headers it is not CMR's, and does not count. */
  refused(kind: RefusalKind): void
  /** Returns the number of webhooks refused since the start, by reason. */
  counts(): ReadonlyMap<WebhookRefusal, number>
  readonly check: HealthCheck
}

/** Short enough that the admins are notified within a minute even if Slack does not answer at once, in milliseconds. */
const TRY_MS = 5000
/** CMR tries again after 30 s and after 5 min. An outage is over after this many milliseconds without a refusal. */
const QUIET_MS = 10 * millisecondsInMinute

/** The observation and the remedy for each refusal. */
const explanations: Readonly<Record<WebhookRefusal, readonly [seen: string, todo: string]>> = {
  signature: [
    'the signature does not match the key that the bot has',
    'If the key was rotated, set `CMR_WEBHOOK_SECRET` (or `CMR_API_KEY` where it is not set) to the new key and restart the bot. While a key is being rotated, `CMR_WEBHOOK_SECRET` takes the old and the new one, separated by a comma.',
  ],
  variant: [
    'it is signed in another way than `CMR_WEBHOOK_SIGNATURE` allows',
    'Run `npm run doctor`: it shows how CMR signs. Set `CMR_WEBHOOK_SIGNATURE` to that, or leave it out, and restart the bot.',
  ],
  clock: [
    'it is signed correctly, and its timestamp is more than 5 minutes from the clock of this machine',
    'Set the clock of the machine by NTP; `npm run doctor` compares it. If the clock is right, somebody is sending an old webhook again, and refusing it is right.',
  ],
}

/** Describes the refusals of one kind for an operator. @param lastAt ISO 8601 */
export function refusalSentence(kind: WebhookRefusal, refused: number, lastAt: string): string {
  const webhooks = refused === 1 ? 'One webhook was refused' : `${refused} webhooks were refused`
  const [seen, todo] = explanations[kind]
  return `${webhooks}, the last on ${momentText(lastAt)}: ${seen}. ${todo}`.replaceAll('`', '')
}

interface Outage {
  readonly kind: WebhookRefusal
  refused: number
  lastAt: Date
  wasAccepted: boolean
  told: boolean
}

/**
 * Notes how CMR signs, for the doctor to tell, and watches webhooks that are refused although they carry CMR's
 * signature headers: a rotated key would otherwise lose every event silently. The admins are notified once per outage,
 * which is over when webhooks are accepted and nothing was refused for ten minutes.
 * @param parts.notifyAdmins sends a direct message, in mrkdwn
 */
export function createWebhookSignatures(parts: {
  readonly store: Store
  readonly notifyAdmins: (mrkdwn: string) => Promise<boolean>
  readonly clock: () => Date
  readonly logger: Logger
}): WebhookSignatures {
  const { store, notifyAdmins, clock, logger } = parts
  const counts = new Map<WebhookRefusal, number>()
  const unwritten = new Map<WebhookRefusal, number>()
  /** When each way of signing was last noted: once an hour, since it hardly ever changes. */
  const noted = new Map<SignatureVariant, number>()
  let outage: Outage | undefined
  const loop = createBackgroundLoop({
    name: 'Refused webhooks',
    serves: 'alerts',
    everyMs: TRY_MS,
    async round() {
      endOutage()
      await notify()
      await write()
    },
    onError: 'refused webhooks could not be reported',
    logger,
  })

  function endOutage() {
    if (!outage?.wasAccepted || clock().getTime() - outage.lastAt.getTime() < QUIET_MS) return
    if (outage.told) void notifyAdmins(':white_check_mark: Webhooks from CMR are accepted again.')
    outage = undefined
  }

  async function notify() {
    if (!outage || outage.told) return
    const current = outage
    const [seen, todo] = explanations[current.kind]
    current.told = await notifyAdmins(
      `:rotating_light: A webhook from CMR was refused: ${seen}. ${todo} CMR tries each webhook again after 30 s and after 5 min, then it gives up; what was lost can be sent again from the log in CMR’s dashboard (Settings → Webhooks).`,
    )
  }

  async function write() {
    for (const [kind, refused] of unwritten) {
      unwritten.delete(kind)
      const last_at = (outage?.lastAt ?? clock()).toISOString()
      await addRefusals(store.db, { kind, refused, last_at }).catch((error: unknown) => {
        unwritten.set(kind, (unwritten.get(kind) ?? 0) + refused)
        logger.warn({ error: String(error) }, 'refused webhooks could not be counted in the store')
      })
      // An unavailable store is tried only once per round.
      if (unwritten.has(kind)) return
    }
  }

  function note(variant: SignatureVariant) {
    const now = clock()
    if (now.getTime() - (noted.get(variant) ?? 0) < millisecondsInHour) return
    noted.set(variant, now.getTime())
    noteSignature(store.db, variant, now).catch((error) => {
      noted.delete(variant)
      logger.warn({ error: String(error) }, 'how CMR signs could not be noted')
    })
  }

  return {
    ...loop,
    counts: () => counts,
    refused(kind) {
      if (kind === 'unsigned') return
      endOutage()
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      unwritten.set(kind, (unwritten.get(kind) ?? 0) + 1)
      const isNew = !outage
      outage ??= { kind, refused: 0, lastAt: clock(), wasAccepted: false, told: false }
      outage.refused++
      outage.lastAt = clock()
      outage.wasAccepted = false
      if (isNew) loop.wake()
    },
    accepted(variant) {
      note(variant)
      if (!outage) return
      outage.wasAccepted = true
      endOutage()
    },
    check: {
      name: 'Webhook signatures',
      serves: 'alerts',
      async look() {
        endOutage()
        if (outage) throw new Error(refusalSentence(outage.kind, outage.refused, outage.lastAt.toISOString()))
        const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
        return all === 0
          ? 'no webhook was refused since the start'
          : `accepted again; ${all} were refused since the start`
      },
    },
    async stop() {
      await loop.stop()
      await write()
    },
  }
}

async function noteSignature(db: Kysely<Schema>, variant: SignatureVariant, now: Date): Promise<void> {
  const seen_at = now.toISOString()
  await db
    .insertInto('webhook_signatures')
    .values({ variant, seen_at })
    .onConflict((conflict) => conflict.column('variant').doUpdateSet({ seen_at }))
    .execute()
}

async function addRefusals(db: Kysely<Schema>, row: Selectable<Schema['webhook_refusals']>): Promise<void> {
  await db
    .insertInto('webhook_refusals')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('kind').doUpdateSet(({ eb, ref }) => ({
        refused: eb('webhook_refusals.refused', '+', ref('excluded.refused')),
        last_at: ref('excluded.last_at'),
      })),
    )
    .execute()
}
