import { useCallback, useEffect, useState } from 'react'
import type { ConversationPerson, InteractionOutcome, Json, Snapshot } from '../types.ts'
import { ask } from './ask.ts'
import { ClockPanel } from './ClockPanel.tsx'
import { DeliveryLog } from './DeliveryLog.tsx'
import { EventPanel } from './EventPanel.tsx'
import { FaultPanel } from './FaultPanel.tsx'
import { readState, type SandboxState } from './sandbox.ts'
import { WalletPanel } from './WalletPanel.tsx'

const REFRESH_MS = 2000

/** The world behind the bot: a local CMR that can be moved, emptied and broken. */
export function SandboxPanel(props: {
  readonly onNotice: (outcome: InteractionOutcome) => void
  readonly workspace: Snapshot
}) {
  const { onNotice, workspace } = props
  const [state, setState] = useState<SandboxState | undefined>(undefined)
  const refresh = useCallback(async () => setState(await readState()), [])
  const { aheadMs } = workspace.clock
  useEffect(() => {
    if (aheadMs >= 0) void refresh()
    const timer = setInterval(() => void refresh(), REFRESH_MS)
    return () => clearInterval(timer)
  }, [refresh, aheadMs])

  async function control(path: string, body: Json) {
    const answer = await ask(`sandbox/${path}`, body)
    onNotice({ ok: true, ...(typeof answer.error === 'string' && { notice: answer.error }) })
    await refresh()
  }

  return (
    <aside className="side" aria-label="Sandbox">
      <header className="talk-head">
        <h2>Sandbox</h2>
        <p>a local CMR</p>
      </header>
      {state ? (
        <>
          <ClockPanel state={state} clock={workspace.clock} onNotice={onNotice} />
          <WalletPanel state={state} control={control} />
          <EventPanel state={state} control={control} />
          <FaultPanel state={state} control={control} />
          <RolePanel people={workspace.people} onNotice={onNotice} />
          <DeliveryLog state={state} control={control} />
        </>
      ) : (
        <p className="panel">Asking the sandbox…</p>
      )}
    </aside>
  )
}

/** Chooses the default role: the bot restarts with another CMR_DEFAULT_ROLE. */
function RolePanel({
  people,
  onNotice,
}: {
  readonly people: readonly ConversationPerson[]
  readonly onNotice: (outcome: InteractionOutcome) => void
}) {
  const others = people.filter(({ role }) => role !== 'admin')
  const names = others.map(({ name }) => name.split(' ')[0]).join(' and ')
  return (
    <section className="panel" aria-label="Roles">
      <h3>Roles</h3>
      <label>
        {names} are
        <select
          value={others[0]?.role}
          onChange={async (event) => {
            onNotice({ ok: true, notice: 'The bot starts again with the new role' })
            onNotice(await ask('role', { role: event.target.value }))
          }}
        >
          <option value="operator">operators: they read and write</option>
          <option value="viewer">viewers: they only read</option>
        </select>
      </label>
    </section>
  )
}
