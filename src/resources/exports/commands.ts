import { z } from 'zod'
import type { Login } from '../../cmr/answers/exports.ts'
import type { Mailbox } from '../../cmr/answers/mailboxes.ts'
import { exports as endpoints } from '../../cmr/endpoints/exports.ts'
import { credentialId, domain, mailboxIds } from '../../cmr/endpoints/fields.ts'
import { type Command, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { customerCalled } from '../../directory/names/customers.ts'
import { named } from '../../directory/names/named.ts'
import { eachIn, outcomes, type Reconciler } from '../../operations/expected-results.ts'
import { nameInSentence } from '../../slack/blocks.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { mailboxesOf } from '../mailboxes/reconcile.ts'
import { choices, connect, disconnect, loginCalled, loginsOf, update, user, workspacesOf } from './logins.ts'
import { exportReceipt, exportText, platformList, workspaceList } from './messages.ts'

/**
 * How an export to a platform stands, as the customer's mailboxes tell it. CMR promises no event for it
 * ("Export Mailboxes"), and that a mailbox lists its exports is inferred: where it does not, a person decides.
 */
const reconcileExport: Reconciler = async (asked) => {
  const rows = await mailboxesOf(asked)
  return outcomes(asked.waiting, ({ name }) => {
    const exported = rows.get(name)?.exports ?? []
    const mine = exported.find(
      (one) =>
        one.credentialId === asked.sent.body.credentialId &&
        Date.parse(one.updatedAt ?? '') >= asked.sentAt.getTime(),
    )
    const status = mine?.status
    if (status === 'COMPLETED') return 'done'
    if (status === 'FAILED') return { state: 'failed', detail: mine?.message || 'The export failed.' }
    return status ? 'begun' : undefined
  })
}

/** What an export takes along: mailboxes that are ready, and what stays behind. */
interface ExportSelection {
  readonly to: Login | undefined
  readonly mailboxes: readonly { readonly mailboxId: string; readonly name: string }[]
  readonly idle: readonly string[]
}

async function exportSelection(
  context: CommandContext,
  ids: { userId?: string | undefined; domain?: string | undefined; mailboxIds?: string[] | undefined },
  given: { mailboxIds?: string[] | undefined },
  id: string,
): Promise<ExportSelection> {
  const owner = ids.userId
  const to = owner ? loginCalled(await loginsOf(context, owner), id) : undefined
  if (to?.platform === 'INSTANTLY' && !to.metadata.orgId)
    throw new InputError(
      'credentialId',
      'Instantly needs an organization first. Choose it with /cmr exports update.',
    )
  if (!owner)
    throw new InputError('userId', 'Name the customer as well: the bot does not know whose these are.')
  const { data } = await context.cmr.mailboxes.list({ query: { userId: owner } })
  return ids.mailboxIds
    ? { to, mailboxes: namedMailboxes(data.rows, ids.mailboxIds, given.mailboxIds), idle: [] }
    : { to, ...mailboxesOn(String(ids.domain), data.rows) }
}

/**
 * @param names what people call them
 * @throws InputError where one of them is not ACTIVE
 */
function namedMailboxes(
  all: readonly Mailbox[],
  mailboxIds: readonly string[],
  names: readonly string[] = [],
) {
  const status = new Map(all.map((one) => [one.mailboxId, one.status]))
  const mailboxes = mailboxIds.map((mailboxId, at) => ({ mailboxId, name: names[at] ?? mailboxId }))
  const wrong = mailboxes
    .filter(({ mailboxId }) => (status.get(mailboxId) ?? 'ACTIVE') !== 'ACTIVE')
    .map(({ mailboxId, name }) => `${nameInSentence(name)} is ${status.get(mailboxId)}`)
  if (wrong.length > 0)
    throw new InputError('mailboxIds', `Only ACTIVE mailboxes can be exported: ${wrong.join(', ')}.`)
  return mailboxes
}

/** @throws InputError where none of the domain's can be exported */
function mailboxesOn(
  domainName: string,
  all: readonly Mailbox[],
): Pick<ExportSelection, 'mailboxes' | 'idle'> {
  const rows = all.filter((one) => one.email?.toLowerCase().endsWith(`@${domainName.toLowerCase()}`))
  // What CMR gives no id of cannot be asked for.
  const ready = rows.filter((one) => one.status === 'ACTIVE' && one.mailboxId)
  if (ready.length === 0)
    throw new InputError('domain', `${domainName} has no ACTIVE mailbox, and only those can be exported.`)
  return {
    mailboxes: ready.map((one) => ({ mailboxId: String(one.mailboxId), name: String(one.email) })),
    idle: rows
      .filter((one) => !ready.includes(one))
      .map((one) => `${one.email} (${one.mailboxId ? one.status : 'CMR gives no id of it'})`),
  }
}

/** Mailboxes of a domain, or some by their addresses, to a platform. */
const send = endpointCommand(endpoints.send, {
  summary: 'Export mailboxes',
  about: 'Exports mailboxes that are ready to a connected sending platform.',
  expects: eachIn('body', 'mailboxIds', 'export'),
  reconcile: reconcileExport,
  example: 'smartlead acme.com',
  submit: 'Export',
  input: z
    .object({
      userId: user.optional(),
      credentialId: credentialId.meta({ label: 'Login', offered: true, hint: 'Where they are exported to' }),
      domain: domain.optional().meta({
        label: 'Domain',
        example: 'acme.com',
        hint: 'All its ACTIVE mailboxes, or name mailboxes below',
      }),
      mailboxIds: mailboxIds.optional().meta({ label: 'Mailboxes', hint: 'Addresses, one per line' }),
    })
    .superRefine((given, refinement) => {
      if (Boolean(given.domain) !== Boolean(given.mailboxIds)) return
      const message = given.domain
        ? 'Name a domain or mailboxes, not both.'
        : 'Name a domain, or mailboxes below.'
      refinement.addIssue({ code: 'custom', path: ['domain'], message })
    }),
  positional: ['credentialId', 'domain'],
  prefill: choices,
  follow: choices,
  before: ({ context, ids, input }) => exportSelection(context, ids, input, ids.credentialId),
  asks: async ({ before }) => ({
    text: exportText(before.to, before.mailboxes, before.idle),
    ...(before.to && { input: { credentialId: before.to.credentialId } }),
  }),
  request: ({ userId: owner, credentialId: id }, { before }) => ({
    query: { userId: owner },
    body: {
      credentialId: before.to?.credentialId ?? id,
      mailboxIds: before.mailboxes.map((one) => one.mailboxId),
    },
  }),
  show: (_, { before }) => exportReceipt(before.to, before.mailboxes),
})

const platforms: Command = {
  ...endpointCommand(endpoints.platforms, {
    summary: 'List platforms',
    about: 'Lists the sending platforms that a customer is connected to.',
    show: async ({ data }, { ids, input, context }) =>
      platformList(
        {
          userId: String(ids.userId),
          name: await customerCalled(context, String(ids.userId), String(input.userId)),
        },
        data,
      ),
  }),
  async rows(context, input) {
    const { ids } = await named(context, endpoints.platforms.query, input)
    const { data } = await context.cmr.exports.platforms({ query: { userId: String(ids.userId) } })
    return data.map((login) => ({ ...login }))
  },
}

const ofLogin = z.object({
  userId: user.optional(),
  credentialId: credentialId.meta({ label: 'Login', offered: true }),
})

async function loginIdOf(context: CommandContext, { userId, credentialId: id }: z.output<typeof ofLogin>) {
  return userId ? loginCalled(await loginsOf(context, userId), id).credentialId : id
}

const workspaces: Command = {
  ...endpointCommand(endpoints.workspaces, {
    summary: 'List workspaces',
    about: 'Lists the workspaces of a connected platform.',
    rare: true,
    input: ofLogin,
    positional: ['credentialId', 'userId'],
    prefill: choices,
    follow: choices,
    before: ({ context, ids }) => loginIdOf(context, ids),
    request: (_, { before }) => ({ query: { credentialId: before } }),
    show: ({ data }) => workspaceList(data.rows),
  }),
  async rows(context, input) {
    const { ids } = await named(context, ofLogin, input)
    return workspacesOf(context, await loginIdOf(context, ids as z.output<typeof ofLogin>))
  },
}

/** `/cmr exports …` */
export const exportCommands = [platforms, connect, update, disconnect, workspaces, send]
