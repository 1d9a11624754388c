import { isLimited } from '../access/limits.ts'
import { readPolicy } from '../access/policy.ts'
import { money } from '../cmr/money.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Registry } from '../commands/registry.ts'
import { customersOfOperation } from './customers.ts'
import type { Operation } from './store/operations.ts'

type SettlingContext = CommandContext & { readonly commandById: Registry['byId'] }

/** Returns why somebody may not record how an operation ended, in mrkdwn; undefined where they may. */
export async function whyNotSettle(
  context: SettlingContext,
  operation: Operation,
  happened: 'yes' | 'no',
): Promise<string | undefined> {
  return (await refusalFor(context, operation)) ?? (await ownSpending(context, operation, happened))
}

async function refusalFor(context: SettlingContext, operation: Operation): Promise<string | undefined> {
  const { access, caller, commandById } = context
  const { endpoint } = operation
  const original = commandById(endpoint)
  if (!original) return undefined
  // Nobody takes what they have spent within a limit of their own back into that limit.
  const wanted = { ...original, ...(original.effect === 'charge' && { needs: original.needs ?? 'finance' }) }
  const customers = () => customersOfOperation(context, operation)
  const verdict = await access.decide(caller.userId, wanted, endpoint.replace('.', ' '), { customers })
  return !verdict.allowed ? verdict.refusal : undefined
}

/**
 * Says why somebody may not record that a charge of their own did not happen: it would be taken out of what they have
 * spent. Whoever sets limits may, since they could raise theirs as well.
 */
async function ownSpending(
  { store, access, caller }: CommandContext,
  { actor, cents }: Operation,
  happened: 'yes' | 'no',
): Promise<string | undefined> {
  if (happened === 'yes' || actor !== caller.userId || !cents) return undefined
  const verdict = await access.decide(caller.userId, { effect: 'charge' }, 'operations settle')
  const role = verdict.allowed ? verdict.role : 'operator'
  const { policy } = await readPolicy(store.db)
  if (role === 'admin' || !isLimited(policy, { user: caller.userId, role })) return undefined
  return `It cost up to ${money(cents)}, which counts against your limit, so somebody else who may spend has to record that it did not happen. Nothing was changed.`
}
