import { useState } from 'react'
import { Select } from './Select.tsx'
import type { PanelProps } from './sandbox.ts'

/** Sends a webhook of CMR's, signed, about something that the sandbox holds. */
export function EventPanel({ state, control }: PanelProps) {
  const [event, setEvent] = useState('')
  const chosen = event || state.events[0] || ''
  return (
    <section className="panel" aria-label="Events">
      <h3>Fire an event</h3>
      <Select label="Event" names={state.events} value={chosen} onChoose={setEvent} />
      <div className="row">
        <button
          type="button"
          className="button primary filled"
          disabled={!chosen}
          onClick={() => void control('events', { event: chosen })}
        >
          Fire
        </button>
      </div>
    </section>
  )
}
