import { amount } from '../world.ts'
import type { Handler } from './handler.ts'

export const accountHandlers: Record<string, Handler> = {
  'wallet.get': ({ wallet }) => ({
    message: 'Wallet details',
    data: { balance: amount(wallet.cents), currency: 'USD', transactions: wallet.transactions.slice(0, 50) },
  }),
  'errors.send': (world, { body }) => {
    world.errors.push({ ...body })
    return { message: 'Error received', data: null }
  },
}
