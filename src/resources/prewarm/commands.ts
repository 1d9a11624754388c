import { z } from 'zod'
import {
  autoRenew,
  forwardTo,
  googleRoute,
  microsoftOauthRoute,
  newDomains,
  provider,
  userId,
} from '../../cmr/endpoints/fields.ts'
import { prewarm } from '../../cmr/endpoints/prewarm.ts'
import type { Values } from '../../commands/field.ts'
import { each, nameOf, type RequestContent } from '../../operations/expected-results.ts'
import { outcomes, type Reconciler } from '../../operations/operation-traits.ts'
import { mostRows } from '../../slack/blocks.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { routeFault } from '../orders/input.ts'
import { prewarmPrice } from '../prices.ts'
import { prewarmReceipt, sandboxResetReceipt } from '../receipts.ts'
import { limitOf } from '../sorting.ts'
import { inventoryList, inventoryOrder } from './messages.ts'

/** Domains of a pre-warmed order stand among the customer's own when they are delivered. */
const reconcilePrewarmed: Reconciler = async ({ cmr, sent, waiting }) => {
  const userId = String(sent.query.userId)
  const rows = (await cmr.domains.list({ query: { userId } })).data.rows
  const byName = new Map(rows.map((row) => [nameOf(row.domainName), row]))
  return outcomes(waiting, ({ name }) => (byName.has(name) ? 'done' : undefined))
}

const { googleOauthRoute, clientId, appName } = googleRoute.shape
const whenGoogle = (values: Values) => values.serviceProvider === 'GOOGLE'
const order = {
  userId,
  domains: newDomains.meta({ hint: 'From the inventory, one per line', example: 'warmacme.com' }),
  serviceProvider: provider.meta({ label: 'Provider', reloads: true }),
  googleOauthRoute: googleOauthRoute.meta({
    label: 'Google OAuth route',
    hint: 'Needed, unless you give a client ID',
    when: whenGoogle,
  }),
  clientId: clientId.meta({ label: 'Google client ID', when: whenGoogle }),
  appName: appName.meta({ label: 'Google app name', when: whenGoogle }),
  microsoftOauthRoute: microsoftOauthRoute.optional().meta({
    label: 'Microsoft OAuth route',
    needed: true,
    when: (values: Values) => values.serviceProvider === 'MICROSOFT',
  }),
  forwardTo: forwardTo.optional(),
  autoRenew: autoRenew.optional(),
}
/** Asks for the provider's own route before CMR refuses the order without it. */
const withRoute = <Input extends z.ZodObject>(fields: Input): Input =>
  fields.superRefine((given, { addIssue }) => {
    const fault = routeFault(given as Parameters<typeof routeFault>[0])
    if (fault) addIssue({ code: 'custom', path: [fault.field], message: fault.message })
  })
const input = withRoute(z.object(order))
const sandboxInput = withRoute(z.object({ ...order, scenario: prewarm['sandbox-order'].body.shape.scenario }))

function body({
  domains,
  serviceProvider,
  forwardTo: target,
  autoRenew: renews,
  ...route
}: Omit<z.output<typeof input>, 'userId'>) {
  const { googleOauthRoute: at, clientId: client, appName: name, microsoftOauthRoute: there } = route
  const google = { googleOauthRoute: at, clientId: client, appName: name }
  return {
    order: domains.map((domain) => ({ domain, ...(target && { forwardTo: target }) })),
    serviceProvider,
    ...(renews !== undefined && { autoRenew: renews }),
    ...(serviceProvider === 'GOOGLE' && Object.values(google).some(Boolean) && { google }),
    ...(serviceProvider === 'MICROSOFT' && there && { microsoftOauthRoute: there }),
  }
}

/** No more than one message shows: the rest would be lost between two pages. */
const ofPage = ({ limit, ...query }: z.output<typeof prewarm.list.query>) => ({
  query: { ...query, ...limitOf(limit, mostRows) },
})

const prewarmed = ({ body: { order: ordered } }: RequestContent) =>
  each(
    'pre-warmed',
    (ordered as { domain: string }[]).map(({ domain }) => domain),
  )

/** `/cmr prewarm …` */
export const prewarmCommands = [
  endpointCommand(prewarm.list, {
    customers: 'nobodys',
    summary: 'List pre-warmed domains',
    about: 'Lists domains with warmed-up mailboxes that can be ordered, with their prices.',
    isList: true,
    order: inventoryOrder,
    positional: ['contains', 'serviceProvider'],
    request: ofPage,
    show: ({ data }, { ids }) => inventoryList(data, ids, 'order'),
  }),
  endpointCommand(prewarm.order, {
    summary: 'Order pre-warmed domains',
    about: 'Orders domains whose mailboxes are warmed up already.',
    expects: prewarmed,
    reconcile: reconcilePrewarmed,
    example: 'jane@acme.com warmacme.com google --google-oauth-route DEFAULT',
    submit: 'Order',
    input,
    request: ({ userId: owner, ...rest }) => ({ query: { userId: owner }, body: body(rest) }),
    price: ({ context, ids }) => prewarmPrice(context, ids),
    show: (answer, { ids }) => prewarmReceipt(ids.domains, answer),
  }),
  endpointCommand(prewarm['sandbox-list'], {
    customers: 'nobodys',
    summary: 'List the sandbox',
    about: 'Lists the pre-warmed domains of CMR’s sandbox, where nothing is charged.',
    rare: true,
    isList: true,
    order: inventoryOrder,
    positional: ['contains', 'serviceProvider'],
    request: ofPage,
    show: ({ data }, { ids }) => inventoryList(data, ids, 'sandbox-order'),
  }),
  endpointCommand(prewarm['sandbox-order'], {
    summary: 'Order in the sandbox',
    about: 'Tries an order in CMR’s sandbox, where nothing is charged.',
    rare: true,
    expects: prewarmed,
    submit: 'Order',
    input: sandboxInput,
    request: ({ userId: owner, scenario, ...rest }) => ({
      query: { userId: owner },
      body: { ...body(rest), ...(scenario && { scenario }) },
    }),
    show: (answer, { ids }) => prewarmReceipt(ids.domains, answer, ' in CMR’s sandbox'),
  }),
  endpointCommand(prewarm['sandbox-reset'], {
    summary: 'Reset the sandbox',
    about: 'Deletes all orders made in CMR’s sandbox. Nothing real is touched.',
    rare: true,
    submit: 'Reset',
    asks: async () => ({
      text: '*Reset CMR’s sandbox for pre-warmed mailboxes?*\nAll orders made there are deleted. Nothing real is touched.',
      typed: 'reset',
    }),
    show: ({ message }) => sandboxResetReceipt(message),
  }),
]
