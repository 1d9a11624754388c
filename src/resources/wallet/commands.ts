import { z } from 'zod'
import { centsOf, type Movement, type Wallet } from '../../cmr/answers/account.ts'
import { wallet } from '../../cmr/endpoints/account.ts'
import { CmrError } from '../../cmr/errors.ts'
import { money } from '../../cmr/money.ts'
import { command } from '../../commands/command.ts'
import { addFunds } from '../../commands/dashboard.ts'
import { pageField, pageOfAll, turning } from '../../commands/paging.ts'
import {
  button,
  counted,
  date,
  escapeText,
  header,
  listed,
  type Message,
  section,
} from '../../slack/blocks.ts'
import { listMessage } from '../../slack/list.ts'
import { listRows } from '../csv-lists.ts'
import { withTraits } from '../endpoint-traits.ts'
import { byTime, type RowOrder } from '../sorting.ts'

/** The wallet as `/cmr wallet` shows it. */
export interface WalletView {
  /** Cents. */
  readonly balance: number
  readonly currency: string
  readonly transactions: readonly Movement[]
}

/** CMR gives no more movements than this; its pages do not say so. */
const MOST_MOVEMENTS = 50
/** Movements that one message shows. */
const SHOWN = 10

/** Movements with the newest first. */
export const movementOrder: RowOrder<Movement> = (a, b) =>
  byTime<Movement>(({ createdAt }) => createdAt)(b, a)

/** Says that there may be more movements than CMR gives; nothing where it gave fewer than it does. */
function movementsNote(movements: readonly unknown[]): string | undefined {
  return movements.length < MOST_MOVEMENTS
    ? undefined
    : `CMR gives the latest ${MOST_MOVEMENTS} movements and no more, in the CSV too; its dashboard has the older ones.`
}

/** The balance, and a page of the latest movements. */
function walletMessage(wallet: WalletView, page: number): Message {
  const balance = money(wallet.balance, wallet.currency)
  const movements = [...wallet.transactions].sort(movementOrder)
  const { rows, place } = pageOfAll(movements, page, SHOWN)
  const lines = rows.map(
    (entry) =>
      `${date(entry.createdAt)}  *${amountOf(entry, wallet.currency)}*  ${escapeText(entry.description ?? entry.type ?? '')}`,
  )
  const { blocks } = listMessage({
    id: 'wallet.get',
    title: movements.length > 0 ? sumOf(movements, wallet.currency) : 'No movements yet',
    place,
    turn: turning({}),
    rows: lines.length > 0 ? [section(listed(lines, 3000, '\n'))] : [],
    notes: [movementsNote(movements), `${addFunds()}.`],
    buttons: [button({ text: 'Refresh', actionId: 'wallet.get' })],
  })
  return { text: `The wallet holds ${balance}`, blocks: [header(`${balance} in the wallet`), ...blocks] }
}

/** "12 movements, $2,000.00 in and $157.50 out" */
function sumOf(movements: readonly Movement[], currency: string): string {
  const cents = movements.map((one) => centsOf(one) ?? 0)
  const sum = (of: readonly number[]) =>
    money(
      of.reduce((total, one) => total + Math.abs(one), 0),
      currency,
    )
  const [added, taken] = [cents.filter((one) => one > 0), cents.filter((one) => one < 0)]
  return `${counted(movements.length, 'movement')}, ${sum(added)} in and ${sum(taken)} out`
}

/** An amount of CMR's as money; what cannot be read is shown as it is. */
function amountOf(movement: Movement, currency: string): string {
  const cents = centsOf(movement)
  return cents === undefined ? escapeText(movement.amount) : money(cents, currency)
}

/** `/cmr wallet` */
export const walletCommands = [
  withTraits(
    command({
      noun: 'wallet',
      verb: 'get',
      summary: 'Show the wallet',
      about: 'Shows the balance and the latest movements.',
      effect: wallet.get.effect,
      input: z.object({ page: pageField }),
      // The wallet's movements.
      ...listRows(wallet.get, wallet.get.query),
      csvNote: movementsNote,
      positional: [],
      async run({ cmr }, { page = 1 }) {
        const { data } = await cmr.wallet.get()
        const { balance, currency = 'USD', transactions } = data
        if (balance === undefined) {
          throw new CmrError('CMR did not report a balance that the bot can read. Try again in a minute.', {
            kind: 'unexpected-answer',
            endpoint: wallet.get.id,
            mayHaveBeenAccepted: false,
          })
        }
        return {
          message: walletMessage({ balance, currency, transactions }, page),
        }
      },
    }),
    { wallet: ({ data }) => balanceIn(data as Wallet) },
  ),
]

function balanceIn({ balance, currency = 'USD' }: Wallet) {
  return balance === undefined ? undefined : { cents: balance, currency }
}
