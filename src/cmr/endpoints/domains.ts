import { z } from 'zod'
import { availableDomain, domain as domainRow, renewalPrice, suggestedDomain } from '../answers/domains.ts'
import { pageOf } from '../answers/page.ts'
import { endpoint } from '../endpoint.ts'
import { plainDigits, plainText } from '../normal-forms.ts'
import {
  anything,
  autoRenew,
  domain,
  domains as domainNames,
  exactlyOne,
  forwardTo,
  newDomain,
  newDomains,
  provider,
  userId,
} from './fields.ts'

const ofUser = z.object({ userId })
const several = z.object({ userId, domains: domainNames })
const years = z
  .number()
  .int()
  .min(1)
  .max(10)
  .optional()
  .meta({
    label: 'Years',
    spans: yearWords,
    normal: (text: string) => plainDigits(text.replace(/^for +| *years?$/gi, '')),
  })

/** Returns how many of the words, from the first on, say for how long: of "for 2 years" three. */
function yearWords(words: readonly string[]): number {
  const [, said = ''] = /^((?:for )?\d{1,2} years?)\b/i.exec(words.slice(0, 3).join(' ')) ?? []
  return said === '' ? 0 : said.split(' ').length
}

/** ".COM" and "*.com" are com. */
const ending = (text: string) =>
  plainText(text)
    .replace(/^[*.]+/, '')
    .toLowerCase()

/** So many days before its expiry a domain can be renewed, and in grace ("Renewal"). */
export const RENEWABLE_DAYS = 45

export const domains = {
  list: endpoint({
    id: 'domains.list',
    page: 'Get Domains For User',
    method: 'GET',
    path: '/domains/by-user',
    query: ofUser,
    answer: pageOf(domainRow, 'domains'),
    effect: 'read',
    note: 'A wrong userId answers an empty list.',
  }),
  get: endpoint({
    id: 'domains.get',
    page: 'Domain details (help guide)',
    method: 'GET',
    path: '/domains',
    query: z.object({ userId, domain }),
    answer: domainRow,
    effect: 'read',
    inferred: ['path'],
  }),
  suggest: endpoint({
    id: 'domains.suggest',
    page: 'Suggest Available Domains',
    method: 'POST',
    path: '/domains/suggest',
    body: z.object({
      keyword: z.string().min(1).meta({ label: 'Keyword' }),
      tlds: z.array(z.string()).optional().meta({ label: 'Endings', hint: 'com, net …', normal: ending }),
      limit: z.number().int().min(1).optional().meta({ label: 'How many' }),
    }),
    answer: pageOf(suggestedDomain, 'domains'),
    effect: 'read',
    source: 'inferred',
  }),
  available: endpoint({
    id: 'domains.available',
    page: 'Get Single Available Domain',
    method: 'POST',
    path: '/domains/available',
    body: z.object({ domain: newDomain }),
    answer: availableDomain,
    effect: 'read',
    source: 'inferred',
  }),
  workspace: endpoint({
    id: 'domains.workspace',
    page: 'Check If Workspace Exists',
    method: 'POST',
    path: '/domains/has-workspace',
    body: exactlyOne(
      z.object({
        domainName: newDomain.optional(),
        domains: newDomains.optional(),
        serviceProvider: provider,
      }),
      'domainName',
      'domains',
    ),
    answer: z.unknown(),
    effect: 'read',
    note: 'Exactly one of `domainName` and `domains`. A time-out of one item (15 s) is unknown, never clean.',
  }),
  'renewal-price': endpoint({
    id: 'domains.renewal-price',
    page: 'Get domain renewal pricing',
    method: 'POST',
    path: '/domains/renewal-price',
    body: several.extend({ domains: domainNames.optional(), years }),
    answer: pageOf(renewalPrice, 'domains'),
    effect: 'read',
    narrowedBy: ['domains'],
    withoutItems: 'everything',
    note: 'Without `domains`: all of the user’s. A domain outside the window comes as an error of its own inside a 200.',
  }),
  renew: endpoint({
    id: 'domains.renew',
    page: 'Renew domain',
    method: 'POST',
    path: '/domains/renew',
    body: several.extend({ years }),
    answer: z.unknown(),
    effect: 'charge',
    narrowedBy: ['domains'],
    withoutItems: 'everything',
    inferred: ['body.years'],
    endsWith: ['domain.renewal.success', 'domain.renewal.failed'],
    note: 'From 45 days before the expiry on, or in grace. Without `domains` CMR renews everything that is eligible: the client refuses to send that.',
  }),
  'auto-renew': endpoint({
    id: 'domains.auto-renew',
    page: 'Enable or disable domain auto-renew',
    method: 'PATCH',
    path: '/domains/toggle-auto-renew',
    body: several.extend({ autoRenew }),
    answer: z.unknown(),
    effect: 'write',
    narrowedBy: ['domains'],
    withoutItems: 'everything',
    note: 'Without `domains` CMR switches all of the user’s: the client refuses to send that.',
  }),
  forward: endpoint({
    id: 'domains.forward',
    page: 'Add domain forwarding',
    method: 'POST',
    path: '/domains/forwarding',
    body: several.extend({
      forwardTo,
      maskForwarding: z.boolean().optional().meta({ label: 'Mask the address' }),
    }),
    answer: z.unknown(),
    effect: 'write',
    narrowedBy: ['domains'],
    endsWith: ['dns-record.updated'],
    source: 'inferred',
  }),
  'forward-email': endpoint({
    id: 'domains.forward-email',
    page: 'Add email forwarding',
    method: 'POST',
    path: '/domains/email-forwarding',
    body: z.object({
      userId,
      domain,
      forwardTo: z.email().meta({ label: 'Forward to', example: 'jane@acme.com' }),
    }),
    answer: z.unknown(),
    effect: 'write',
    source: 'inferred',
    note: "Catch-all; needs the domain's mailboxes ACTIVE.",
  }),
  'client-id': endpoint({
    id: 'domains.client-id',
    page: 'Add Google Client ID to Domain',
    method: 'POST',
    path: '/domains/add-client-id',
    body: several.extend({
      clientId: z
        .string()
        .min(1)
        .meta({ label: 'Google client ID', example: '1234-abcd.apps.googleusercontent.com' }),
      appName: z.string().min(1).meta({ label: 'App name', example: 'Acme Mail' }),
    }),
    answer: z.unknown(),
    effect: 'write',
    narrowedBy: ['domains'],
  }),
  remove: endpoint({
    id: 'domains.remove',
    page: 'Remove domains',
    method: 'DELETE',
    path: '/domains',
    body: several,
    answer: anything.nullish(),
    effect: 'destroy',
    narrowedBy: ['domains'],
    source: 'inferred',
    note: 'Refused while mailboxes exist; does not stop billing.',
  }),
}
