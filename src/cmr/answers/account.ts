import { z } from 'zod'
import { toCents } from '../money.ts'
import { amount, cents, number, optional, row, rowsOf, text, time } from './values.ts'

const movement = row({ createdAt: time, type: text, description: text, amount })

/** ISO 4217; any other word is none, since no amount can be written with it. */
const currency = optional(
  z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/),
)

/** The wallet; CMR's pages call its balance three things. */
export const wallet = row(
  {
    /** Cents; undefined where none can be read. */
    balance: cents,
    currency,
    transactions: rowsOf(movement),
  },
  { balance: ['walletBalance', 'availableBalance'] },
)

/** The wallet as CMR answers it; any field may be missing. */
export type Wallet = Readonly<z.output<typeof wallet>>

export type Movement = Readonly<z.output<typeof movement>>

/** Returns cents, below zero where they were taken: CMR's pages do not show whether the amount says so, or its type alone. */
export function centsOf({ amount: moved, type }: Movement): number | undefined {
  const told = toCents(moved)
  return told !== undefined && /^debit/i.test(type ?? '') ? -Math.abs(told) : told
}

/** Where the mail of one mailbox landed, in percent; the names of the fields are inferred. */
export const placementReport = row(
  { mailboxId: text, email: text, inbox: number, spam: number, missing: number, createdAt: time },
  { inbox: ['inboxPercentage'], spam: ['spamPercentage'], missing: ['missingPercentage'] },
)

export type PlacementReport = Readonly<z.output<typeof placementReport>>
