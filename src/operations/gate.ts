import type { Kysely } from 'kysely'
import { frozenSentence } from '../access/access.ts'
import { brokenLimit, isLimited } from '../access/limits.ts'
import { readPolicy } from '../access/policy.ts'
import type { Command, Confirmation } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Values } from '../commands/field.ts'
import type { Role } from '../commands/permissions.ts'
import type { Schema } from '../store/schema.ts'

/** It may not leave as things are. */
export class NotAdmittedError extends Error {
  /** What would be done, where somebody else's approval would do. */
  readonly quote: Confirmation | undefined

  /** @param sentence mrkdwn */
  constructor(sentence: string, quote?: Confirmation) {
    super(sentence)
    this.quote = quote
    this.name = 'NotAdmittedError'
  }
}

/** What stands between an intention and its request. */
export interface Gate {
  /** What it may cost at most, as far as that is known. */
  readonly cents: number | undefined
  /** Throws NotAdmittedError where it must not leave. Asked in the transaction that writes down that it leaves. */
  admit(transaction: Kysely<Schema>): Promise<void>
  /** Returns whether what charges or destroys is stopped for everybody, and this does: what has begun does not go on. */
  isFrozen(transaction: Kysely<Schema>): Promise<boolean>
}

/**
 * Returns the gate of one operation: what it costs is asked anew, since nobody's word for it counts.
 * @param about.shownCents what the person was shown, where no limit makes it worth asking again
 * @throws NotAdmittedError where it need not even be tried
 */
export async function gateOf(
  context: CommandContext,
  command: Command,
  input: Values,
  about: {
    readonly role: Role
    readonly shownCents?: number | undefined
    /** Somebody else has approved it at this price: no limit is in its way. */
    readonly approved?: { readonly cents: number | undefined } | undefined
  },
): Promise<Gate> {
  const { store, caller, clock, zone } = context
  const { role, shownCents, approved } = about
  const { effect } = command
  const isStoppable = effect === 'charge' || effect === 'destroy'
  const spender = { user: caller.userId, role }
  const { policy } = await readPolicy(store.db)
  const isAsked = effect === 'charge' && !approved && isLimited(policy, spender)
  const quote = isAsked ? await command.confirm?.(context, input) : undefined
  if (quote?.refused) throw new NotAdmittedError(quote.text)
  const cents = approved ? approved.cents : isAsked ? quote?.cents : shownCents

  async function admit(db: Kysely<Schema>) {
    if (!isStoppable) return
    const { policy: now } = await readPolicy(db)
    const what = `${command.noun} ${command.verb}`
    if (now.frozen) throw new NotAdmittedError(frozenSentence(what, now.frozen))
    if (effect !== 'charge' || approved) return
    // A limit that was set a moment ago: the price was not asked.
    const broken = await brokenLimit(db, now, { spender, cents }, { now: clock(), zone })
    if (!broken) return
    const sentence = `*${what}* is beyond a limit: ${broken}. Nothing was charged.`
    throw new NotAdmittedError(sentence, quote)
  }

  await admit(store.db)
  return {
    cents,
    admit,
    isFrozen: async (db) => isStoppable && (await readPolicy(db)).policy.frozen !== undefined,
  }
}
