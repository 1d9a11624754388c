import type { WebClient } from '@slack/web-api'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { Monotonic } from '../process/clock.ts'
import { millisecondsInDay, millisecondsInMinute } from '../process/dates.ts'

/** Who reads a channel beside full members of the workspace, as far as Slack tells it. */
export interface OutsideReadership {
  /** Other companies through Slack Connect, those with an open invitation, or other workspaces of the organization. */
  readonly shared: 'companies' | 'invited' | 'workspaces' | undefined
  /** Slack user ids of guests among the members that were looked at. */
  readonly guests: readonly string[]
}

/** Returns whether an account is a guest's, in one channel or several ("User object"). */
export function isGuestAccount(
  account: { readonly is_restricted?: boolean; readonly is_ultra_restricted?: boolean } | undefined,
): boolean {
  return Boolean(account?.is_restricted || account?.is_ultra_restricted)
}

/** Finds out who from outside reads a channel. Neither method throws. */
export interface OutsideReaders {
  /** Asks Slack now; returns nothing where it does not tell. */
  look(channel: string): Promise<OutsideReadership | undefined>
  /** Asks only where it was not asked for some minutes. */
  recent(channel: string): Promise<OutsideReadership | undefined>
}

/** How long a list goes by what Slack said of a channel. */
const FRESH_MS = 10 * millisecondsInMinute
/** How long it goes by what Slack said of an account: here nobody is let in by it. */
const ACCOUNT_MS = millisecondsInDay
/** Members of a channel whose accounts are looked at. */
const MOST_MEMBERS = 40
/** Accounts asked for a minute: "users.info" is of tier 4, a hundred, and whoever runs a command goes first. */
const MOST_ASKED = 40
/** Guests that are worth being named. */
const MOST_GUESTS = 3
const AT_ONCE = 4

/** Flags of `conversations.info` ("Conversation object"); the package's types lack some. */
interface SharedFlags {
  readonly is_ext_shared?: boolean
  readonly is_shared?: boolean
  readonly is_org_shared?: boolean
  readonly is_pending_ext_shared?: boolean
  readonly pending_shared?: readonly string[]
  readonly pending_connected_team_ids?: readonly string[]
}

/** @param monotonic milliseconds of a clock that never steps */
export function createOutsideReaders(
  slack: Pick<WebClient, 'conversations' | 'users'>,
  {
    logger,
    monotonic = () => performance.now(),
  }: { readonly logger?: Logger; readonly monotonic?: Monotonic } = {},
): OutsideReaders {
  const kept = { ttlResolution: 0, perf: { now: monotonic } }
  const known = new LRUCache<string, Promise<OutsideReadership | undefined>>({
    ...kept,
    ttl: FRESH_MS,
    max: 500,
  })
  const areGuests = new LRUCache<string, boolean>({ ...kept, ttl: ACCOUNT_MS, max: 5000 })
  /** Of the last minute. */
  const askedAt: number[] = []

  function mayAsk(): boolean {
    while (askedAt[0] !== undefined && askedAt[0] < monotonic() - millisecondsInMinute) askedAt.shift()
    if (askedAt.length >= MOST_ASKED) return false
    askedAt.push(monotonic())
    return true
  }

  /** Returns nothing where it would have to be asked, and too much was asked already. */
  async function isGuest(user: string): Promise<boolean | undefined> {
    const before = areGuests.get(user)
    if (before !== undefined) return before
    if (!mayAsk()) return undefined
    const { user: account } = await slack.users.info({ user })
    const is = isGuestAccount(account)
    areGuests.set(user, is)
    return is
  }

  /** Returns some of the guests in a channel, none where Slack does not tell; and whether all members were looked at. */
  async function guestsIn(channel: string): Promise<{ guests: string[]; isWhole: boolean }> {
    const guests: string[] = []
    let isWhole = true
    try {
      const { members = [] } = await slack.conversations.members({ channel, limit: MOST_MEMBERS })
      const left = members.slice(0, MOST_MEMBERS)
      const work = async () => {
        for (let user = left.shift(); user && guests.length < MOST_GUESTS; user = left.shift()) {
          const is = await isGuest(user)
          if (is) guests.push(user)
          if (is === undefined) isWhole = false
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
    } catch (error) {
      logger?.debug({ err: error, channel }, 'Slack does not say which guests are in a channel')
    }
    return { guests: guests.slice(0, MOST_GUESTS), isWhole }
  }

  async function ask(channel: string): Promise<OutsideReadership | undefined> {
    try {
      const { channel: found } = await slack.conversations.info({ channel })
      const { guests, isWhole } = await guestsIn(channel)
      // The next look goes on from here.
      if (!isWhole) known.delete(channel)
      return { shared: sharedWith((found ?? {}) as SharedFlags), guests }
    } catch (error) {
      logger?.debug({ err: error, channel }, 'Slack does not say who reads a channel')
      known.delete(channel)
      return undefined
    }
  }

  function look(channel: string): Promise<OutsideReadership | undefined> {
    const asked = ask(channel)
    known.set(channel, asked)
    return asked
  }

  return { look, recent: (channel) => known.get(channel) ?? look(channel) }
}

function sharedWith(flags: SharedFlags): OutsideReadership['shared'] {
  const { is_ext_shared, is_shared, is_org_shared, is_pending_ext_shared } = flags
  const { pending_shared = [], pending_connected_team_ids = [] } = flags
  if (is_ext_shared || (is_shared && !is_org_shared)) return 'companies'
  if (is_pending_ext_shared || pending_shared.length > 0 || pending_connected_team_ids.length > 0)
    return 'invited'
  return is_org_shared ? 'workspaces' : undefined
}

const sharedWords = {
  companies: 'people of other companies (Slack Connect)',
  invited: 'people of another company, once they accept its invitation (Slack Connect)',
  workspaces: 'people of other workspaces of your organization',
} as const

/**
 * Returns who they are in words; nothing where there are none.
 * @param name names a guest; a mention unless told otherwise
 */
export function outsidersIn(
  { shared, guests }: OutsideReadership,
  name: (user: string) => string = (user) => `<@${user}>`,
): string | undefined {
  const named = guests.map(name).join(', ')
  const parts = [
    ...(shared ? [sharedWords[shared]] : []),
    ...(guests.length > 0
      ? [`guests of this workspace (${named}${guests.length < MOST_GUESTS ? '' : ' and maybe more'})`]
      : []),
  ]
  return parts.length > 0 ? parts.join(' and ') : undefined
}
