import type { Logger } from 'pino'
import type { Store } from '../../store/store.ts'
import { changeOfGone } from '../changes.ts'
import { keepChanges } from '../store/changes.ts'
import { forgetUnseen, hasSeen, unseenSubscriptions } from '../store/forget.ts'
import type { Pass } from '../store/passes.ts'
import type { EntryKind } from '../store/rows.ts'

/** Of all subscriptions, how many may be gone at once; if more are, CMR's list is not to be trusted. */
const MOST_GONE = 0.1
const FEW = 5

/**
 * Takes out what CMR no longer has. Rows move from page to page while a pass goes on, so that it misses some: what two
 * in a row have not seen is gone. A pass that has seen nothing at all tells of CMR's state, not of the partner's.
 * @returns how many were taken out
 */
export async function forgetAfter(
  parts: { readonly store: Store; readonly clock: () => Date; readonly logger: Logger },
  { startedAt, beforeStartedAt }: Pass,
  kind: EntryKind,
): Promise<number> {
  const { store } = parts
  // A clock that was set back between two passes makes everything look unseen.
  if (!beforeStartedAt || beforeStartedAt > startedAt || !(await hasSeen(store.db, kind, startedAt))) return 0
  if (kind === 'subscription') await noteGoneSubscriptions(parts, beforeStartedAt)
  return forgetUnseen(store, kind, beforeStartedAt)
}

/** A subscription that was recreated has another id on the same domain: it is gone, and not cancelled. */
async function noteGoneSubscriptions(
  { store, clock, logger }: { readonly store: Store; readonly clock: () => Date; readonly logger: Logger },
  since: string,
) {
  const { gone, known } = await unseenSubscriptions(store.db, since)
  if (gone.length > Math.max(FEW, known * MOST_GONE)) {
    logger.warn({ gone: gone.length, known }, 'CMR no longer lists many subscriptions; nobody is told of it')
    return
  }
  await keepChanges(store.db, gone.map(changeOfGone), clock().toISOString())
}
