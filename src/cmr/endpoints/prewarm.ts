import { z } from 'zod'
import { prewarmedDomain } from '../answers/domains.ts'
import { pageOf } from '../answers/page.ts'
import { endpoint } from '../endpoint.ts'
import {
  anything,
  autoRenew,
  forwardTo,
  googleRoute,
  limit,
  microsoftOauthRoute,
  newDomain,
  page,
  provider,
  userId,
  withProviderRoute,
} from './fields.ts'

const query = z.object({
  serviceProvider: provider.optional(),
  contains: z.string().optional().meta({ label: 'Contains' }),
  page: page.optional(),
  limit: limit.optional(),
})
const inventory = pageOf(prewarmedDomain, 'inventory')
const order = z.object({
  order: z
    .array(z.object({ domain: newDomain, forwardTo: forwardTo.optional() }))
    .min(1)
    .meta({ label: 'Domains' }),
  serviceProvider: provider,
  google: googleRoute.optional(),
  microsoftOauthRoute: microsoftOauthRoute.optional(),
  autoRenew: autoRenew.optional(),
})
const ofUser = z.object({ userId })
const endsWith = ['prewarmup.order.success', 'prewarmup.order.failed']
/**
 * Which outcome CMR's sandbox plays ("[SANDBOX] - Order Pre-Warmup Mailboxes"). The page calls it a field, the help
 * guide a header: that it is a field of the body is inferred, and `CMR_ENDPOINTS_FILE` can make a header of it.
 */
const scenario = z
  .enum(['success', 'full_failure', 'partial_failure'])
  .optional()
  .meta({ label: 'Scenario', hint: 'The outcome that the sandbox plays' })
/** The only domains that exist in CMR's sandbox ("Sandbox"), by provider. */
export const sandboxDomains: Readonly<Record<z.output<typeof provider>, readonly string[]>> = {
  GOOGLE: ['sandbox.nexora-tech.com', 'mail-sandbox.brightplathlabs.com'],
  MICROSOFT: ['sandbox-mail.corevista.io', 'sandbox.stratospherehq.com'],
}
const twin = { credential: 'sandbox' } as const

export const prewarm = {
  list: endpoint({
    id: 'prewarm.list',
    page: 'Get All Pre-Warmup Mailboxes',
    method: 'GET',
    path: '/pre-warmup',
    query,
    answer: inventory,
    effect: 'read',
  }),
  order: endpoint({
    id: 'prewarm.order',
    page: 'Order Pre-Warmup Mailboxes',
    method: 'POST',
    path: '/pre-warmup/order',
    query: ofUser,
    body: withProviderRoute(order),
    answer: anything.nullish(),
    effect: 'charge',
    narrowedBy: ['order'],
    endsWith,
  }),
  'sandbox-list': endpoint({
    ...twin,
    id: 'prewarm.sandbox-list',
    page: '[SANDBOX] - Get All Pre-Warmup Mailboxes',
    method: 'GET',
    path: '/sandbox/pre-warmup',
    query,
    answer: inventory,
    effect: 'read',
  }),
  'sandbox-order': endpoint({
    ...twin,
    id: 'prewarm.sandbox-order',
    page: '[SANDBOX] - Order Pre-Warmup Mailboxes',
    method: 'POST',
    path: '/sandbox/pre-warmup/order',
    query: ofUser,
    body: withProviderRoute(order.extend({ scenario })),
    inferred: ['body.scenario'],
    answer: anything.nullish(),
    effect: 'write',
    narrowedBy: ['order'],
    endsWith,
  }),
  'sandbox-reset': endpoint({
    ...twin,
    id: 'prewarm.sandbox-reset',
    page: '[SANDBOX] - Reset Pre-Warmup Data',
    method: 'POST',
    path: '/sandbox/pre-warmup/reset',
    answer: anything.nullish(),
    effect: 'destroy',
  }),
}
