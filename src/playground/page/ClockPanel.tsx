import type { PanelProps } from './sandbox.ts'

const HOUR = 3_600_000
const steps = [
  ['+1 hour', HOUR],
  ['+1 day', 24 * HOUR],
  ['+7 days', 7 * 24 * HOUR],
  ['+30 days', 30 * 24 * HOUR],
] as const

/** CMR's clock: moving it on renews, expires and charges what falls due. */
export function ClockPanel({ state, control }: PanelProps) {
  return (
    <section className="panel" aria-label="Clock">
      <h3>Clock</h3>
      <output>{new Date(state.now).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })}</output>
      <div className="row">
        {steps.map(([label, milliseconds]) => (
          <button
            type="button"
            className="button"
            key={label}
            onClick={() => void control('clock', { advanceMs: milliseconds })}
          >
            {label}
          </button>
        ))}
      </div>
    </section>
  )
}
