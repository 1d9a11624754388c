import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Answered } from '../cmr/client.ts'
import { allEndpoints } from '../cmr/endpoints/index.ts'
import type { StoredEvent } from '../events/store/events.ts'
import { subMilliseconds } from '../process/dates.ts'
import { portionsOf } from '../process/portions.ts'
import type { Store } from '../store/store.ts'
import {
  type AnswerTraitsOf,
  type CurrentSubscriptions,
  effectsOfAnswer,
  type WalletReading,
} from './answers.ts'
import { changesSeen, type SeenEntry } from './changes.ts'
import { endingsOfEvent, updatesFromEvent } from './events.ts'
import { keepChanges } from './store/changes.ts'
import { forgetEntries } from './store/forget.ts'
import { noteWallet } from './store/holdings.ts'
import { keyOf, mailboxesUnder, subscriptionsOn } from './store/rows.ts'
import { updateDirectory } from './store/update.ts'
import { type DirectoryUpdate, rowAfter, type SubscriptionEnd } from './updates.ts'

/** Things of one transaction: about ten milliseconds of a synchronous database. */
const BATCH = 25
/** Between two of them everybody else has their turn: for three quarters of the time, and so long at least. */
const PAUSE_MS = 10
const PAUSES = 3

/** Learns from everything that CMR says. Nobody waits for it, and it throws at nobody. */
export interface DirectoryUpdater {
  answered(answer: Answered): void
  happened(events: readonly StoredEvent[]): void
  /** Resolves when all that was said so far is in the mirror. */
  settled(): Promise<void>
}

interface ReceivedAnswer {
  /** ISO 8601. */
  readonly at: string
  /** CMR was only asked: what differs from before has happened there. What a request or an event changes is known. */
  readonly isRead?: boolean
  /** What is in it, read when its turn comes. */
  readonly read: () => {
    readonly directoryUpdates: DirectoryUpdate[]
    readonly endings: SubscriptionEnd[]
    readonly current?: readonly CurrentSubscriptions[]
    readonly wallet?: WalletReading | undefined
  }
}

interface LearntUpdate {
  readonly at: string
  readonly directoryUpdate: DirectoryUpdate
  readonly isRead?: boolean
}

const reads: ReadonlySet<string> = new Set(
  allEndpoints.filter(({ effect }) => effect === 'read').map(({ id }) => id),
)

/** @param parts.findsChanges whether what reading shows to have changed is kept, for somebody who tells of it */
export function createDirectoryUpdater(parts: {
  readonly store: Store
  readonly findsChanges?: boolean
  readonly traitsOf: AnswerTraitsOf
  readonly clock: () => Date
  readonly logger: Logger
}): DirectoryUpdater {
  const { store, traitsOf, clock, logger, findsChanges = false } = parts
  const queue: ReceivedAnswer[] = []
  let working: Promise<void> | undefined

  function take(said: readonly ReceivedAnswer[]) {
    queue.push(...said)
    working ??= work()
  }

  async function work() {
    // Whoever told it goes on first.
    await sleep()
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH)
      try {
        const said = batch.map(understood)
        const directoryUpdates = said.flatMap(({ at, directoryUpdates, isRead }) =>
          directoryUpdates.map((directoryUpdate) => ({ at, directoryUpdate, isRead })),
        )
        for (const portion of portionsOf(directoryUpdates, BATCH)) {
          const begun = performance.now()
          await learn(portion)
          await sleep(Math.max(PAUSE_MS, PAUSES * (performance.now() - begun)))
        }
        for (const { at, endings, current = [], wallet } of said) {
          if (wallet) await noteWallet(store.db, { ...wallet, seenAt: new Date(at) })
          for (const ending of endings) await learn(await updatesOfEnding(ending, at))
          for (const one of current) await learn(await updatesOfReplaced(one, at))
        }
      } catch (error) {
        // The next pass over CMR finds it all the same.
        logger.warn({ err: error, directoryUpdates: batch.length }, 'the directory could not be updated')
      }
    }
    working = undefined
  }

  /** What one answer or event says; an odd one teaches nothing, and takes none of its neighbors with it. */
  function understood({ at, isRead = false, read }: ReceivedAnswer) {
    try {
      return { at, isRead, ...read() }
    } catch (error) {
      logger.warn({ err: error }, 'the directory did not understand what CMR said')
      return { at, isRead, directoryUpdates: [], endings: [] }
    }
  }

  /** A subscription that was replaced is gone with its mailboxes: the new one has accounts of its own. */
  async function updatesOfReplaced({ domain, ids }: CurrentSubscriptions, at: string) {
    const before = (await subscriptionsOn(store.db, domain)).filter(
      ({ id, seen_at }) => !ids.includes(id) && seen_at <= at,
    )
    const mailboxes = await Promise.all(
      before.map(({ id: subscriptionId }) => mailboxesUnder(store.db, { subscriptionId, domain })),
    )
    const known = mailboxes
      .flat()
      .filter(({ subscription_id, seen_at }) => subscription_id !== null && seen_at <= at)
    return [...before, ...known].map(({ kind, id }) => ({
      at,
      directoryUpdate: { kind, id, gone: true } as const,
    }))
  }

  /** What was heard of a mailbox later is believed rather. */
  async function updatesOfEnding({ mailboxes, ...of }: SubscriptionEnd, at: string) {
    const rows = (await mailboxesUnder(store.db, of)).filter(({ seen_at }) => seen_at <= at)
    return rows.map(({ id }) => {
      const key = { kind: 'mailbox', id } as const
      const directoryUpdate: DirectoryUpdate =
        mailboxes === 'gone' ? { ...key, gone: true } : { ...key, status: mailboxes, data: {} }
      return { at, directoryUpdate }
    })
  }

  async function learn(directoryUpdates: readonly LearntUpdate[]) {
    const keys = [
      ...new Map(
        directoryUpdates.map(({ directoryUpdate }) => [keyOf(directoryUpdate), directoryUpdate]),
      ).values(),
    ]
    const seen: SeenEntry[] = []
    await updateDirectory(
      store,
      keys,
      (known) => {
        const rows = new Map(known)
        for (const { at, directoryUpdate, isRead } of directoryUpdates) {
          if ('gone' in directoryUpdate) continue
          const key = keyOf(directoryUpdate)
          const [before, after] = [rows.get(key), rowAfter(rows.get(key), directoryUpdate, at)]
          rows.set(key, after)
          if (isRead) seen.push({ before, after })
        }
        return [...rows.values()]
      },
      async (transaction) => {
        if (!findsChanges || seen.length === 0) return
        await keepChanges(transaction, await changesSeen(transaction, seen), clock().toISOString())
      },
    )
    await forgetEntries(
      store,
      directoryUpdates.flatMap(({ directoryUpdate }) => ('gone' in directoryUpdate ? [directoryUpdate] : [])),
    )
  }

  return {
    answered({ endpoint, request, data, refused, sentMsAgo }) {
      const at = subMilliseconds(clock(), sentMsAgo).toISOString()
      take([
        {
          at,
          isRead: reads.has(endpoint),
          read: () => effectsOfAnswer(traitsOf(endpoint), request, data, refused),
        },
      ])
    },
    happened(events) {
      const said = events
        .filter(({ source }) => source !== 'test')
        .map(({ event, data, received_at: at }) => ({
          at,
          read() {
            const parsed = JSON.parse(data) as Record<string, unknown>
            return {
              directoryUpdates: updatesFromEvent(event, parsed),
              endings: endingsOfEvent(event, parsed),
            }
          },
        }))
      if (said.length > 0) take(said)
    },
    async settled() {
      while (working) await working
    },
  }
}
