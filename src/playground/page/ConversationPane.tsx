import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Channel, ConversationPerson, InteractionOutcome, ShownMessage, Snapshot } from '../types.ts'
import { ask } from './ask.ts'
import { Composer } from './Composer.tsx'
import { MessageList } from './MessageList.tsx'
import { Welcome } from './Welcome.tsx'
import { visible } from './workspace.ts'

interface ConversationPaneProps {
  readonly workspace: Snapshot
  readonly person: ConversationPerson
  readonly channel: Channel
  readonly onNotice: (outcome: InteractionOutcome) => void
  readonly onThread: (message: ShownMessage) => void
}

/** A channel: its messages, and the composer below. */
export function ConversationPane(props: ConversationPaneProps) {
  const { workspace, person, channel, onNotice } = props
  const name = channel.with ? channel.name : `#${channel.name}`
  const [spent, setSpent] = useState('')
  const [sent, setSent] = useState(0)
  const pane = useRef<HTMLDivElement>(null)
  const isReady = workspace.bot.state === 'ready'
  const messages = useMemo(
    () => visible(workspace.messages, channel, person.id),
    [workspace.messages, channel, person.id],
  )
  const focusComposer = useCallback(() => pane.current?.querySelector('textarea')?.focus(), [])
  useEffect(focusComposer, [focusComposer])

  async function send(line: string) {
    const command = line.startsWith('/')
    setSent((before) => before + 1)
    const outcome = await ask(command ? 'command' : 'say', { person: person.id, channel: channel.id, line })
    onNotice(outcome)
    if (command && outcome.ok) setSpent(`Acknowledged in ${outcome.milliseconds} ms`)
  }

  return (
    <div className="pane" ref={pane}>
      <header className="talk-head">
        <h2>{name}</h2>
        <p>{channel.topic}</p>
        <button type="button" className="skip" onClick={focusComposer}>
          Skip to the message box
        </button>
      </header>
      {messages.length === 0 && !channel.with ? (
        <div className="messages">
          <Welcome
            channel={channel.name}
            isReady={isReady}
            onTry={(line) => {
              focusComposer()
              void send(line)
            }}
          />
        </div>
      ) : (
        <MessageList {...props} messages={messages} name={name} sent={sent} />
      )}
      <Composer to={name} ready={isReady} onSend={send} status={spent} />
    </div>
  )
}
