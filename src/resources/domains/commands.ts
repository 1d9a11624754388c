import { z } from 'zod'
import { domains } from '../../cmr/endpoints/domains.ts'
import { newDomains, userId } from '../../cmr/endpoints/fields.ts'
import { pageField } from '../../commands/paging.ts'
import { gone, isTaken, objectIn, pageIn, takenNames } from '../../directory/answers.ts'
import { customerCalled } from '../../directory/names/customers.ts'
import { updatesOfRow } from '../../directory/updates.ts'
import { eachIn } from '../../operations/expected-results.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { domainRenewalPrice } from '../prices.ts'
import {
  autoRenewIn,
  autoRenewQuestion,
  clientIdReceipt,
  domainAutoRenew,
  domainAutoRenewReceipt,
  domainsRemovedReceipt,
  forwardReceipt,
  mailForwardReceipt,
  type OfDomains,
  renewalReceipt,
} from '../receipts.ts'
import { RENEWAL_DEADLINE_MINUTES } from '../renewal-items.ts'
import { knownDomainRenewal } from '../renewal-price.ts'
import { orderedPage } from '../sorting.ts'
import { endNoticeOf, heldDomains } from './ending.ts'
import { domainCard, domainList, domainOrder, removalText, renewalOrder, renewalPrices } from './messages.ts'
import { availability, suggestions, workspaceList } from './new-domains.ts'
import {
  expiryBefore,
  reconcileAutoRenew,
  reconcileForwarding,
  reconcileRemoval,
  reconcileRenewal,
} from './reconcile.ts'

/** Domains of a page, each with a menu. */
const SHOWN = 20

const several = domains.renew.body.shape.domains.meta()
const workspace = endpointCommand(domains.workspace, {
  summary: 'Check workspaces',
  customers: 'nobodys',
  about:
    'Checks whether domains already have a Google or Microsoft workspace, which would make an order fail.',
  rare: true,
  example: 'google "acme.com acme.io"',
  submit: 'Check',
  input: z
    .object({
      domains: newDomains
        .optional()
        .meta({ label: 'Domains', hint: 'One per line, yours or not', example: 'acme.com' }),
      serviceProvider: domains.workspace.body.shape.serviceProvider,
      domainName: z.string().optional().meta({ label: 'Domain', hidden: true }),
    })
    .superRefine((given, refinement) => {
      if (given.domains?.length || given.domainName) return
      refinement.addIssue({ code: 'custom', path: ['domains'], message: 'Name at least one domain.' })
    }),
  positional: ['serviceProvider', 'domains'],
  show: ({ data, message }, { input }) => {
    const names = input.domains ?? [String(input.domainName)]
    return workspaceList(names, input.serviceProvider, data, message)
  },
})

const renewal = domains['renewal-price'].body.shape
const renewalPriceInput = z
  .object({
    domains: renewal.domains.meta({ ...several, hint: 'Leave empty for all of the customer’s' }),
    userId: renewal.userId.optional().meta({ ...renewal.userId.meta(), hint: 'Needed for all domains' }),
    years: renewal.years,
  })
  .superRefine((given, refinement) => {
    if (given.domains?.length || given.userId) return
    const message = 'Name domains, or the customer whose domains you mean.'
    refinement.addIssue({ code: 'custom', path: ['domains'], message })
  })

/** `/cmr domains …` */
export const domainCommands = [
  endpointCommand(domains.list, {
    summary: 'List domains',
    about: 'Lists a customer’s domains, those in danger first.',
    isList: true,
    order: domainOrder,
    updates: ({ query, data }) =>
      pageIn(data).flatMap((row) => updatesOfRow.domain({ ...row, userId: query.userId })),
    input: z.object({ userId, page: pageField }),
    request: (ids) => ({ query: { userId: ids.userId } }),
    show: async ({ data }, { ids: { userId: of, page }, input, context }) =>
      domainList(
        { userId: of, name: await customerCalled(context, of, input.userId) },
        orderedPage(data.rows, { page, limit: SHOWN }, domainOrder),
        context.clock(),
      ),
  }),
  endpointCommand(domains.get, {
    summary: 'Show a domain',
    about: 'Shows a domain’s expiry, auto-renew and forwarding, with buttons for what can be done.',
    updates: ({ query, data }) =>
      objectIn(data).flatMap((row) =>
        updatesOfRow.domain({ domainName: query.domain, userId: query.userId, ...row }),
      ),
    async show({ data }, { ids, context }) {
      const of = { userId: String(ids.userId), domain: String(ids.domain) }
      return domainCard(of, data, context.clock(), await knownDomainRenewal(context.store, of.domain))
    },
  }),
  endpointCommand(domains.suggest, {
    summary: 'Suggest domains',
    customers: 'nobodys',
    about: 'Suggests free domains for a keyword, with their prices.',
    isList: true,
    example: 'acme --tlds "com net" --limit 20',
    submit: 'Suggest',
    show: ({ data }, { input }) => suggestions(String(input.keyword), data.rows),
  }),
  endpointCommand(domains.available, {
    customers: 'nobodys',
    summary: 'Check a domain',
    about: 'Checks whether a domain is free, and what it costs.',
    show: ({ data }, { input }) => availability(String(input.domain), data),
  }),
  workspace,
  endpointCommand(domains['renewal-price'], {
    summary: 'Show renewal prices',
    about: 'Shows what renewing domains costs.',
    isList: true,
    order: renewalOrder,
    updates: ({ body, data, refused }) =>
      pageIn(data)
        .filter((row) => isTaken(refused, row.domainName ?? row.domain))
        .flatMap(({ renewalPrice, ...row }) => {
          const years = Number(row.years ?? body.years ?? 1)
          return updatesOfRow.domain({
            expiryDate: row.expireOn,
            userId: body.userId,
            ...row,
            ...(years === 1 && { renewalPrice }),
          })
        }),
    example: '"acme.com acme.io"',
    input: renewalPriceInput,
    positional: ['domains'],
    request: ({ userId, domains: names, years }) => ({
      // CMR takes no list for all of the user's domains.
      body: { userId, ...(names?.length && { domains: names }), ...(years && { years }) },
    }),
    show: ({ data, refused }, { ids }) =>
      renewalPrices({ userId: String(ids.userId), years: ids.years ?? 1 }, data.rows, refused),
  }),
  endpointCommand(domains.renew, {
    summary: 'Renew domains',
    about: 'Renews domains after you have seen the price.',
    example: '"acme.com acme.io" --years 2',
    submit: 'Renew',
    expects: eachIn('body', 'domains', 'renewal'),
    remember: expiryBefore,
    before: ({ context, ids }) => heldDomains(context.store, (ids as OfDomains).domains),
    reconcile: reconcileRenewal,
    deadlineMinutes: RENEWAL_DEADLINE_MINUTES,
    price: ({ context, ids }) =>
      domainRenewalPrice(context, ids as { userId: string; domains: string[]; years?: number }),
    show(answer, { input, ids, before }) {
      const { domains: names, years = 1 } = input as { domains: string[]; years?: number }
      const { userId, domains: taken } = ids as OfDomains
      const renewed = new Set(taken.map((name) => name.toLowerCase()))
      const ending = endNoticeOf(
        before.filter(({ name }) => renewed.has(name)),
        { userId, years },
      )
      const period = years === 1 ? 'for a year' : `for ${years} years`
      return renewalReceipt(names, 'domains', period, answer, ending)
    },
  }),
  endpointCommand(domains['auto-renew'], {
    summary: 'Domain auto-renew',
    about: 'Turns auto-renew of domains on or off.',
    consequence: (_, { autoRenew }) => (autoRenew === true ? undefined : 'ends later'),
    reconcile: reconcileAutoRenew,
    updates: ({ body, data, refused }) =>
      autoRenewIn(data, takenNames(body.domains, refused), body.autoRenew === true).switched.flatMap(
        (domain) => updatesOfRow.domain({ domain, userId: body.userId, autoRenew: body.autoRenew }),
      ),
    example: '"acme.com acme.io" off',
    submit: 'Save',
    question: ({ input }) => {
      const { domains: names, autoRenew } = input as { domains: string[]; autoRenew: boolean }
      return autoRenewQuestion(names, autoRenew, domainAutoRenew)
    },
    async show({ data }, { ids, context }) {
      const of = ids as OfDomains
      const isOn = ids.autoRenew === true
      const held = isOn ? [] : await heldDomains(context.store, of.domains)
      return domainAutoRenewReceipt(of, isOn, data, held)
    },
  }),
  endpointCommand(domains.forward, {
    summary: 'Forward domains',
    about: 'Sends visitors of domains to a web address.',
    expects: eachIn('body', 'domains', 'forwarding'),
    reconcile: reconcileForwarding,
    example: '"acme.com acme.io" https://acme.org',
    submit: 'Forward',
    show: (_, { ids }) =>
      forwardReceipt(ids as OfDomains & { forwardTo: string; maskForwarding?: boolean | undefined }),
  }),
  endpointCommand(domains['forward-email'], {
    summary: 'Forward a domain’s mail',
    about: 'Forwards mail for addresses without a mailbox to one address.',
    consequence: 'moves mail',
    expects: eachIn('body', 'domain', 'mail forwarding'),
    reconcile: reconcileForwarding,
    example: 'acme.com jane@acme.org',
    submit: 'Forward',
    show: (_, { ids }) => mailForwardReceipt(ids as { domain: string; forwardTo: string }),
  }),
  endpointCommand(domains['client-id'], {
    summary: 'Add a Google client ID',
    about: 'Lets an app use Google on domains, by its client ID.',
    rare: true,
    submit: 'Add',
    show: (_, { ids }) => clientIdReceipt(ids as OfDomains & { clientId: string; appName: string }),
  }),
  endpointCommand(domains.remove, {
    summary: 'Remove domains',
    about: 'Removes domains from CMR for good. This does not stop billing.',
    reconcile: reconcileRemoval,
    updates: ({ body, refused }) =>
      takenNames(body.domains, refused).flatMap((name) => gone('domain', name.toLowerCase())),
    submit: 'Remove for good',
    asks: async ({ input }) => {
      const names = input.domains as string[]
      return { text: removalText(names), typed: names.length === 1 ? names[0] : `${names.length} domains` }
    },
    show: (_, { input }) => domainsRemovedReceipt(input.domains as string[]),
  }),
]
