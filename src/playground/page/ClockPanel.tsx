import type { InteractionOutcome, MovingClock } from '../types.ts'
import { ask } from './ask.ts'
import type { SandboxState } from './sandbox.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const steps = [
  ['+1 h', HOUR],
  ['+1 d', DAY],
  ['+7 d', 7 * DAY],
  ['+30 d', 30 * DAY],
  ['+400 d', 400 * DAY],
] as const
/** What is due at a moment has happened a little after it. */
const AFTER_MS = 1000

/** The clock of CMR and the bot: moving it on renews, reminds, expires and charges what falls due, day by day. */
export function ClockPanel(props: {
  readonly state: SandboxState
  readonly clock: MovingClock
  readonly onNotice: (outcome: InteractionOutcome) => void
}) {
  const { clock, onNotice } = props
  const { now, nextRenewal } = props.state
  const { moving } = clock
  const current = moving ? new Date(Date.now() + clock.aheadMs) : new Date(now)
  const move = async (advanceMs: number) => onNotice(await ask('sandbox/clock', { advanceMs }))
  return (
    <section className="panel" aria-label="Clock">
      <h3>Clock</h3>
      <output>{current.toLocaleString('en-US', { dateStyle: 'medium', timeStyle: 'short' })}</output>
      {moving ? (
        <>
          <progress value={moving.share} aria-label="The clock is moving" />
          <p className="hint">
            On its way to {new Date(moving.until).toLocaleDateString('en-US', { dateStyle: 'medium' })}
          </p>
          <div className="row">
            <button type="button" className="button" onClick={() => void ask('clock/stop', {})}>
              Stop here
            </button>
          </div>
        </>
      ) : (
        <>
          <div className="row">
            {steps.map(([label, milliseconds]) => (
              <button type="button" className="button" key={label} onClick={() => void move(milliseconds)}>
                {label}
              </button>
            ))}
          </div>
          {nextRenewal && (
            <button
              type="button"
              className="button"
              onClick={() => void move(Date.parse(nextRenewal.at) - Date.parse(now) + AFTER_MS)}
            >
              To the next renewal
              <small> {nextRenewal.name}</small>
            </button>
          )}
        </>
      )}
    </section>
  )
}
