import { memo, type ReactNode, Suspense, useLayoutEffect, useRef } from 'react'
import type { Channel, ConversationPerson, InteractionOutcome, ShownMessage } from '../types.ts'
import { Blocks } from './later.ts'
import { Avatar } from './Sidebar.tsx'
import { SurfaceProvider } from './Surface.tsx'

interface MessageItemProps {
  readonly message: ShownMessage
  readonly people: readonly ConversationPerson[]
  readonly channels: readonly Channel[]
  readonly person: ConversationPerson
  readonly onNotice: (outcome: InteractionOutcome) => void
  /** How many replies its thread has. */
  readonly answers?: number
  /** Opens the thread; left out where the thread is already shown. */
  readonly onThread?: (message: ShownMessage) => void
  /** Whether Tab stops at it and its buttons; in a list it stops at one message only. */
  readonly isReachable?: boolean
}

/** One message, with its buttons and the way into its thread. */
export const MessageItem = memo(function MessageItem(props: MessageItemProps) {
  const { message, people, channels, person, onNotice, onThread, answers = 0, isReachable = true } = props
  const { author, text, ts, at, channel, ephemeralFor, edited, files, broadcast } = message
  const bot = typeof author === 'string'
  const name = bot ? 'CMR' : (people.find(({ id }) => id === author.person)?.name ?? 'Somebody')
  const blocks = message.blocks.length > 0 || !text ? message.blocks : [plainSection(text)]
  const time = new Date(at ?? Number(ts) * 1000)
  return (
    <article
      className={ephemeralFor ? 'message ephemeral' : 'message'}
      aria-label={`Message from ${name}`}
      data-ts={ts}
      tabIndex={onThread ? (isReachable ? 0 : -1) : undefined}
    >
      <Avatar name={name} bot={bot} />
      <div>
        <header>
          <b>{name}</b>
          {bot && <span className="badge">APP</span>}
          <time dateTime={time.toISOString()}>
            {time.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' })}
          </time>
        </header>
        {broadcast && (
          <small className="broadcast">{onThread ? 'replied to a thread' : 'also sent to the channel'}</small>
        )}
        <SurfaceProvider
          place={{ person: person.id, message: { channel, ts } }}
          blocks={message.blocks}
          people={people}
          channels={channels}
          onNotice={onNotice}
        >
          <Suspense>
            <Body isReachable={isReachable}>
              <Blocks blocks={blocks} />
            </Body>
          </Suspense>
        </SurfaceProvider>
        {files?.map((file) => (
          <a key={file.id} className="file" href={`/bridge/file/${file.id}`} download={file.name}>
            {file.name}
          </a>
        ))}
        <footer>
          {edited && <small>(edited)</small>}
          {ephemeralFor && <small>Only visible to you</small>}
          {onThread && !ephemeralFor && (
            <button
              type="button"
              className={answers || broadcast ? 'thread-link' : 'thread-link quiet'}
              tabIndex={isReachable ? undefined : -1}
              onClick={() => onThread(message)}
            >
              {broadcast ? 'View thread' : threadLabel(answers)}
            </button>
          )}
        </footer>
      </div>
    </article>
  )
})

/** Takes everything in it out of the order of Tab while it is not reachable; what draws the blocks cannot do that. */
function Body({ isReachable, children }: { readonly isReachable: boolean; readonly children: ReactNode }) {
  const body = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    for (const one of body.current?.querySelectorAll('a[href], button, input, textarea, select') ?? []) {
      if (isReachable) one.removeAttribute('tabindex')
      else one.setAttribute('tabindex', '-1')
    }
  })
  return (
    <div className="body" ref={body}>
      {children}
    </div>
  )
}

function plainSection(text: string) {
  return { type: 'section', block_id: 'text', text: { type: 'mrkdwn', text } }
}

function threadLabel(answers: number): string {
  if (answers === 0) return 'Open thread'
  return answers === 1 ? '1 reply' : `${answers} replies`
}
