import { useEffect, useRef, useState } from 'react'
import type { ShownMessage } from '../types.ts'

/**
 * Returns the channels that hold something the person has not seen; everything that was there when the page opened
 * counts as seen.
 * @param open the channel that is shown
 */
export function useUnread(
  messages: readonly ShownMessage[],
  open: string | undefined,
  person: string | undefined,
): ReadonlySet<string> {
  const [unread, setUnread] = useState<ReadonlySet<string>>(new Set())
  const newest = useRef<string | undefined>(undefined)
  useEffect(() => {
    const last = messages
      .map(({ ts }) => ts)
      .sort()
      .at(-1)
    const before = newest.current
    if (last) newest.current = last
    const fresh = messages.filter(
      ({ ts, threadTs, broadcast, ephemeralFor }) =>
        before !== undefined &&
        ts > before &&
        (!threadTs || broadcast) &&
        (!ephemeralFor || ephemeralFor === person),
    )
    setUnread((known) => {
      const next = new Set([...known, ...fresh.map(({ channel }) => channel)].filter((id) => id !== open))
      return next.size === known.size ? known : next
    })
  }, [messages, open, person])
  return unread
}
