import { z } from 'zod'
import { exports as endpoints } from '../../../cmr/endpoints/exports.ts'
import { credentialId, domain, mailboxIds, userId } from '../../../cmr/endpoints/fields.ts'
import { option } from '../../../messages/blocks.ts'
import {
  connectedReceipt,
  disconnectText,
  exportReceipt,
  exportText,
  platformList,
  workspaceList,
} from '../../../messages/exports.ts'
import { disconnectedReceipt, loginUpdatedReceipt } from '../../../messages/receipts.ts'
import { InputError, type Prefill } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { endpointCommand } from '../../endpoints.ts'
import { fieldsOf } from '../../field.ts'
import { named } from '../../naming/named.ts'
import {
  bisonFields,
  type Login,
  loginCalled,
  loginOptions,
  loginsIn,
  loginsOf,
  workspacesIn,
  workspacesOf,
} from './platforms.ts'

type Values = Readonly<Record<string, unknown>>

const { app, credentials, metadata } = endpoints.connect.body.shape
const { email, password } = credentials.shape
const secret = password.meta({ label: 'Password', hint: 'Sent to CMR, kept nowhere else' })

/** Fields of one platform, asked for where that one is chosen. */
function only<Shape extends Record<string, z.ZodType>>(
  platform: string,
  shape: Shape,
  needed = false,
): Shape {
  const when = (values: Values) => values.app === platform
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [
      name,
      schema.meta({ ...schema.meta(), when, ...(needed && { needed }) }),
    ]),
  ) as Shape
}

const user = userId.meta({ ...userId.meta(), reloads: true })
const login = credentialId.meta({
  label: 'Login',
  offered: true,
  when: (values: Values) => Boolean(values.userId),
})
/** Which platform the chosen login is of: decides what is asked for. */
const ofApp = app.optional().meta({ hidden: true })

const connect = endpointCommand(endpoints.connect, {
  summary: 'Connect a platform',
  submit: 'Connect',
  input: z
    .object({
      userId,
      app: app.meta({ label: 'Platform', reloads: true }),
      email: email.meta({ label: 'Login e-mail', hint: 'ReachInbox needs a paid plan for exports' }),
      password: secret,
      ...only('EMAILBISON', metadata.unwrap().shape, true),
    })
    .superRefine((given, refinement) => {
      for (const name of bisonFields) {
        const isBison = given.app === 'EMAILBISON'
        if (isBison === Boolean(given[name])) continue
        const message = isBison ? 'EmailBison needs this.' : 'Only EmailBison takes this.'
        refinement.addIssue({ code: 'custom', path: [name], message })
      }
    }),
  positional: ['userId', 'app'],
  request: ({ userId: owner, app: platform, email: address, password: word, ...rest }) => ({
    query: { userId: owner },
    body: {
      app: platform,
      credentials: { email: address, password: word },
      ...(platform === 'EMAILBISON' && { metadata: rest }),
    },
  }),
  show: ({ data }, { ids }) =>
    connectedReceipt(ids.userId, ids.app, ids.email, String(data.credentialId ?? '')),
})

/** The logins of the chosen user and, once one is chosen, what its platform takes. */
async function choices(context: CommandContext, values: Values): Promise<Prefill> {
  if (!values.userId) return { values: {} }
  const { ids } = await named(context, z.object({ userId }), { userId: values.userId })
  const logins = await loginsOf(context, String(ids.userId))
  const options = { credentialId: loginOptions(logins) }
  const found = logins.find((one) => one.credentialId === values.credentialId)
  if (!found) return { values: { credentialId: '' }, options }
  const { platform, metadata: chosen } = found
  if (platform !== 'INSTANTLY') return { values: { app: platform, ...chosen }, options }
  const organisations = await workspacesOf(context, found.credentialId)
  return {
    values: { app: platform, orgId: chosen.orgId ?? '' },
    options: { ...options, orgId: organisations.map(({ id, name }) => option(name, id)) },
  }
}

const updateInput = z.object({
  userId: user,
  credentialId: login.meta({ ...login.meta(), reloads: true }),
  email: email.optional().meta({ label: 'New login e-mail', hint: 'Empty: as it is' }),
  password: secret.optional().meta({ label: 'New password', hint: 'Empty: as it is' }),
  ...only('EMAILBISON', metadata.unwrap().shape),
  ...only('INSTANTLY', {
    orgId: z
      .string()
      .optional()
      .meta({ label: 'Organisation', offered: true, hint: 'Exports to Instantly go there' }),
  }),
  app: ofApp,
})

/** What was filled in beside which login it is, by its label. */
function changedIn(ids: Values): string[] {
  return fieldsOf(updateInput)
    .filter(({ name, hidden }) => !hidden && !picks.some((one) => one === name) && ids[name])
    .map(({ label }) => label)
}

const picks = ['userId', 'credentialId'] as const

const update = endpointCommand(endpoints.update, {
  summary: 'Update a platform login',
  submit: 'Save',
  input: updateInput,
  positional: ['userId', 'credentialId'],
  picks,
  prefill: choices,
  follow: choices,
  request: ({ userId: owner, credentialId: id, orgId, app: _, email: address, password: word, ...rest }) => ({
    query: { userId: owner },
    body: {
      credentialId: id,
      ...((address || word) && { credentials: { email: address, password: word } }),
      ...(Object.values(rest).some(Boolean) && { metadata: rest }),
      ...(orgId && { orgId }),
    },
  }),
  show: (_, { ids }) => loginUpdatedReceipt(ids, changedIn(ids)),
})

const disconnect = endpointCommand(endpoints.disconnect, {
  summary: 'Disconnect a platform',
  submit: 'Disconnect',
  input: z.object({ userId: user, credentialId: login }),
  positional: ['userId', 'credentialId'],
  prefill: choices,
  follow: choices,
  before: async ({ context, ids }) => loginCalled(await loginsOf(context, ids.userId), ids.credentialId),
  asks: async ({ before }) => ({ text: disconnectText(before), typed: before.email || before.credentialId }),
  show: (_, { ids, before }) => disconnectedReceipt(ids.userId, before),
})

/** What an export takes along: mailboxes that are ready, and what stays behind. */
interface Cargo {
  readonly to: Login | undefined
  readonly mailboxes: readonly { readonly mailboxId: string; readonly name: string }[]
  readonly idle: readonly string[]
}

async function cargoOf(
  context: CommandContext,
  ids: { userId?: string | undefined; domain?: string | undefined; mailboxIds?: string[] | undefined },
  given: { mailboxIds?: string[] | undefined },
  id: string,
): Promise<Cargo> {
  const owner = ids.userId
  const to = owner ? loginCalled(await loginsOf(context, owner), id) : undefined
  if (to?.platform === 'INSTANTLY' && !to.metadata.orgId)
    throw new InputError(
      'credentialId',
      'Instantly needs to know the organisation first: choose it with /cmr exports update.',
    )
  if (ids.mailboxIds || !owner) {
    const all = ids.mailboxIds ?? []
    const mailboxes = all.map((mailboxId, at) => ({ mailboxId, name: given.mailboxIds?.[at] ?? mailboxId }))
    return { to, mailboxes, idle: [] }
  }
  const { data } = await context.cmr.mailboxes.list({ query: { userId: owner } })
  const rows = (Array.isArray(data) ? data : (data.mailboxes ?? [])).filter((one) =>
    one.email?.toLowerCase().endsWith(`@${ids.domain?.toLowerCase()}`),
  )
  const ready = rows.filter((one) => one.status === 'ACTIVE')
  if (ready.length === 0)
    throw new InputError('domain', `${ids.domain} has no ACTIVE mailbox, and only those can be exported.`)
  return {
    to,
    mailboxes: ready.map((one) => ({ mailboxId: String(one.mailboxId), name: String(one.email) })),
    idle: rows.filter((one) => one.status !== 'ACTIVE').map((one) => `${one.email} (${one.status})`),
  }
}

const send = endpointCommand(endpoints.send, {
  summary: 'Export mailboxes',
  example: '4f0c2ab19e acme.com',
  submit: 'Export',
  input: z
    .object({
      userId: user.optional(),
      credentialId: credentialId.meta({ label: 'Login', offered: true, hint: 'Where they are exported to' }),
      domain: domain.optional().meta({
        label: 'Domain',
        example: 'acme.com',
        hint: 'All its ACTIVE mailboxes; or name mailboxes below',
      }),
      mailboxIds: mailboxIds.optional().meta({ label: 'Mailboxes', hint: 'Addresses, one a line' }),
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
  before: ({ context, ids, input }) => cargoOf(context, ids, input, ids.credentialId),
  asks: async ({ before }) => ({ text: exportText(before.to, before.mailboxes, before.idle) }),
  request: ({ credentialId: id }, { before }) => ({
    body: { credentialId: id, mailboxIds: before.mailboxes.map((one) => one.mailboxId) },
  }),
  show: ({ actionId }, { before }) => exportReceipt(before.to, before.mailboxes, actionId),
})

/** `/cmr exports …` */
export const exportCommands = [
  endpointCommand(endpoints.platforms, {
    summary: 'Connected platforms',
    show: ({ data }, { ids }) => platformList(String(ids.userId), loginsIn(data)),
  }),
  connect,
  update,
  disconnect,
  endpointCommand(endpoints.workspaces, {
    summary: 'Workspaces of a platform',
    show: ({ data }) => workspaceList(workspacesIn(data)),
  }),
  send,
]
