import { z } from 'zod'
import type { Mailbox } from '../../cmr/answers/mailboxes.ts'
import { mailboxId, missingRoute, missingRouteSentences, userId } from '../../cmr/endpoints/fields.ts'
import { mailboxes } from '../../cmr/endpoints/mailboxes.ts'
import { command, type Prefill } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { Values } from '../../commands/field.ts'
import { objectIn } from '../../directory/answers.ts'
import { named } from '../../directory/names/named.ts'
import { updatesOfRow } from '../../directory/updates.ts'
import { each, eachIn } from '../../operations/expected-results.ts'
import { endpointCommand, ownerFollows } from '../endpoint-command.ts'
import { all, list } from './lists.ts'
import { adminLogin, mailboxCard, reexportReceipt, updateReceipt, validationList } from './messages.ts'
import { reconcileMailboxUpdate } from './reconcile.ts'
import { remove } from './remove.ts'

async function mailboxOf({ cmr }: CommandContext, id: string): Promise<Mailbox> {
  return (await cmr.mailboxes.get({ query: { mailboxId: id } })).data
}

/** The chosen mailbox of a form that is being filled. */
async function chosenMailbox(context: CommandContext, values: Values): Promise<Mailbox | undefined> {
  if (!values.mailboxId) return undefined
  const { ids } = await named(context, z.object({ mailboxId }), { mailboxId: values.mailboxId })
  return mailboxOf(context, String(ids.mailboxId))
}

const adminInput = ownerFollows(mailboxes.admin.query)

const admin = command({
  noun: 'mailboxes',
  verb: 'admin',
  summary: 'Show the admin login',
  about: 'Shows the login of the workspace’s admin, to you alone.',
  rare: true,
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
    return { message: adminLogin(String(spoken.mailboxId), data) }
  },
})

const { userName, firstName, lastName, profilePicture, removeProfilePicture } =
  mailboxes.update.body.shape.mailboxData.options[0].shape

async function todays(context: CommandContext, values: Values): Promise<Prefill> {
  const found = await chosenMailbox(context, values)
  if (!found) return { values: {} }
  const { email, firstName: first, lastName: last } = found
  return {
    values: { userName: (email ?? '').split('@')[0], firstName: first ?? '', lastName: last ?? '' },
  }
}

const update = endpointCommand(mailboxes.update, {
  summary: 'Update a mailbox',
  about: 'Changes the name, the address or the picture of a mailbox, or of many by a CSV file.',
  expects: ({ body: { mailboxData } }) =>
    each(
      'update',
      [mailboxData].flat().map((change) => (change as { mailboxId: string }).mailboxId),
    ),
  reconcile: reconcileMailboxUpdate,
  example: 'jane@acme.com --first-name Janet --user-name janet',
  submit: 'Save',
  input: z.object({
    mailboxId: mailboxId.meta({ reloads: true }),
    userId,
    firstName: firstName.meta({ label: 'First name' }),
    lastName: lastName.meta({ label: 'Last name' }),
    userName: userName.meta({
      label: 'Username',
      hint: 'The part before the @. It changes the address',
    }),
    profilePicture: profilePicture.meta({
      label: 'New picture',
      hint: 'Its https address. CMR accepts no file here',
    }),
    removeProfilePicture: removeProfilePicture.meta({ label: 'Remove the picture' }),
  }),
  positional: ['mailboxId'],
  picks: ['userId', 'mailboxId'],
  prefill: todays,
  follow: todays,
  before: ({ context, ids }) => mailboxOf(context, ids.mailboxId),
  request({ userId: owner, ...change }, { before }) {
    const { userName: name, ...rest } = change
    // The address is touched only where it is to be another one.
    const renamed = name && !(before.email ?? '').startsWith(`${name}@`)
    const mailboxData = {
      ...rest,
      ...(renamed && { userName: name }),
    }
    return { query: { userId: owner }, body: { mailboxData } }
  },
  show: ({ data }, { ids, before }) => updateReceipt(before, ids, data),
})

const google = mailboxes.reexport.body.shape.google.unwrap().shape
const microsoft = mailboxes.reexport.body.shape.microsoft.unwrap().shape
const whenGoogle = (values: Values) => values.provider !== 'MICROSOFT'

async function providerOf(context: CommandContext, values: Values): Promise<Prefill> {
  const found = values.provider ? undefined : await chosenMailbox(context, values)
  if (!found) return { values: {} }
  const domain = String(found.domain ?? found.email?.split('@')[1])
  const { data } = await context.cmr.subscriptions.list({ query: { domain } })
  const provider = data.rows.find((one) => one.serviceProvider)?.serviceProvider
  return { values: provider ? { provider } : {} }
}

const reexport = endpointCommand(mailboxes.reexport, {
  summary: 'Re-export a mailbox',
  about: 'Exports a mailbox again through another OAuth route.',
  rare: true,
  expects: eachIn('body', 'mailboxId', 'export'),
  submit: 'Re-export',
  input: z
    .object({
      mailboxId: mailboxId.meta({ reloads: true }),
      userId,
      provider: z.enum(['GOOGLE', 'MICROSOFT']).optional().meta({ label: 'Provider', reloads: true }),
      googleOauthRoute: google.googleOauthRoute.meta({ label: 'Google OAuth route', when: whenGoogle }),
      clientId: google.clientId.meta({ label: 'Client ID', when: whenGoogle }),
      appName: google.appName.meta({ label: 'App name', when: whenGoogle }),
      microsoftOauthRoute: microsoft.microsoftOauthRoute.optional().meta({
        label: 'Microsoft OAuth route',
        needed: true,
        when: (values: Values) => values.provider === 'MICROSOFT',
      }),
    })
    .superRefine((given, { addIssue }) => {
      const { provider: serviceProvider, microsoftOauthRoute, ...route } = given
      const missing = missingRoute({ serviceProvider, microsoftOauthRoute, google: route })
      const path = [missing === 'google' ? 'googleOauthRoute' : 'microsoftOauthRoute']
      if (missing) addIssue({ code: 'custom', path, message: missingRouteSentences[missing] })
    }),
  positional: ['mailboxId'],
  picks: ['userId', 'mailboxId'],
  prefill: providerOf,
  follow: providerOf,
  request: ({ userId: owner, mailboxId: id, provider, microsoftOauthRoute, ...route }) => ({
    query: { userId: owner },
    body: {
      mailboxId: id,
      ...(provider === 'MICROSOFT' ? { microsoft: { microsoftOauthRoute } } : { google: route }),
    },
  }),
  show: (_, { input }) => reexportReceipt(input.mailboxId, input.provider),
})

const validate = endpointCommand(mailboxes.validate, {
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

/** `/cmr mailboxes …` */
export const mailboxCommands = [
  list,
  all,
  endpointCommand(mailboxes.get, {
    summary: 'Show a mailbox',
    about: 'Shows a mailbox’s state and warm-up, with buttons for what can be done.',
    updates: ({ query, data }) =>
      objectIn(data).flatMap((row) => updatesOfRow.mailbox({ mailboxId: query.mailboxId, ...row })),
    show: ({ data }) => mailboxCard(data),
  }),
  admin,
  update,
  remove,
  validate,
  reexport,
]
