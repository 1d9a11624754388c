import { z } from 'zod'
import { placementReport, wallet as walletAnswer } from '../answers/account.ts'
import { pageOf } from '../answers/page.ts'
import { idText } from '../answers/values.ts'
import { endpoint } from '../endpoint.ts'
import { anything, limit, mailboxId, mailboxIds, orderId, page, perhaps, userId } from './fields.ts'

export const wallet = {
  get: endpoint({
    id: 'wallet.get',
    page: 'Get Wallet Details',
    method: 'GET',
    path: '/wallet',
    answer: walletAnswer,
    effect: 'read',
    source: 'inferred',
  }),
}

export const errors = {
  send: endpoint({
    id: 'errors.send',
    page: 'Send error',
    method: 'POST',
    path: '/errors',
    body: z.object({
      message: z
        .string()
        .min(1)
        .meta({ label: 'What went wrong', example: 'acme.com stopped sending at 9:00' }),
      actionId: z.string().optional().meta({ label: 'Action id', hint: 'CMR’s, from the receipt' }),
      orderId: z.string().optional().meta({ label: 'Order id' }),
      domain: z.string().optional().meta({ label: 'Domain', example: 'acme.com' }),
      endpoint: z.string().optional().meta({ label: 'Endpoint', example: 'POST /orders/json' }),
      status: z.string().optional().meta({ label: 'Status', hint: 'What CMR answered', example: '500' }),
      context: z.string().optional().meta({ label: 'Anything else' }),
    }),
    answer: anything.nullish(),
    effect: 'write',
    source: 'inferred',
    note: "Tells CMR's support of a failure.",
  }),
}

const flag = (label: string) => z.boolean().optional().meta({ label })

export const placement = {
  run: endpoint({
    id: 'placement.run',
    page: 'Placement tests (help guide)',
    method: 'POST',
    path: '/placement',
    query: z.object({ userId }),
    body: z.object({
      mailboxIds,
      spamassassin: flag('SpamAssassin'),
      blacklist: flag('Blacklists'),
      aiInsight: flag('AI insight'),
    }),
    answer: z.looseObject({ orderId: perhaps(idText) }),
    effect: 'charge',
    narrowedBy: ['mailboxIds'],
    note: 'ACTIVE mailboxes with SMTP credentials only.',
  }),
  reports: endpoint({
    id: 'placement.reports',
    page: 'Placement tests (help guide)',
    method: 'GET',
    path: '/placement/reports',
    query: z.object({
      userId,
      orderId: orderId.optional(),
      mailboxId: mailboxId.optional(),
      page: page.optional(),
      limit: limit.optional(),
    }),
    answer: pageOf(placementReport, 'reports'),
    effect: 'read',
  }),
}
