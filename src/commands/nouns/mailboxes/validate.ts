import { z } from 'zod'
import { domain, userId } from '../../../cmr/endpoints/fields.ts'
import { mailboxes } from '../../../cmr/endpoints/mailboxes.ts'
import { validationList } from '../../../messages/mailboxes.ts'
import { InputError } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { endpointCommand } from '../../endpoints.ts'
import { named } from '../../naming/named.ts'

export const validate = endpointCommand(mailboxes.validate, {
  summary: 'Validate mailboxes',
  example: 'jane@acme.com john@acme.com',
  input: z.object({
    mailboxes: z.array(z.string()).min(1).meta({ label: 'Addresses', hint: 'One a line' }),
    userId: userId.optional().meta({ hint: 'Only where the bot does not know whose their domain is' }),
  }),
  positional: ['mailboxes'],
  before: ({ context, ids }) => ownerOfAddresses(context, ids),
  request: ({ mailboxes: addresses }, { before }) => ({
    query: { userId: before },
    body: { mailboxes: addresses },
  }),
  show: ({ data, message }, { input }) => validationList(input.mailboxes, data, message),
})

/** Whose the addresses would be: they need not exist yet, but their domain does. */
async function ownerOfAddresses(
  context: CommandContext,
  { mailboxes: [first = ''], userId: owner }: { mailboxes: string[]; userId?: string | undefined },
): Promise<string> {
  if (owner) return owner
  const [, host] = first.split('@')
  if (!host) throw new InputError('mailboxes', `“${first}” is no address: write jane@acme.com.`)
  const { userId: found } = await named(context, z.object({ domain, userId }), { domain: host })
  return String(found)
}
