import type { z } from 'zod'
import { number, row, text, time } from './values.ts'

/** Where the mail of one mailbox landed, in percent; the names of the fields are inferred. */
export const placementReport = row(
  { mailboxId: text, email: text, inbox: number, spam: number, missing: number, createdAt: time },
  { inbox: ['inboxPercentage'], spam: ['spamPercentage'], missing: ['missingPercentage'] },
)

export type PlacementReport = Readonly<z.output<typeof placementReport>>
