import { z } from 'zod'
import { optional, row, text, time } from './values.ts'

const warmup = z.looseObject({ status: text })
const exported = row({ credentialId: text, status: text, message: text, updatedAt: time })

/** A mailbox; `warmup` is null where CMR says that it has none. */
export const mailbox = row(
  {
    mailboxId: text,
    email: text,
    userId: text,
    domain: text,
    subscriptionId: text,
    status: text,
    firstName: text,
    lastName: text,
    createdAt: time,
    warmup: warmup.nullish().catch(undefined),
    exports: optional(z.union([z.array(exported), exported.transform((one) => [one])])),
  },
  {
    mailboxId: ['componentMailboxId'],
    subscriptionId: ['componentSubscriptionId'],
    domain: ['domainName'],
  },
)

/** A mailbox as CMR answers it; any field may be missing. */
export type Mailbox = Readonly<z.output<typeof mailbox>>

/** Returns what a button or a command names a mailbox by: its id, else its address; nothing where CMR tells neither. */
export const mailboxNamedBy = ({ mailboxId, email }: Mailbox): string | undefined => mailboxId || email

/** Returns the status of a mailbox's warm-up, or undefined where it has none. */
export const warmupStatusOf = ({ warmup: its }: Mailbox): string | undefined => its?.status

/** Returns whether a mailbox is on a domain. */
export function isOnDomain({ domain, email = '' }: Mailbox, name: string): boolean {
  return (domain ?? email.split('@')[1] ?? '').toLowerCase() === name.toLowerCase()
}
