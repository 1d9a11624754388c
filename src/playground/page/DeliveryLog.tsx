import type { PanelProps } from './SandboxPanel.tsx'

const SHOWN = 12

/** The newest webhooks, and what the bot answered to them. */
export function DeliveryLog({ state }: PanelProps) {
  return (
    <section className="panel" aria-label="Deliveries">
      <h3>Webhooks delivered</h3>
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
