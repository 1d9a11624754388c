import { z } from 'zod'
import { type Login, platformNames } from '../../cmr/answers/exports.ts'
import { exports as endpoints } from '../../cmr/endpoints/exports.ts'
import { credentialId, userId } from '../../cmr/endpoints/fields.ts'
import { AmbiguousError, InputError, type Prefill } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { askedWhen, fieldsOf, type Values } from '../../commands/field.ts'
import { named } from '../../directory/names/named.ts'
import { nameOf, outcomes, type Reconciler } from '../../operations/expected-results.ts'
import { nameInSentence, option } from '../../slack/blocks.ts'
import { endpointCommand } from '../endpoint-command.ts'
import {
  connectedReceipt,
  disconnectedReceipt,
  disconnectText,
  loginUpdatedReceipt,
  type OfCustomer,
} from './messages.ts'

const reconcileConnection: Reconciler = async ({ cmr, sent, waiting }) => {
  const { data: rows } = await cmr.exports.platforms({ query: { userId: String(sent.query.userId) } })
  // The address is no secret: only the password was left out of what is stored.
  const { email } = (sent.body.credentials ?? {}) as { email?: unknown }
  const there = rows.some((row) => row.platform === sent.body.app && nameOf(row.email) === nameOf(email))
  return outcomes(waiting, () => (there ? 'done' : undefined))
}

const reconcileDisconnection: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await loginsOf({ cmr }, String(sent.query.userId))
  const there = rows.some((row) => row.credentialId === sent.query.credentialId)
  return outcomes(waiting, () => (there ? undefined : 'done'))
}

/** What EmailBison asks for beside the login: all of it. */
const bisonFields = ['appBaseUrl', 'clientId', 'appName', 'workspace'] as const

/** What EmailBison was told of a login. */
function bisonOf({ metadata }: Login): Record<string, unknown> {
  return Object.fromEntries(bisonFields.flatMap((name) => (metadata[name] ? [[name, metadata[name]]] : [])))
}

/** The logins of a customer that a request can name. */
export async function loginsOf({ cmr }: Pick<CommandContext, 'cmr'>, userId: string): Promise<Login[]> {
  const { data } = await cmr.exports.platforms({ query: { userId } })
  return data.filter(({ credentialId }) => credentialId)
}

/**
 * The login that people mean by its platform, its e-mail or its credentialId.
 * @throws InputError where the customer has no such login; AmbiguousError where several are meant, or there are others
 */
export function loginCalled(logins: readonly Login[], name: string): Login {
  const called = loginsCalled(logins, name)
  const [found, ...others] = called
  if (found && others.length === 0) return found
  if (logins.length === 0) throw notConnected()
  const choices = (found ? called : logins).map((one) => ({ label: loginName(one), value: one.credentialId }))
  const sentence = found ? `${called.length} logins are “${name}”` : `This customer has no login “${name}”`
  const names = choices.map(({ label }) => nameInSentence(label)).join('; ')
  throw new AmbiguousError('credentialId', `${sentence}: ${names}. Which one?`, choices)
}

function loginsCalled(logins: readonly Login[], name: string): Login[] {
  const said = name.toLowerCase()
  const byId = logins.filter(({ credentialId }) => credentialId === name)
  if (byId.length > 0) return byId
  return logins.filter(({ platform, email }) => [platform, email].some((one) => one.toLowerCase() === said))
}

const loginName = ({ platform, email }: Login) => `${platformNames[platform]} · ${email}`

const notConnected = () =>
  new InputError(
    'userId',
    'This customer is not connected to any platform yet. Connect one with /cmr exports connect.',
  )

/** Logins as options of a select. @throws InputError where there is none */
function loginOptions(logins: readonly Login[]) {
  if (logins.length === 0) throw notConnected()
  return logins.map((one) => option(loginName(one), one.credentialId))
}

/** Instantly's organisations, EmailBison's workspaces. */
export async function workspacesOf({ cmr }: CommandContext, credentialId: string) {
  const { data } = await cmr.exports.workspaces({ query: { credentialId } })
  return data.rows
}

const { app, credentials, metadata } = endpoints.connect.body.shape
const { email, password } = credentials.shape
const secret = password.meta({ label: 'Password', hint: 'Sent to CMR and stored nowhere else' })

/** Asked for where that platform is chosen. */
const chosenIs = (platform: string) => (values: Values) => values.app === platform

export const user = userId.meta({ reloads: true })
const login = credentialId.meta({
  label: 'Login',
  offered: true,
  when: (values: Values) => Boolean(values.userId),
})
/** Which platform the chosen login is of: decides what is asked for. */
const ofApp = app.optional().meta({ hidden: true })

/** @param input as people read it */
const customerIn = (ids: { userId: string }, input: { userId: string }): OfCustomer => ({
  userId: ids.userId,
  name: input.userId,
})

export const connect = endpointCommand(endpoints.connect, {
  summary: 'Connect a platform',
  example: 'jane@acme.com smartlead',
  about: 'Connects a customer to a sending platform with its login.',
  reconcile: reconcileConnection,
  submit: 'Connect',
  input: z
    .object({
      userId,
      app: app.meta({ label: 'Platform', reloads: true }),
      email: email.meta({ label: 'Login e-mail', hint: 'ReachInbox needs a paid plan for exports' }),
      password: secret,
      ...askedWhen(metadata.unwrap().shape, chosenIs('EMAILBISON'), { needed: true }),
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
  show: ({ data }, { ids, input }) =>
    connectedReceipt(customerIn(ids, input), ids.app, ids.email, String(data.credentialId ?? '')),
})

/** The logins of the chosen user and, once one is chosen, what its platform takes. */
export async function choices(context: CommandContext, values: Values): Promise<Prefill> {
  if (!values.userId) return { values: {} }
  const { ids } = await named(context, z.object({ userId }), { userId: values.userId })
  const logins = await loginsOf(context, String(ids.userId))
  const options = { credentialId: loginOptions(logins) }
  const [found, ...others] = loginsCalled(logins, String(values.credentialId ?? ''))
  if (!found || others.length > 0) return { values: { credentialId: '' }, options }
  const { platform, metadata: chosen, credentialId: id } = found
  const meant = { credentialId: id }
  if (platform !== 'INSTANTLY') return { values: { app: platform, ...chosen }, meant, options }
  const organisations = await workspacesOf(context, id)
  return {
    values: { app: platform, orgId: chosen.orgId ?? '' },
    meant,
    options: { ...options, orgId: organisations.map((one) => option(one.name, one.id)) },
  }
}

const updateInput = z.object({
  userId: user,
  credentialId: login.meta({ reloads: true }),
  email: email.optional().meta({ label: 'New login e-mail', hint: 'Leave empty to keep it' }),
  password: secret.optional().meta({ label: 'New password', hint: 'Leave empty to keep it' }),
  ...askedWhen(metadata.unwrap().shape, chosenIs('EMAILBISON')),
  ...askedWhen(
    {
      orgId: z
        .string()
        .optional()
        .meta({ label: 'Organization', offered: true, hint: 'Where exports to Instantly go' }),
    },
    chosenIs('INSTANTLY'),
  ),
  app: ofApp,
})

/** What was filled in otherwise than it was, by its label. */
function changedIn(ids: Values, { email: address, metadata: chosen }: Login): string[] {
  const old: Values = { ...chosen, email: address }
  return fieldsOf(updateInput)
    .filter(({ name, hidden }) => !hidden && !picks.some((one) => one === name))
    .filter(({ name }) => ids[name] && ids[name] !== old[name])
    .map(({ label }) => label)
}

const picks = ['userId', 'credentialId'] as const

export const update = endpointCommand(endpoints.update, {
  summary: 'Update a platform login',
  about: 'Changes the login of a connected platform.',
  submit: 'Save',
  input: updateInput,
  positional: ['userId', 'credentialId'],
  picks,
  prefill: choices,
  follow: choices,
  before: async ({ context, ids }) => loginCalled(await loginsOf(context, ids.userId), ids.credentialId),
  request: (
    { userId: owner, credentialId: _, orgId, app: __, email: address, password: word, ...rest },
    { before },
  ) => ({
    query: { userId: owner },
    body: {
      credentialId: before.credentialId,
      ...((address || word) && { credentials: { email: address, password: word } }),
      // EmailBison wants all of it, whatever changes ("Export Mailboxes").
      ...(Object.values(rest).some(Boolean) && { metadata: { ...bisonOf(before), ...rest } }),
      ...(orgId && { orgId }),
    },
  }),
  show: (_, { ids, input, before }) =>
    loginUpdatedReceipt(
      customerIn(ids, input),
      { ...before, email: ids.email ?? before.email },
      changedIn(ids, before),
    ),
})

export const disconnect = endpointCommand(endpoints.disconnect, {
  summary: 'Disconnect a platform',
  about: 'Removes a platform’s login from CMR. What was exported stays there.',
  reconcile: reconcileDisconnection,
  submit: 'Disconnect',
  input: z.object({ userId: user, credentialId: login }),
  positional: ['userId', 'credentialId'],
  prefill: choices,
  follow: choices,
  before: async ({ context, ids }) => loginCalled(await loginsOf(context, ids.userId), ids.credentialId),
  request: ({ userId: owner }, { before }) => ({
    query: { userId: owner, credentialId: before.credentialId },
  }),
  asks: async ({ before }) => ({
    text: disconnectText(before),
    typed: before.email || before.credentialId,
    // The login that was shown is the one that goes.
    input: { credentialId: before.credentialId },
  }),
  show: (_, { ids, input, before }) => disconnectedReceipt(customerIn(ids, input), before),
})
