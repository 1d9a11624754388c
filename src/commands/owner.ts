import { type CommandContext, InputError } from './command.ts'

/**
 * The userId of the customer whose domain it is, by its subscription.
 * @throws InputError where CMR knows of none
 */
export async function ownerOf({ cmr }: CommandContext, domain: string): Promise<string> {
  const { data } = await cmr.subscriptions.list({ query: { domain } })
  const owner = data.subscriptions.find((one) => one.userId)?.userId
  if (!owner)
    throw new InputError('domain', `No subscription on ${domain} tells whose it is: name the user too.`)
  return owner
}
