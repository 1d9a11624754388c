const tries = [
  ['See what renews next', '/cmr renewals'],
  ['Find what is not sending', '/cmr diagnose'],
  ['Order domains and mailboxes', '/cmr orders create'],
] as const

/** What the playground is, and how to begin. */
export function Welcome({
  channel,
  isReady,
  onTry,
}: {
  readonly channel: string
  /** Whether the bot answers yet. */
  readonly isReady: boolean
  readonly onTry: (line: string) => void
}) {
  return (
    <div className="welcome">
      <h3>{channel === 'cmr-alerts' ? 'Alerts arrive here' : 'CMR for Slack, ready to try'}</h3>
      <p>The real bot in a stand-in for Slack, with a made-up CMR of forty customers.</p>
      <p>Nothing costs money or leaves your computer. Try one, or type / for examples.</p>
      <div className="tries">
        {tries.map(([label, line]) => (
          <button type="button" className="button" key={line} disabled={!isReady} onClick={() => onTry(line)}>
            {label}
            <code>{line}</code>
          </button>
        ))}
      </div>
    </div>
  )
}
