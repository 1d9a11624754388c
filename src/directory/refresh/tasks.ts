import type { Page } from '../../cmr/answers/page.ts'
import type { CallOptions, Cmr } from '../../cmr/client.ts'
import { CmrError } from '../../cmr/errors.ts'
import { hoursToMilliseconds } from '../../process/dates.ts'
import type { Store } from '../../store/store.ts'
import type { PassName } from '../store/passes.ts'
import type { EntryKind } from '../store/rows.ts'
import { domainsToPrice, usersWithPressingDomains, usersWithPressingMailboxes } from './pressing.ts'

/** Sends the request at a cursor. @returns the next one's cursor, or nothing where that was the last */
export type Turn = (cursor: string | undefined) => Promise<string | undefined>

/** Something that is asked of CMR again and again. */
export interface RefreshTask {
  readonly name: PassName
  readonly turn: Turn
  /** How much of CMR's requests it may take in the long run: what takes many comes the more rarely. */
  readonly share: number
  /** The kind of which it sees everything. */
  readonly sees?: EntryKind
}

/** Stands behind the cursor of a pass in which CMR listed something without its name, also after a restart. */
const PARTIAL = ' partial'
/** What a pass that has come to its end says instead of a cursor, where it has not seen everything. */
export const PARTIAL_END = 'partial end'

/** Answers with rows that cannot be read, or that do not say what they are about. */
type IsPartial = (data: Page<unknown>) => boolean

/**
 * Returns a turn that remembers whether the pass met a row that nobody can name: what that row is about was seen, and
 * must not be forgotten as if it had not been.
 */
function noting(
  turn: (cursor: string | undefined, note: (isPartial: boolean) => void) => ReturnType<Turn>,
): Turn {
  return async (cursor) => {
    let isPartial = cursor?.endsWith(PARTIAL) ?? false
    const plain = isPartial ? cursor?.slice(0, -PARTIAL.length) : cursor
    const next = await turn(plain, (one) => {
      isPartial ||= one
    })
    if (!isPartial) return next
    return next === undefined ? PARTIAL_END : next + PARTIAL
  }
}

/** @param name the field of a row that names it */
const lacks =
  (name: string): IsPartial =>
  ({ rows, unreadable = 0 }) =>
    unreadable > 0 || rows.some((row) => !(row as Readonly<Record<string, unknown>>)[name])

/** "limit 20 by default and 100 at most". */
const PAGE = 100
/** A price that CMR refused is asked for again after that long. */
const REFUSED_MS = hoursToMilliseconds(6)

/**
 * Returns what is asked of CMR, the most pressing first: the wallet, what is near its date or in trouble, the prices of
 * what renews soon; then everything.
 */
export function refreshTasks(parts: {
  readonly cmr: Cmr
  readonly store: Pick<Store, 'db'>
  readonly clock: () => Date
  readonly signal: AbortSignal
}): readonly RefreshTask[] {
  const { cmr, store, clock, signal } = parts
  const quietly: CallOptions = { priority: 'background', signal, takesPartial: true }
  const ofUser = (userId: string) => ({ query: { userId } })
  const pricesAskedAt = new Map<string, number>()

  async function unpricedDomains() {
    const now = clock()
    const earliest = now.getTime() - REFUSED_MS
    for (const [domain, at] of pricesAskedAt)
      if (at < earliest || at > now.getTime()) pricesAskedAt.delete(domain)
    const all = await domainsToPrice(store.db, now)
    return all.flatMap(({ userId, domains }) => {
      const open = domains.filter((domain) => !pricesAskedAt.has(domain))
      return open.length > 0 ? { userId, domains: open } : []
    })
  }

  async function nextUser(after: string) {
    const row = await store.db
      .selectFrom('directory_entries')
      .select('id')
      .where('kind', '=', 'user')
      .where('id', '>', after)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    return row?.id
  }

  return [
    {
      name: 'wallet',
      share: 0.05,
      async turn() {
        await cmr.wallet.get({}, quietly)
        return undefined
      },
    },
    {
      name: 'pressing domains',
      share: 0.1,
      turn: oneByOne(
        () => usersWithPressingDomains(store.db, clock()),
        (userId) => userId,
        (userId) => cmr.domains.list(ofUser(userId), quietly),
      ),
    },
    {
      name: 'pressing mailboxes',
      share: 0.05,
      turn: oneByOne(
        () => usersWithPressingMailboxes(store.db),
        (userId) => userId,
        (userId) => cmr.mailboxes.list(ofUser(userId), quietly),
      ),
    },
    {
      name: 'prices',
      share: 0.05,
      turn: oneByOne(
        unpricedDomains,
        ({ userId, domains }) => `${userId} ${domains[0]}`,
        ({ userId, domains }) => {
          for (const domain of domains) pricesAskedAt.set(domain, clock().getTime())
          return cmr.domains['renewal-price']({ body: { userId, domains: [...domains] } }, quietly)
        },
      ),
    },
    // Users first: their domains are asked for one by one.
    {
      name: 'user',
      sees: 'user',
      share: 0.05,
      turn: paged(
        async (page) => (await cmr.users.list({ query: { page, limit: PAGE } }, quietly)).data,
        lacks('userId'),
      ),
    },
    {
      name: 'subscription',
      sees: 'subscription',
      share: 0.1,
      turn: paged(
        async (page) => (await cmr.subscriptions.list({ query: { page, limit: PAGE } }, quietly)).data,
        lacks('subscriptionId'),
      ),
    },
    {
      name: 'domain',
      sees: 'domain',
      share: 0.2,
      turn: noting(async (cursor = '', note) => {
        const userId = await nextUser(cursor)
        if (userId === undefined) return undefined
        const asked = cmr.domains.list(ofUser(userId), quietly)
        await unlessRefused(asked.then(({ data }) => note(lacks('domainName')(data))))
        return userId
      }),
    },
    {
      name: 'mailbox',
      sees: 'mailbox',
      share: 0.2,
      turn: paged(
        async (page) => (await cmr.mailboxes.all({ query: { page, limit: PAGE } }, quietly)).data,
        lacks('mailboxId'),
      ),
    },
  ]
}

/**
 * Asks for one thing of a list after the other. The list is made as the pass begins, and again where it goes on after
 * a restart.
 * @param cursorOf sorts as the list does
 */
function oneByOne<Item>(
  list: () => Promise<readonly Item[]>,
  cursorOf: (item: Item) => string,
  ask: (item: Item) => Promise<unknown>,
): Turn {
  let left: Item[] = []
  let at: string | undefined
  return async (cursor) => {
    if (cursor === undefined || cursor !== at) {
      left = (await list())
        .filter((item) => cursor === undefined || cursorOf(item) > cursor)
        .toSorted((a, b) => (cursorOf(a) < cursorOf(b) ? -1 : 1))
    }
    const [next] = left
    at = next && cursorOf(next)
    if (!next) return undefined
    await unlessRefused(ask(next))
    left.shift()
    return left.length > 0 ? at : undefined
  }
}

/** What CMR says to a customer that it has no longer must not hold up all others. */
async function unlessRefused(asked: Promise<unknown>): Promise<void> {
  try {
    await asked
  } catch (error) {
    if (!(error instanceof CmrError) || !refusals.has(error.kind)) throw error
  }
}

const refusals: ReadonlySet<CmrError['kind']> = new Set(['invalid', 'not-found', 'conflict'])

/** Pages counted from 1, to the last one that CMR counts; where it counts none, until a page is empty or comes again. */
function paged(ask: (page: number) => Promise<Page<unknown>>, isPartial: IsPartial): Turn {
  let before = { page: 0, first: '' }
  return noting(async (cursor, note) => {
    const page = Number(cursor ?? 1)
    const read = await ask(page)
    note(isPartial(read))
    const { rows, totalPages } = read
    const first = JSON.stringify(rows[0] ?? null)
    // A page that is asked for once more, after a failure, does not come again.
    const again = before.page === page - 1 && before.first === first
    before = { page, first }
    const more = totalPages === undefined ? !again : page < totalPages
    return more && rows.length > 0 ? String(page + 1) : undefined
  })
}
