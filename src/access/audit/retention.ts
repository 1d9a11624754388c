import type { Logger } from 'pino'
import { createBackgroundLoop, type Worker } from '../../process/background-loop.ts'
import { millisecondsInHour, subDays } from '../../process/dates.ts'
import type { Store } from '../../store/store.ts'
import { type Audit, BOT, createSealer, lockHead } from './audit.ts'
import { checkRows } from './verify.ts'

/** Rows that are removed in one transaction: nobody waits long for the database. */
const AT_ONCE = 5000

/**
 * Removes what is older than it must be kept. The head then says where the chain begins, so that the rest can still be
 * verified; rows that were altered stay, or the removal would hide it.
 * @param parts.days how long rows are kept (`CMR_AUDIT_DAYS`)
 */
export function createAuditRetention(parts: {
  readonly store: Store
  readonly audit: Audit
  readonly keys: readonly string[]
  readonly days: number
  readonly clock: () => Date
  readonly logger: Logger
}): Worker {
  const { store, audit, keys, days, clock, logger } = parts
  const sealer = createSealer(keys)

  async function removeOld() {
    const before = subDays(clock(), days).toISOString()
    await store.db.transaction().execute(async (transaction) => {
      const head = await lockHead(transaction)
      // A clock that was wrong for a while must not take newer rows along: only what all come before.
      const kept = await transaction
        .selectFrom('audit')
        .select('id')
        .where('at', '>=', before)
        .orderBy('id')
        .executeTakeFirst()
      if (!head) return
      const through = Math.min(kept ? kept.id - 1 : head.last_id, head.first_id + AT_ONCE)
      if (through < head.first_id || sealer.check(head) !== 'sealed') return
      const last = await transaction
        .selectFrom('audit')
        .selectAll()
        .where('id', '=', through)
        .executeTakeFirst()
      const whole =
        last && (await checkRows(transaction, { ...head, last_id: last.id, last_hash: last.hash }))
      if (!last || !whole?.ok) {
        const row = (whole && !whole.ok && whole.row) || through
        throw new Error(
          `Old rows of the audit are kept, because row ${row} was altered: npm run audit:verify`,
        )
      }
      await transaction.deleteFrom('audit').where('id', '<=', through).execute()
      const sealed = sealer.seal({ ...head, first_id: through + 1, first_hash: last.hash })
      await transaction.updateTable('audit_head').set(sealed).where('name', '=', 'audit').execute()
      await audit.record(
        {
          at: clock(),
          actor: BOT,
          command: 'audit.retention',
          arguments: { from: head.first_id, through },
          outcome: 'ok',
          detail: `Rows ${head.first_id} to ${through} were older than ${days} days and are removed.`,
        },
        transaction,
      )
    })
  }

  return createBackgroundLoop({
    name: 'Audit retention',
    serves: 'commands',
    everyMs: millisecondsInHour,
    round: removeOld,
    onError: 'old rows of the audit could not be removed; tries again',
    logger,
  })
}
