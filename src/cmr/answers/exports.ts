import { z } from 'zod'
import { isObject } from '../json.ts'
import { row, text, time } from './values.ts'

/** The platforms that mailboxes can be exported to ("Exports"), as CMR and as people call them. */
export const platformNames = {
  EMAILBISON: 'EmailBison',
  SMARTLEAD: 'Smartlead',
  REACHINBOX: 'ReachInbox',
  INSTANTLY: 'Instantly',
} as const

export type Platform = keyof typeof platformNames

export const platforms = Object.keys(platformNames) as [Platform, ...Platform[]]

/** A platform as people call it; one that is not known yet, as it is called in `app`. */
export function platformName(app: string): string {
  return Object.hasOwn(platformNames, app) ? platformNames[app as Platform] : app
}

/** A login at a platform, without its password. */
export interface Login {
  readonly credentialId: string
  readonly platform: Platform
  readonly email: string
  readonly connectedAt?: string | undefined
  /** What was chosen of it: EmailBison's workspace, Instantly's orgId. */
  readonly metadata: Readonly<Record<string, unknown>>
  /** True if CMR calls its platform connected; undefined where it does not say. */
  readonly connected?: boolean | undefined
}

const credential = row({ credentialId: text, email: text, connectedAt: time })

/** The logins of a customer; CMR answers them by platform ("Get Connected Platforms"). */
export const connectedLogins = z
  .looseObject({})
  .transform((data) => platforms.flatMap((platform) => loginsAt(platform, data[platform])))

function loginsAt(platform: Platform, data: unknown): Login[] {
  const list = Array.isArray(data) ? data : isObject(data) ? data.credentials : undefined
  if (!Array.isArray(list)) return []
  const connected = isObject(data) && typeof data.connected === 'boolean' ? data.connected : undefined
  return list.filter(isObject).map((one) => {
    const { credentialId = '', email = '', connectedAt } = credential.parse(one)
    return {
      credentialId,
      platform,
      email,
      connectedAt,
      metadata: isObject(one.metadata) ? one.metadata : {},
      connected,
    }
  })
}

/** An organization of Instantly's, a workspace of EmailBison's. */
export const platformWorkspace = row(
  { id: text, name: text },
  { id: ['orgId', 'workspaceId'], name: ['orgName'] },
).transform(({ id = '', name = id }) => ({ id, name }))
