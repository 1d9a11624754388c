import { z } from 'zod'
import { mailboxes } from '../cmr/endpoints/mailboxes.ts'
import { answerMessage } from '../messages/answers.ts'
import { command } from './command.ts'
import { endpointCommand, ownerFollows } from './endpoints.ts'
import { named } from './names.ts'

const adminInput = ownerFollows(mailboxes.admin.query)

const admin = command({
  noun: 'mailboxes',
  verb: 'admin',
  summary: 'A mailbox’s admin login',
  effect: mailboxes.admin.effect,
  // Whoever may delete a mailbox may see its password; nobody else.
  needs: 'admin',
  submit: 'Show',
  input: adminInput,
  positional: ['mailboxId'],
  async run(context, input) {
    const { ids, spoken } = await named(context, adminInput, input)
    const query = ids as z.output<typeof mailboxes.admin.query>
    const { data } = await context.cmr.mailboxes.admin({ query })
    return { message: answerMessage(`Admin login of ${spoken.mailboxId}`, data) }
  },
})

const validate = endpointCommand(mailboxes.validate, {
  summary: 'Validate mailboxes',
  input: z.object({
    ...mailboxes.validate.query.shape,
    mailboxes: z.array(z.string()).min(1).meta({ label: 'Addresses', hint: 'One a line' }),
  }),
  request: ({ userId, mailboxes: addresses }) => ({ query: { userId }, body: { mailboxes: addresses } }),
})

/** `/cmr mailboxes …` */
export const mailboxCommands = [
  endpointCommand(mailboxes.list, { summary: 'List a user’s mailboxes' }),
  endpointCommand(mailboxes.all, { summary: 'List all mailboxes' }),
  endpointCommand(mailboxes.get, { summary: 'Show a mailbox' }),
  admin,
  endpointCommand(mailboxes.update, { summary: 'Update a mailbox' }),
  endpointCommand(mailboxes.remove, { summary: 'Remove mailboxes' }),
  validate,
  endpointCommand(mailboxes.reexport, { summary: 'Re-export a mailbox' }),
]
