import type { PanelProps } from './sandbox.ts'

/** The prepaid wallet that everything is charged to. */
export function WalletPanel({ state, control }: PanelProps) {
  const dollars = (state.walletCents / 100).toLocaleString('en-US', { style: 'currency', currency: 'USD' })
  return (
    <section className="panel" aria-label="Wallet">
      <h3>Wallet</h3>
      <output>{dollars}</output>
      <div className="row">
        <button type="button" className="button" onClick={() => void control('wallet', { balanceCents: 0 })}>
          Empty it
        </button>
        <button
          type="button"
          className="button"
          onClick={() => void control('wallet', { balanceCents: 500_000 })}
        >
          Fill to $5,000
        </button>
      </div>
    </section>
  )
}
