import { createHash } from 'node:crypto'
import { isObject, type JsonObject } from '../cmr/json.ts'
import { millisecondsInDay } from '../process/dates.ts'
import type { DirectoryEntry } from './store/rows.ts'

type Kept = Pick<DirectoryEntry, 'data'>

/** Stands for a picture or a forwarding that CMR says is not there. */
const NONE = 'none'

/**
 * Returns a word that tells one picture from another; nothing where CMR does not list it. The query of its address is
 * left out, because a signature in it differs with each answer.
 */
export function pictureIn(address: unknown): string | undefined {
  if (address === null || address === '') return NONE
  if (typeof address !== 'string') return undefined
  const [path = ''] = address.split(/[?#]/)
  return createHash('sha256').update(path).digest('base64url').slice(0, 12)
}

/** Returns where the visitors of a domain are sent; nothing where CMR does not list it in a form that can be compared. */
export function forwardingIn(forwarding: unknown): string | undefined {
  if (forwarding === null || forwarding === '') return NONE
  const target = isObject(forwarding) ? forwarding.forwardTo : forwarding
  return typeof target === 'string' && target ? target.slice(0, 300) : undefined
}

/** Tells whether a mailbox was taken out of use, which is no part of the life that CMR documents. */
export const isShutOut = ({ status }: Pick<DirectoryEntry, 'status'>): boolean =>
  /SUSPEND|DISABLE|LOCK/.test(status ?? '')

/** Returns what differs in a mailbox of what was known of it, by the names that `mailbox.updated` has for it. */
export function changedDetails(before: DirectoryEntry, after: DirectoryEntry): string[] {
  const [known, now] = [detailsOf(before), detailsOf(after)]
  const names = Object.keys(known).filter((name) => known[name] && now[name] && known[name] !== now[name])
  const isOtherStatus = isShutOut(before)
    ? after.status === 'ACTIVE'
    : before.status !== null && isShutOut(after)
  return isOtherStatus ? [...names, 'status'] : names
}

/** Tells whether a mailbox still is as it was seen, in these of its details. */
export function hasSameDetails(
  seen: DirectoryEntry,
  current: DirectoryEntry,
  names: readonly string[],
): boolean {
  const [one, other] = [detailsOf(seen), detailsOf(current)]
  return names.every((name) =>
    name === 'status' ? seen.status === current.status : one[name] === other[name],
  )
}

function detailsOf({ data }: Kept): Readonly<Record<string, string | undefined>> {
  const { email, firstName, lastName, picture } = JSON.parse(data) as JsonObject
  const text = (value: unknown) => (value === undefined ? undefined : String(value))
  return {
    userName: text(email)?.toLowerCase(),
    firstName: text(firstName),
    lastName: text(lastName),
    profilePicture: text(picture),
  }
}

/** An order sets up what it was asked for in its first days: nobody has changed that. */
const SET_UP_MS = 2 * millisecondsInDay

/** Tells whether the visitors of a domain are sent elsewhere than was known. */
export function hasOtherForwarding(before: DirectoryEntry, after: DirectoryEntry): boolean {
  const [from, to] = [forwardingOf(before), forwardingOf(after)]
  if (!from || !to || from === to || before.status === 'PENDING') return false
  return !after.began_at || Date.parse(after.seen_at) - Date.parse(after.began_at) > SET_UP_MS
}

/** Returns where the visitors of a domain are sent, as it is kept; nothing where that is not known. */
export const forwardingOf = ({ data }: Kept): string | undefined =>
  (JSON.parse(data) as { forwarding?: string }).forwarding
