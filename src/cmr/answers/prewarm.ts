import { z } from 'zod'
import { amount, row, rowsOf, text } from './values.ts'

/** A domain on sale whose mailboxes are warmed up already. */
export const prewarmedDomain = row({
  domain: z.string(),
  purchasePrice: amount,
  renewalPrice: amount,
  preWarmedUpMailboxes: rowsOf(z.looseObject({ email: text })),
})

export type PrewarmedDomain = Readonly<z.output<typeof prewarmedDomain>>
