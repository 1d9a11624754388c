import { option } from '../../../messages/blocks.ts'
import { InputError } from '../../command.ts'
import type { CommandContext } from '../../context.ts'

/** The platforms that mailboxes can be exported to, as people call them. */
export const platformNames = {
  EMAILBISON: 'EmailBison',
  SMARTLEAD: 'Smartlead',
  REACHINBOX: 'ReachInbox',
  INSTANTLY: 'Instantly',
} as const
export type Platform = keyof typeof platformNames

/** What EmailBison asks for beside the login: all of it. */
export const bisonFields = ['appBaseUrl', 'clientId', 'appName', 'workspace'] as const

/** What EmailBison was told of a login. */
export function bisonOf({ metadata }: Login): Record<string, unknown> {
  return Object.fromEntries(bisonFields.flatMap((name) => (metadata[name] ? [[name, metadata[name]]] : [])))
}

/** A login at a platform, as CMR lists it; without its password. */
export interface Login {
  readonly credentialId: string
  readonly platform: Platform
  readonly email: string
  readonly connectedAt?: string | undefined
  /** What was chosen of it: EmailBison's workspace, Instantly's orgId. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** The platforms that a customer is connected to. */
export async function loginsOf({ cmr }: CommandContext, userId: string): Promise<Login[]> {
  const { data } = await cmr.exports.platforms({ query: { userId } })
  return loginsIn(data)
}

/** @param data the answer of `exports.platforms` */
export function loginsIn(data: Readonly<Record<string, unknown>>): Login[] {
  return (Object.keys(platformNames) as Platform[]).flatMap((platform) => {
    const { credentials } = (data[platform] ?? {}) as { credentials?: unknown }
    const rows = Array.isArray(credentials) ? (credentials as Record<string, unknown>[]) : []
    return rows.map((row) => ({
      credentialId: String(row.credentialId),
      platform,
      email: String(row.email ?? ''),
      connectedAt: typeof row.connectedAt === 'string' ? row.connectedAt : undefined,
      metadata: (row.metadata ?? {}) as Record<string, unknown>,
    }))
  })
}

/** @throws InputError where the customer has no such login */
export function loginCalled(logins: readonly Login[], credentialId: string): Login {
  const found = logins.find((one) => one.credentialId === credentialId)
  if (!found) throw new InputError('credentialId', 'This user has no such login. Pick another.')
  return found
}

/** Logins as options of a select. @throws InputError where there is none */
export function loginOptions(logins: readonly Login[]) {
  if (logins.length === 0)
    throw new InputError('userId', 'This user is connected to no platform yet: /cmr exports connect')
  return logins.map(({ credentialId, platform, email }) =>
    option(`${platformNames[platform]} · ${email}`, credentialId),
  )
}

/** Instantly's organisations, EmailBison's workspaces. */
export async function workspacesOf({ cmr }: CommandContext, credentialId: string) {
  const { data } = await cmr.exports.workspaces({ query: { credentialId } })
  return workspacesIn(data)
}

/** @param data the answer of `exports.workspaces`: a list, bare or in an object */
export function workspacesIn(data: unknown): { id: string; name: string }[] {
  const list = Array.isArray(data)
    ? data
    : Object.values((data ?? {}) as Record<string, unknown>).find(Array.isArray)
  return ((list ?? []) as Record<string, unknown>[]).map((row) => {
    const id = String(row.id ?? row.orgId ?? row.workspaceId ?? '')
    return { id, name: String(row.name ?? row.orgName ?? id) }
  })
}
