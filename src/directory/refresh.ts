import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Page } from '../cmr/answers/page.ts'
import type { Cmr } from '../cmr/client.ts'
import { createBackgroundLoop } from '../process/background-loop.ts'
import { addMilliseconds, subMilliseconds } from '../process/dates.ts'
import type { Worker } from '../process/worker.ts'
import type { Store } from '../store/store.ts'
import { forgetUnseen, hasSeen } from './store/forget.ts'
import { endPass, leasePass, movePass, type Pass, releasePass } from './store/passes.ts'
import type { EntryKind } from './store/rows.ts'
import type { DirectoryUpdater } from './updater.ts'

/** "limit 20 by default and 100 at most". */
const PAGE = 100
/** A page that is answered late must not look as if its asker had died. */
const LEASE_MS = 2 * 60_000
const BACK_OFF = { firstMs: 5000, longestMs: 5 * 60_000 }
/** How often it is looked whether a pass is due. */
const LOOK_MS = 5000

/** Asks for the page at a cursor. @returns the next one's cursor, or nothing where that was the last */
type PageTurn = (cursor: string | undefined) => Promise<string | undefined>

/**
 * Goes through everything that CMR has, again and again, with what people and bulk runs leave of the requests.
 * It only asks: what the answers tell, the learner takes from every answer of CMR's, whoever asked.
 */
export function createDirectoryRefresh(parts: {
  readonly cmr: Cmr
  readonly store: Store
  readonly directoryUpdater: Pick<DirectoryUpdater, 'settled'>
  /** From the beginning of one pass to that of the next; `CMR_SYNC_INTERVAL`. */
  readonly intervalMs: number
  readonly clock: () => Date
  readonly logger: Logger
}): Worker {
  const { cmr, store, directoryUpdater, intervalMs, clock, logger } = parts
  const me = randomUUID()
  const loop = createBackgroundLoop({
    name: 'Mirror',
    everyMs: Math.min(LOOK_MS, intervalMs),
    backOff: BACK_OFF,
    async round() {
      for (const [kind, turn] of turns) await pass(kind, turn)
    },
    onError: 'the directory could not be refreshed; it continues where it was',
    logger,
  })
  const quietly = { priority: 'background', signal: loop.signal } as const

  /** Users first: their domains are asked for one by one. */
  const turns: [EntryKind, PageTurn][] = [
    [
      'user',
      paged(async (page) => {
        const { data } = await cmr.users.list({ query: { page, limit: PAGE } }, quietly)
        return data
      }),
    ],
    ['domain', domainsOfNextUser],
    [
      'subscription',
      paged(async (page) => {
        const { data } = await cmr.subscriptions.list({ query: { page, limit: PAGE } }, quietly)
        return data
      }),
    ],
    [
      'mailbox',
      paged(async (page) => {
        const { data } = await cmr.mailboxes.all({ query: { page, limit: PAGE } }, quietly)
        return data
      }),
    ],
  ]

  async function domainsOfNextUser(cursor = '') {
    const next = await store.db
      .selectFrom('directory_entries')
      .select('id')
      .where('kind', '=', 'user')
      .where('id', '>', cursor)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    if (next) await cmr.domains.list({ query: { userId: next.id } }, quietly)
    return next?.id
  }

  async function pass(kind: EntryKind, turn: PageTurn) {
    const dueBefore = subMilliseconds(clock(), intervalMs)
    const taken = await leasePass(store.db, kind, lease(), dueBefore)
    if (!taken) return
    const ended = await through(taken, turn)
    if (!ended) return
    // What was asked for must be known before what was not seen is forgotten.
    await directoryUpdater.settled()
    const forgotten = await forget(taken)
    await endPass(store.db, taken, lease())
    logger.info({ kind, forgotten, since: taken.startedAt }, 'the directory has seen everything of a kind')
  }

  /**
   * Rows move from page to page while a pass goes on, so that it misses some: what two in a row have not seen is
   * gone. A pass that has seen nothing at all tells of CMR's state, not of the partner's.
   */
  async function forget({ kind, startedAt, beforeStartedAt }: Pass): Promise<number> {
    // A clock that was set back between two passes makes everything look unseen.
    if (!beforeStartedAt || beforeStartedAt > startedAt || !(await hasSeen(store.db, kind, startedAt)))
      return 0
    return forgetUnseen(store, kind, beforeStartedAt)
  }

  /** @returns false where it was stopped, or another instance has taken over */
  async function through(taken: Pass, turn: PageTurn): Promise<boolean> {
    let { cursor } = taken
    for (;;) {
      cursor = await turn(cursor)
      if (cursor === undefined) return true
      if (!(await movePass(store.db, taken, cursor, lease()))) return false
      loop.signal.throwIfAborted()
    }
  }

  function lease() {
    const now = clock()
    return { by: me, now, until: addMilliseconds(now, LEASE_MS) }
  }

  return {
    ...loop,
    async stop() {
      await loop.stop()
      await releasePass(store.db, me)
    },
    handBack: () => releasePass(store.db, me),
  }
}

/** Pages counted from 1, to the last one that CMR counts; where it counts none, until a page is empty or comes again. */
function paged(ask: (page: number) => Promise<Page<unknown>>): PageTurn {
  let before = { page: 0, first: '' }
  return async (cursor) => {
    const page = Number(cursor ?? 1)
    const { rows, totalPages } = await ask(page)
    const first = JSON.stringify(rows[0] ?? null)
    // A page that is asked for once more, after a failure, does not come again.
    const again = before.page === page - 1 && before.first === first
    before = { page, first }
    const more = totalPages === undefined ? !again : page < totalPages
    return more && rows.length > 0 ? String(page + 1) : undefined
  }
}
