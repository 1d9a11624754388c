import { z } from 'zod'
import { connectedLogins, platforms, platformWorkspace } from '../answers/exports.ts'
import { pageOf } from '../answers/page.ts'
import { idText } from '../answers/values.ts'
import { endpoint } from '../endpoint.ts'
import { anything, credentialId, mailboxIds, perhaps, userId } from './fields.ts'

const app = z.enum(platforms).meta({ label: 'Platform' })
const credentials = z.object({
  email: z.email().meta({ label: 'Login e-mail' }),
  password: z.string().min(1).meta({ label: 'Password' }),
})
const metadata = z.object({
  appBaseUrl: z.string().optional().meta({ label: 'Base address', example: 'https://dedi.emailbison.com' }),
  clientId: z.string().optional().meta({ label: 'Client ID' }),
  appName: z.string().optional().meta({ label: 'App name' }),
  workspace: z.string().optional().meta({ label: 'Workspace' }),
})
const ofUser = z.object({ userId })

export const exports = {
  platforms: endpoint({
    id: 'exports.platforms',
    page: 'Get Connected Platforms',
    method: 'GET',
    path: '/exports/platform-credentials',
    query: ofUser,
    answer: connectedLogins,
    effect: 'read',
  }),
  connect: endpoint({
    id: 'exports.connect',
    page: 'Add Platform Credentials',
    method: 'POST',
    path: '/exports/platform-credential',
    query: ofUser,
    body: z.object({ app, credentials, metadata: metadata.optional() }),
    answer: z.looseObject({ credentialId: perhaps(idText) }),
    effect: 'write',
    note: 'Carries a password.',
  }),
  update: endpoint({
    id: 'exports.update',
    page: 'Update platform credential (help guide)',
    method: 'PUT',
    path: '/exports/platform-credential',
    query: ofUser,
    body: z.object({
      credentialId,
      credentials: credentials.partial().optional(),
      metadata: metadata.optional(),
      orgId: z.string().optional().meta({ label: 'Organization (Instantly)' }),
    }),
    answer: z.unknown(),
    effect: 'write',
    inferred: ['body.credentialId'],
  }),
  disconnect: endpoint({
    id: 'exports.disconnect',
    page: 'Remove Platform Credential',
    method: 'DELETE',
    path: '/exports/platform-credential',
    query: ofUser.extend({ credentialId }),
    answer: anything.nullish(),
    effect: 'destroy',
    narrowedBy: ['credentialId'],
  }),
  workspaces: endpoint({
    id: 'exports.workspaces',
    page: 'Platform workspaces (help guide)',
    method: 'GET',
    path: '/exports/platform-workspaces',
    query: z.object({ credentialId }),
    answer: pageOf(platformWorkspace, 'workspaces'),
    effect: 'read',
  }),
  send: endpoint({
    id: 'exports.send',
    page: 'Export Mailboxes',
    method: 'POST',
    path: '/exports/platform-exports',
    query: ofUser,
    body: z.object({ credentialId, mailboxIds }),
    answer: z.unknown(),
    effect: 'write',
    narrowedBy: ['mailboxIds'],
    inferred: ['body.mailboxIds'],
    note: 'ACTIVE mailboxes only; never while one export is in progress.',
  }),
}
