import type { Login } from '../../cmr/answers/exports.ts'
import { platformNames } from '../../cmr/platforms.ts'
import { AmbiguousError, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { option } from '../../slack/blocks.ts'

/** What EmailBison asks for beside the login: all of it. */
export const bisonFields = ['appBaseUrl', 'clientId', 'appName', 'workspace'] as const

/** What EmailBison was told of a login. */
export function bisonOf({ metadata }: Login): Record<string, unknown> {
  return Object.fromEntries(bisonFields.flatMap((name) => (metadata[name] ? [[name, metadata[name]]] : [])))
}

/** The platforms that a customer is connected to. */
export async function loginsOf({ cmr }: CommandContext, userId: string): Promise<Login[]> {
  const { data } = await cmr.exports.platforms({ query: { userId } })
  return data
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
  const names = choices.map(({ label }) => label).join('; ')
  throw new AmbiguousError('credentialId', `${sentence}: ${names}. Which one?`, choices)
}

export function loginsCalled(logins: readonly Login[], name: string): Login[] {
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
export function loginOptions(logins: readonly Login[]) {
  if (logins.length === 0) throw notConnected()
  return logins.map((one) => option(loginName(one), one.credentialId))
}

/** Instantly's organisations, EmailBison's workspaces. */
export async function workspacesOf({ cmr }: CommandContext, credentialId: string) {
  const { data } = await cmr.exports.workspaces({ query: { credentialId } })
  return data.rows
}
