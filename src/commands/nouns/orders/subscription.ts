import { InputError } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { named } from '../../naming/named.ts'
import { subscriptionCalled } from '../../subscriptions.ts'
import { type MoreInput, moreInput } from './input.ts'

/**
 * The subscription that mailboxes are added to, with the domain they are made on.
 * @throws InputError where there is none
 */
export async function subscriptionOf(context: CommandContext, input: MoreInput) {
  const { ids } = await named(context, moreInput, input)
  const [userId, subscriptionId] = [String(ids.userId), String(ids.subscriptionId)]
  const found = await subscriptionCalled(context, subscriptionId)
  const domain = input.domain ?? found?.domain
  if (!domain)
    throw new InputError('domain', 'CMR does not say which domain this subscription is on: name it.')
  return { userId, subscriptionId, domain, pricePerMailbox: found?.pricePerMailbox }
}
