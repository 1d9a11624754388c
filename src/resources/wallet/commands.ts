import { z } from 'zod'
import type { Wallet } from '../../cmr/answers/wallet.ts'
import { wallet } from '../../cmr/endpoints/account.ts'
import { CmrError } from '../../cmr/errors.ts'
import { command } from '../../commands/command.ts'
import { pageField } from '../../commands/paging.ts'
import { listRows } from '../csv-lists.ts'
import { withTraits } from '../endpoint-traits.ts'
import { movementsNote, walletMessage } from './messages.ts'

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
        const { balance } = data
        if (balance === undefined) {
          throw new CmrError('CMR did not report a balance that the bot can read. Try again in a minute.', {
            kind: 'unexpected-answer',
            endpoint: wallet.get.id,
            mayHaveBeenAccepted: false,
          })
        }
        return {
          message: walletMessage(
            { balance, currency: currencyOf(data), transactions: data.transactions },
            page,
          ),
        }
      },
    }),
    { wallet: ({ data }) => balanceIn(data as Wallet) },
  ),
]

const currencyOf = ({ currency = '' }: Wallet) => (/^[A-Z]{3}$/.test(currency) ? currency : 'USD')

function balanceIn(data: Wallet) {
  return data.balance === undefined ? undefined : { cents: data.balance, currency: currencyOf(data) }
}
