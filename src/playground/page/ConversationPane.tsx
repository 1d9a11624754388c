import { useEffect, useRef, useState } from 'react'
import type { Channel, Message, Outcome, Person, Snapshot } from '../types.ts'
import { ask } from './ask.ts'
import { Composer } from './Composer.tsx'
import { MessageItem } from './MessageItem.tsx'
import { visible } from './workspace.ts'

interface ConversationPaneProps {
  readonly workspace: Snapshot
  readonly person: Person
  readonly channel: Channel
  readonly onNotice: (outcome: Outcome) => void
  readonly onThread: (message: Message) => void
}

/** A channel: its messages, and the composer below. */
export function ConversationPane({ workspace, person, channel, onNotice, onThread }: ConversationPaneProps) {
  const messages = visible(workspace.messages, channel, person.id)
  const name = channel.with ? channel.name : `#${channel.name}`
  const [spent, setSpent] = useState('')
  const end = useRef<HTMLDivElement>(null)
  const newest = messages.at(-1)?.ts
  useEffect(() => {
    if (newest) end.current?.scrollIntoView({ block: 'end' })
  }, [newest])

  async function send(line: string) {
    const command = line.startsWith('/')
    const outcome = await ask(command ? 'command' : 'say', { person: person.id, channel: channel.id, line })
    onNotice(outcome)
    if (command && outcome.ok) setSpent(`Acknowledged in ${outcome.milliseconds} ms`)
  }

  return (
    <>
      <header className="talk-head">
        <h2>{name}</h2>
        <p>{channel.topic}</p>
      </header>
      <div className="messages" role="log" aria-label={`Messages in ${name}`}>
        {messages.length === 0 && <Welcome alerts={channel.name === 'cmr-alerts'} />}
        {messages.map((message) => (
          <MessageItem key={message.ts} {...{ message, workspace, person, onNotice, onThread }} />
        ))}
        <div ref={end} />
      </div>
      <Composer to={name} ready={workspace.bot.state === 'ready'} onSend={send} status={spent} />
    </>
  )
}

function Welcome({ alerts }: { readonly alerts: boolean }) {
  return (
    <div className="welcome">
      <h3>{alerts ? 'All quiet' : 'Nothing here yet'}</h3>
      <p>
        {alerts
          ? 'Alerts arrive here. Fire an event from the sandbox to see one.'
          : 'Type a command below. What the bot answers is what it would answer in Slack.'}
      </p>
    </div>
  )
}
