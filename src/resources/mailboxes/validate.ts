import { z } from 'zod'
import { mailboxes } from '../../cmr/endpoints/mailboxes.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { validationList } from './messages.ts'

export const validate = endpointCommand(mailboxes.validate, {
  summary: 'Validate mailboxes',
  about: 'Checks whether CMR accepts addresses before you order them.',
  rare: true,
  example: 'jane@acme.org "jane@acme.com john@acme.com"',
  input: z.object({
    ...mailboxes.validate.query.shape,
    mailboxes: z.array(z.string()).min(1).meta({ label: 'Addresses', hint: 'One per line' }),
  }),
  request: ({ userId: owner, mailboxes: addresses }) => ({
    query: { userId: owner },
    body: { mailboxes: addresses },
  }),
  show: ({ data, message }, { input }) => validationList(input.mailboxes, data, message),
})
