import type { PanelProps } from './sandbox.ts'

const SHOWN = 12

/** The newest webhooks, and what the bot answered to them; some can be made to get lost on the way. */
export function DeliveryLog({ state, control }: PanelProps) {
  return (
    <section className="panel" aria-label="Deliveries">
      <h3>Webhooks delivered</h3>
      <label className="check">
        <input
          type="checkbox"
          checked={(state.lose ?? 0) > 0}
          onChange={({ target }) => void control('webhooks', { lose: target.checked ? 1 / 3 : 0 })}
        />
        Lose a third of them
      </label>
      {state.deliveries.length === 0 && <p className="hint">None yet.</p>}
      <ul className="log">
        {state.deliveries
          .slice(-SHOWN)
          .reverse()
          .map((one) => (
            <li key={one.id}>
              <code>{one.event}</code>
              <span className={one.delivered ? 'good' : 'bad'}>{one.outcome}</span>
            </li>
          ))}
      </ul>
    </section>
  )
}
