import type { Message, Outcome, Person, Snapshot } from '../types.ts'
import { Blocks, Mrkdwn } from './Blocks.tsx'
import { Avatar } from './Sidebar.tsx'
import { SurfaceProvider } from './Surface.tsx'
import { replies } from './workspace.ts'

interface MessageItemProps {
  readonly message: Message
  readonly workspace: Snapshot
  readonly person: Person
  readonly onNotice: (outcome: Outcome) => void
  /** Opens the thread; left out where the thread is already shown. */
  readonly onThread?: (message: Message) => void
}

/** One message, with its buttons and the way into its thread. */
export function MessageItem({ message, workspace, person, onNotice, onThread }: MessageItemProps) {
  const { author, blocks, text, ts, channel, ephemeralFor, edited, files, broadcast } = message
  const bot = typeof author === 'string'
  const name = bot ? 'CMR' : (workspace.people.find(({ id }) => id === author.person)?.name ?? 'Somebody')
  const answers = onThread ? replies(workspace.messages, message, person.id).length : 0
  const time = new Date(Number(ts) * 1000)
  return (
    <article className={ephemeralFor ? 'message ephemeral' : 'message'} aria-label={`Message from ${name}`}>
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
          blocks={blocks}
          people={workspace.people}
          channels={workspace.channels}
          onNotice={onNotice}
        >
          <div className="body">
            {blocks.length > 0 ? <Blocks blocks={blocks} /> : text && <Mrkdwn text={text} />}
          </div>
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
              onClick={() => onThread(message)}
            >
              {broadcast ? 'View thread' : threadLabel(answers)}
            </button>
          )}
        </footer>
      </div>
    </article>
  )
}

function threadLabel(answers: number): string {
  if (answers === 0) return 'Open thread'
  return answers === 1 ? '1 reply' : `${answers} replies`
}
