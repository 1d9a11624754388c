import { Suspense, useCallback, useEffect, useState } from 'react'
import type { Channel, InteractionOutcome, ShownMessage } from '../types.ts'
import { ask } from './ask.ts'
import { ConversationPane } from './ConversationPane.tsx'
import { Home, Modal, SandboxPanel, Thread } from './later.ts'
import { Sidebar } from './Sidebar.tsx'
import { useUnread } from './unread.ts'
import { useWorkspace } from './workspace.ts'

const tabs = { channels: 'Channels', talk: 'Conversation', side: 'Sandbox' } as const
type Tab = keyof typeof tabs
const NOTICE_MS = 8000
/** Commands are given here; in the alerts channel the first alerts would push the introduction away. */
const FIRST_CHANNEL = 'ops'

/** The whole page: channels, conversation, sandbox; one at a time where the screen is narrow. */
export function App() {
  const { workspace, connected } = useWorkspace()
  const [personId, setPersonId] = useState('')
  const [place, setPlace] = useState('')
  const [thread, setThread] = useState<{ channel: string; ts: string } | undefined>(undefined)
  const [tab, setTab] = useState<Tab>('talk')
  const [notice, setNotice] = useState('')
  const person = workspace.people.find(({ id }) => id === personId) ?? workspace.people[0]
  const first = workspace.channels.find(({ name }) => name === FIRST_CHANNEL) ?? workspace.channels[0]
  const channel = workspace.channels.find(({ id }) => id === place) ?? first
  const parent =
    thread && workspace.messages.find((one) => one.ts === thread.ts && one.channel === thread.channel)
  const ready = workspace.bot.state === 'ready'

  const onNotice = useCallback((outcome: InteractionOutcome) => setNotice(outcome.notice ?? ''), [])
  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(() => setNotice(''), NOTICE_MS)
    return () => clearTimeout(timer)
  }, [notice])

  const unread = useUnread(workspace.messages, place === 'home' ? undefined : channel?.id, person?.id)
  const openThread = useCallback((message: ShownMessage) => {
    setThread({ channel: message.channel, ts: message.threadTs ?? message.ts })
    setTab('side')
  }, [])

  const id = person?.id
  useEffect(() => {
    if (place === 'home' && id && ready) void ask('home', { person: id }).then(onNotice)
  }, [place, id, ready, onNotice])

  if (!person || !channel)
    return <p className="boot">{connected ? 'Nobody is here yet…' : 'Connecting to the playground…'}</p>

  function go(next: string) {
    setPlace(next)
    setThread(undefined)
    setTab('talk')
  }

  function closeThread() {
    setThread(undefined)
    setTab('talk')
  }

  const shared = { workspace, person, onNotice }
  const modals = workspace.modals[person.id] ?? []
  const top = modals.at(-1)
  return (
    <div className="app" data-tab={tab}>
      <Sidebar
        {...shared}
        place={place === 'home' ? 'home' : channel.id}
        unread={unread}
        onGo={go}
        onPerson={setPersonId}
      />
      <main className="talk">
        <Banner bot={workspace.bot} connected={connected} />
        {place === 'home' ? (
          <Suspense>
            <Home {...shared} />
          </Suspense>
        ) : (
          <ConversationPane {...shared} key={channel.id} channel={channel as Channel} onThread={openThread} />
        )}
      </main>
      <Suspense fallback={<aside className="side" />}>
        {parent ? <Thread {...shared} parent={parent} onClose={closeThread} /> : <SandboxPanel {...shared} />}
      </Suspense>
      <nav className="tabs" aria-label="Panels">
        {Object.entries(tabs).map(([key, label]) => (
          <button type="button" key={key} aria-pressed={tab === key} onClick={() => setTab(key as Tab)}>
            {key === 'side' && parent ? 'Thread' : label}
          </button>
        ))}
      </nav>
      <Suspense>
        {top && <Modal key={top.id} workspace={workspace} person={person} view={top} depth={modals.length} />}
      </Suspense>
      <div className="notice" role="status">
        {notice && (
          <p>
            {notice}
            <button type="button" aria-label="Dismiss" onClick={() => setNotice('')}>
              ×
            </button>
          </p>
        )}
      </div>
    </div>
  )
}

function Banner({
  bot,
  connected,
}: {
  readonly bot: { state: string; detail?: string }
  readonly connected: boolean
}) {
  if (!connected) return <p className="banner bad">The playground does not answer. Trying again…</p>
  if (bot.state === 'starting') return <p className="banner">The bot is starting…</p>
  if (bot.state === 'ready') return null
  return (
    <details className="banner bad">
      <summary>The bot has stopped. See its last log lines</summary>
      <pre>{bot.detail}</pre>
    </details>
  )
}
