import { platforms } from '../../cmr/answers/exports.ts'
import { mailboxOf, newActionId, newId, SandboxRefusal } from '../world.ts'
import { type Handler, strings } from './handler.ts'

export const exportHandlers: Record<string, Handler> = {
  'exports.platforms': (world, { query }) => {
    const mine = [...world.credentials.entries()].filter(([, one]) => one.userId === query.userId)
    const isConnected = (app: string) => mine.some(([, one]) => one.app === app && !one.expired)
    const of = (app: string) =>
      mine
        .filter(([, one]) => one.app === app)
        .map(([credentialId, { email, connectedAt, metadata }]) => ({
          credentialId,
          email,
          connectedAt,
          metadata,
        }))
    return {
      message: 'Platforms',
      data: Object.fromEntries(
        platforms.map((app) => [app, { connected: isConnected(app), credentials: of(app) }]),
      ),
    }
  },
  'exports.connect': (world, { query, body }) => {
    const { userId } = query as { userId: string }
    const missing = ['appBaseUrl', 'clientId', 'appName', 'workspace'].filter(
      (name) => !(body.metadata as Record<string, unknown> | undefined)?.[name],
    )
    if (body.app === 'EMAILBISON' && missing.length)
      throw new SandboxRefusal(400, `EmailBison needs ${missing.join(', ')}.`)
    const credentialId = newId()
    const { email } = body.credentials as { email: string }
    world.credentials.set(credentialId, {
      userId,
      app: body.app,
      email,
      metadata: body.metadata ?? null,
      connectedAt: world.now().toISOString(),
    })
    return { message: 'Platform connected', data: { credentialId } }
  },
  'exports.update': (world, { body }) => {
    const found = world.credentials.get(String(body.credentialId))
    if (!found) throw new SandboxRefusal(404, 'The requested credential does not exist.')
    const { metadata, orgId, credentials } = body as Record<string, Record<string, unknown> | undefined>
    const kept = (found.metadata ?? {}) as Record<string, unknown>
    if (metadata || orgId) found.metadata = { ...kept, ...metadata, ...(orgId && { orgId }) }
    if (credentials?.email) found.email = credentials.email
    if (credentials?.password)
      Object.assign(found, { expired: false, connectedAt: world.now().toISOString() })
    return { message: 'Credential updated', data: null }
  },
  'exports.disconnect': (world, { query }) => {
    if (!world.credentials.delete(String(query.credentialId)))
      throw new SandboxRefusal(404, 'The requested credential does not exist.')
    return { message: 'Credential removed', data: null }
  },
  'exports.workspaces': (world, { query }) => {
    if (!world.credentials.has(String(query.credentialId)))
      throw new SandboxRefusal(404, 'The requested credential does not exist.')
    return {
      message: 'Workspaces',
      data: [
        { id: 'org_1', name: 'Main' },
        { id: 'org_2', name: 'Agency' },
      ],
    }
  },
  'exports.send': (world, { body }) => {
    const login = world.credentials.get(String(body.credentialId))
    if (!login) throw new SandboxRefusal(404, 'The requested credential does not exist.')
    const { app, metadata, email: address } = login
    if (login.expired)
      throw new SandboxRefusal(400, 'The login has expired. Please connect the platform again.')
    if (app === 'INSTANTLY' && !(metadata as { orgId?: unknown } | null)?.orgId)
      throw new SandboxRefusal(400, 'Please choose an Instantly workspace (orgId) first.')
    // Accounts named free@… have no paid plan.
    if (app === 'REACHINBOX' && String(address).startsWith('free@'))
      throw new SandboxRefusal(400, 'ReachInbox allows exports on paid plans only.')
    const all = strings(body.mailboxIds).map((id) => mailboxOf(world, id))
    const idle = all.find((one) => one.status !== 'ACTIVE')
    if (idle)
      throw new SandboxRefusal(400, `Only ACTIVE mailboxes can be exported: ${idle.email} is ${idle.status}.`)
    const busy = all.find((one) => one.exporting)
    if (busy) throw new SandboxRefusal(409, `An export of ${busy.email} is in progress already.`)
    for (const one of all) {
      one.exporting = true
      const now = () => world.now().toISOString()
      const sent = { credentialId: String(body.credentialId), app, status: 'IN_PROGRESS', updatedAt: now() }
      one.exports = [sent, ...(one.exports ?? [])]
      // No event: mailbox.exported is promised for the OAuth export only.
      world.later(7000, () => {
        one.exporting = false
        Object.assign(sent, { status: 'COMPLETED', updatedAt: now() })
      })
    }
    return { message: 'Export queued', data: null, actionId: newActionId() }
  },
}
