import { useState } from 'react'
import { Select } from './Select.tsx'
import type { PanelProps } from './sandbox.ts'

/** Makes an endpoint fail until the fault is removed. */
export function FaultPanel({ state, control }: PanelProps) {
  const [endpoint, setEndpoint] = useState('')
  const [fault, setFault] = useState('')
  const chosenFault = fault || state.faults[0] || ''
  return (
    <section className="panel" aria-label="Faults">
      <h3>Break things</h3>
      <Select
        label="Endpoint"
        names={state.endpoints}
        value={endpoint}
        none="every endpoint"
        onChoose={setEndpoint}
      />
      <Select label="Fault" names={state.faults} value={chosenFault} onChoose={setFault} />
      <div className="row">
        <button
          type="button"
          className="button danger"
          disabled={!chosenFault}
          onClick={() => void control('faults', { ...(endpoint && { endpoint }), fault: chosenFault })}
        >
          Break
        </button>
        <button
          type="button"
          className="button"
          disabled={state.active.length === 0}
          onClick={() => void control('faults/clear', {})}
        >
          Repair all
        </button>
      </div>
      {state.active.length > 0 && (
        <ul className="log">
          {state.active.map(({ endpoint: where, fault: what }) => (
            <li key={`${where} ${what}`}>
              <code>{where}</code>
              <span className="bad">{what}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
