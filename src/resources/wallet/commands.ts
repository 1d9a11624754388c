import { wallet } from '../../cmr/endpoints/account.ts'
import { CmrError } from '../../cmr/errors.ts'
import { command } from '../../commands/command.ts'
import { listRows } from '../csv-lists.ts'
import { walletMessage } from './messages.ts'

/** `/cmr wallet` */
export const walletCommands = [
  command({
    noun: 'wallet',
    verb: 'get',
    summary: 'Show the wallet',
    effect: wallet.get.effect,
    input: wallet.get.query,
    // The wallet's movements.
    ...listRows(wallet.get, wallet.get.query),
    positional: [],
    async run({ cmr }) {
      const { data } = await cmr.wallet.get()
      const { balance } = data
      if (balance === undefined) {
        throw new CmrError('CMR answered no balance that can be read.', {
          kind: 'unexpected-answer',
          endpoint: wallet.get.id,
          mayHaveBeenAccepted: false,
        })
      }
      const currency = /^[A-Z]{3}$/.test(data.currency ?? '') ? String(data.currency) : 'USD'
      return { message: walletMessage({ balance, currency, transactions: data.transactions }) }
    },
  }),
]
