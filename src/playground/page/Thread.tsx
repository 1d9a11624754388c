import type { ConversationPerson, InteractionOutcome, ShownMessage, Snapshot } from '../types.ts'
import { useBorrowedFocus } from './focus.ts'
import { MessageItem } from './MessageItem.tsx'
import { replies } from './workspace.ts'

interface ThreadProps {
  readonly parent: ShownMessage
  readonly workspace: Snapshot
  readonly person: ConversationPerson
  readonly onNotice: (outcome: InteractionOutcome) => void
  readonly onClose: () => void
}

/** A message and what was answered below it. Slack takes no slash commands here. */
export function Thread({ parent, workspace, person, onNotice, onClose }: ThreadProps) {
  const ref = useBorrowedFocus<HTMLElement>((panel) => panel.focus())
  const answers = replies(workspace.messages, parent, person.id)
  const { people, channels } = workspace
  const shared = { people, channels, person, onNotice }
  return (
    <aside className="side" aria-label="Thread" ref={ref} tabIndex={-1}>
      <header className="talk-head">
        <h2>Thread</h2>
        <button type="button" className="icon" aria-label="Close thread" onClick={onClose}>
          ×
        </button>
      </header>
      <div className="thread">
        <MessageItem message={parent} {...shared} />
        <p className="count">
          {answers.length === 0
            ? 'No replies yet'
            : answers.length === 1
              ? '1 reply'
              : `${answers.length} replies`}
        </p>
        {answers.map((message) => (
          <MessageItem key={message.ts} message={message} {...shared} />
        ))}
      </div>
    </aside>
  )
}
