import type { Movement } from '../../cmr/answers/wallet.ts'
import { money, toCents } from '../../cmr/money.ts'
import { addFunds } from '../../commands/dashboard.ts'
import {
  actions,
  button,
  context,
  date,
  escapeText,
  header,
  type Message,
  section,
} from '../../slack/blocks.ts'
import { listed } from '../../slack/long-text.ts'

/** The wallet as `/cmr wallet` shows it. */
export interface WalletView {
  /** Cents. */
  readonly balance: number
  readonly currency: string
  readonly transactions: readonly Movement[]
}

/** The balance and the latest movements. */
export function walletMessage(wallet: WalletView): Message {
  const balance = money(wallet.balance, wallet.currency)
  const lines = wallet.transactions
    .slice(0, 10)
    .map(
      (entry) =>
        `${date(entry.createdAt)}  *${amountOf(entry.amount, wallet.currency)}*  ${escapeText(entry.description ?? entry.type ?? '')}`,
    )
  return {
    text: `The wallet holds ${balance}`,
    blocks: [
      header(`${balance} in the wallet`),
      lines.length ? section(listed(lines, 3000, '\n')) : context('No movement yet'),
      context(`${addFunds()}.`),
      actions(button({ text: 'Refresh', actionId: 'wallet.get' })),
    ],
  }
}

/** An amount of CMR's as money; what cannot be read is shown as it is. */
function amountOf(amount: Movement['amount'], currency: string): string {
  const cents = toCents(amount)
  return cents === undefined ? escapeText(amount) : money(cents, currency)
}
