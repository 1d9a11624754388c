import { type KeyboardEvent, useId, useState } from 'react'

const examples = [
  ['/cmr', 'the launcher'],
  ['/cmr help', 'everything it can do'],
  ['/cmr users list', 'customers, page by page'],
  ['/cmr users create', 'a form with every field'],
  ['/cmr orders create', 'domains and mailboxes, step by step'],
  ['/cmr orders import', 'the same from a CSV file'],
  ['/cmr dns check', 'what a domain’s mail still needs'],
  ['/cmr subscriptions list', 'what renews each month'],
  ['/cmr operations', 'what is not over yet'],
  ['/cmr alerts', 'which channel gets which alerts'],
  ['/cmr wallet', 'balance'],
  ['/cmr status', 'what works and what does not'],
] as const

interface ComposerProps {
  /** `#channel`, or whom a direct message is for. */
  readonly to: string
  readonly ready: boolean
  readonly status: string
  readonly onSend: (line: string) => Promise<void>
}

/** Where commands are typed: Enter sends, Shift+Enter begins a line, arrows walk through the examples or what was sent before. */
export function Composer({ to, ready, status, onSend }: ComposerProps) {
  const [line, setLine] = useState('')
  const [sent, setSent] = useState<readonly string[]>([])
  const [back, setBack] = useState(0)
  const [pick, setPick] = useState(-1)
  const [busy, setBusy] = useState(false)
  const list = useId()
  const fitting =
    line.startsWith('/') && back === 0
      ? examples.filter(([text]) => text !== line && text.startsWith(line))
      : []

  async function send(text: string) {
    if (!text.trim()) return
    setLine('')
    setPick(-1)
    setBack(0)
    setSent((before) => [...before.filter((one) => one !== text), text])
    setBusy(true)
    await onSend(text.trim())
    setBusy(false)
  }

  function recall(steps: number) {
    const next = Math.max(0, Math.min(sent.length, back + steps))
    setBack(next)
    setLine(next === 0 ? '' : (sent.at(-next) ?? ''))
  }

  function onKey(event: KeyboardEvent) {
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      const picked = fitting[pick]?.[0]
      if (picked) setLine(picked)
      setPick(-1)
      if (!picked) void send(line)
    } else if (event.key === 'Tab' && fitting.length > 0 && !event.shiftKey) {
      event.preventDefault()
      setLine(fitting[Math.max(0, pick)]?.[0] ?? line)
      setPick(-1)
    } else if (line.includes('\n')) {
      // The arrow keys move within the text.
    } else if (event.key === 'ArrowUp') {
      event.preventDefault()
      if (fitting.length > 0) setPick(Math.max(0, pick - 1))
      else recall(1)
    } else if (event.key === 'ArrowDown') {
      event.preventDefault()
      if (fitting.length > 0) setPick(Math.min(fitting.length - 1, pick + 1))
      else recall(-1)
    } else if (event.key === 'Escape') setLine('')
  }

  return (
    <div className="composer">
      {fitting.length > 0 && (
        <div role="listbox" id={list} className="options" aria-label="Examples">
          {fitting.map(([text, meaning], at) => (
            <div
              role="option"
              tabIndex={-1}
              key={text}
              id={`${list}-${at}`}
              ref={at === pick ? (one) => one?.scrollIntoView({ block: 'nearest' }) : undefined}
              aria-selected={at === pick}
              onMouseDown={(event) => {
                event.preventDefault()
                setLine(text)
              }}
            >
              <code>{text}</code>
              <small>{meaning}</small>
            </div>
          ))}
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send(line)
        }}
      >
        <textarea
          role="combobox"
          rows={Math.min(6, line.split('\n').length)}
          aria-label={`Message ${to}`}
          aria-expanded={fitting.length > 0}
          aria-controls={list}
          aria-activedescendant={pick >= 0 ? `${list}-${pick}` : undefined}
          autoComplete="off"
          spellCheck={false}
          value={line}
          placeholder={`Message ${to}, or / for commands`}
          onChange={(event) => {
            setLine(event.target.value)
            setBack(0)
            setPick(-1)
          }}
          onKeyDown={onKey}
        />
        <button type="submit" aria-label="Send" disabled={!line.trim()}>
          ➤
        </button>
      </form>
      <p className="status">
        {busy
          ? 'Waiting for the acknowledgement (Slack gives 3 s)…'
          : status || (ready ? 'Enter sends · ↑ brings back' : 'The bot is starting')}
      </p>
    </div>
  )
}
