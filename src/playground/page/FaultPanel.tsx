import { useState } from 'react'
import type { PanelProps } from './sandbox.ts'

/** Makes an endpoint fail, until it is mended. */
export function FaultPanel({ state, tell }: PanelProps) {
  const [endpoint, setEndpoint] = useState('')
  const [fault, setFault] = useState('')
  const chosenFault = fault || state.faults[0] || ''
  return (
    <section className="panel" aria-label="Faults">
      <h3>Break things</h3>
      <label>
        Endpoint
        <select value={endpoint} onChange={(change) => setEndpoint(change.target.value)}>
          <option value="">every endpoint</option>
          {state.endpoints.map((id) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      </label>
      <label>
        Fault
        <select value={chosenFault} onChange={(change) => setFault(change.target.value)}>
          {state.faults.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <div className="row">
        <button
          type="button"
          className="button danger"
          disabled={!chosenFault}
          onClick={() => void tell('faults', { ...(endpoint && { endpoint }), fault: chosenFault })}
        >
          Break
        </button>
        <button
          type="button"
          className="button"
          disabled={state.active.length === 0}
          onClick={() => void tell('faults/clear', {})}
        >
          Mend all
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
