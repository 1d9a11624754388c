import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Channel, ConversationPerson, InteractionOutcome, ShownMessage, Snapshot } from '../types.ts'
import { MessageItem } from './MessageItem.tsx'
import { dayOf, replyCounts } from './workspace.ts'

/** How many messages are drawn at first and with every step; further steps follow until two screens are filled. */
const STEP = 12
/** How near to an edge counts as there, in pixels. */
const NEAR_PX = 60
/** How near to the oldest message drawn the next ones are drawn. */
const AHEAD_PX = 600
/** How far an arrow key scrolls within a message. */
const KEY_PX = 80

interface MessageListProps {
  readonly workspace: Snapshot
  /** What the person may see of the channel, oldest first. */
  readonly messages: readonly ShownMessage[]
  readonly person: ConversationPerson
  readonly channel: Channel
  readonly name: string
  /** Grows whenever the person sends something, which shows the end of the list. */
  readonly sent: number
  readonly onNotice: (outcome: InteractionOutcome) => void
  readonly onThread: (message: ShownMessage) => void
}

/**
 * The messages of a channel: the newest are drawn, older ones as they are scrolled to. It stays at its end while the
 * person is there. Tab stops at one message, arrow keys go on to the others.
 */
export function MessageList(props: MessageListProps) {
  const { workspace, messages, person, channel, name, sent, onNotice, onThread } = props
  const { people, channels } = workspace
  const counts = useMemo(
    () => replyCounts(workspace.messages, channel, person.id),
    [workspace.messages, channel, person.id],
  )
  const list = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const belowTop = useRef<number | undefined>(undefined)
  const [latest, setLatest] = useState(STEP)
  const [oldest, setOldest] = useState<string | undefined>(undefined)
  const [entered, setEntered] = useState<string | undefined>(undefined)
  const from = oldest === undefined ? -1 : messages.findIndex(({ ts }) => ts === oldest)
  const drawn = messages.slice(from < 0 ? -latest : from)
  const reachable = entered ?? messages.at(-1)?.ts

  const toEnd = useCallback(() => list.current?.scrollTo(0, list.current.scrollHeight), [])

  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) toEnd()
      const { scrollHeight = 0, clientHeight = 0 } = list.current ?? {}
      if (scrollHeight < 2 * clientHeight) setLatest((before) => before + STEP)
    })
    if (content.current) observer.observe(content.current)
    if (list.current) observer.observe(list.current)
    return () => observer.disconnect()
  }, [toEnd])

  useEffect(() => {
    if (sent === 0) return
    isAtEnd.current = true
    setOldest(undefined)
    toEnd()
  }, [sent, toEnd])

  // What is drawn above must not move what the person reads.
  useLayoutEffect(() => {
    if (!list.current || belowTop.current === undefined || !oldest) return
    list.current.scrollTop = list.current.scrollHeight - belowTop.current
    belowTop.current = undefined
  }, [oldest])

  function onScroll() {
    if (!list.current) return
    const { scrollTop, scrollHeight, clientHeight } = list.current
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX
    if (isAtEnd.current) return setOldest(undefined)
    const first = messages.length - drawn.length
    const next = scrollTop < AHEAD_PX ? Math.max(0, first - STEP) : first
    if (next < first) belowTop.current = scrollHeight - scrollTop
    setOldest(messages[next]?.ts)
  }

  return (
    <div
      className="messages"
      role="log"
      aria-label={`Messages in ${name}`}
      ref={list}
      onScroll={onScroll}
      onKeyDown={(event) => list.current && moveWithin(list.current, event)}
      onFocus={({ target }) => setEntered(target.closest('article')?.dataset.ts)}
      onBlur={({ relatedTarget }) =>
        !list.current?.contains(relatedTarget as Node | null) && setEntered(undefined)
      }
    >
      <div ref={content}>
        {drawn.map((message, at) => (
          <div key={message.ts}>
            {dayOf(message) !== dayOf(drawn[at - 1]) && <p className="day">{dayOf(message)}</p>}
            <MessageItem
              {...{ message, people, channels, person, onNotice, onThread }}
              answers={counts.get(message.ts) ?? 0}
              isReachable={message.ts === reachable}
            />
          </div>
        ))}
      </div>
    </div>
  )
}

/** Goes to the message above or below; one that is higher than the list is scrolled through first. */
function moveWithin(list: HTMLElement, event: KeyboardEvent) {
  const isDown = event.key === 'ArrowDown'
  if ((!isDown && event.key !== 'ArrowUp') || !(event.target as HTMLElement).matches('article')) return
  event.preventDefault()
  const articles = [...list.querySelectorAll('article')]
  const at = articles.indexOf(event.target as HTMLElement)
  const next = articles[isDown ? at + 1 : at - 1]
  const [frame, here] = [list.getBoundingClientRect(), (event.target as HTMLElement).getBoundingClientRect()]
  const hidden = isDown ? here.bottom - frame.bottom : frame.top - here.top
  if (hidden > 1) return list.scrollBy(0, Math.min(hidden, KEY_PX) * (isDown ? 1 : -1))
  next?.focus({ preventScroll: true })
  next?.scrollIntoView({ block: 'nearest' })
}
