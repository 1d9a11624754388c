import { z } from 'zod'
import type { PrewarmedDomain } from '../../cmr/answers/domains.ts'
import type { Page } from '../../cmr/answers/page.ts'
import { autoRenew, forwardTo, newDomains, provider, userId } from '../../cmr/endpoints/fields.ts'
import { prewarm } from '../../cmr/endpoints/prewarm.ts'
import { money, toCents } from '../../cmr/money.ts'
import { turning } from '../../commands/paging.ts'
import {
  each,
  nameOf,
  outcomes,
  type Reconciler,
  type RequestContent,
} from '../../operations/expected-results.ts'
import { button, counted, cut, escapeText, type Message, mostRows, section } from '../../slack/blocks.ts'
import { listMessage } from '../../slack/list.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { oauthOf, refuseWithoutRoute, routeFields } from '../orders/input.ts'
import { prewarmPrice } from '../prices.ts'
import { prewarmReceipt, sandboxResetReceipt } from '../receipts.ts'
import { byName, countedIn, limitOf, orderNote, placeOfPage, type RowOrder } from '../sorting.ts'

/** The inventory by name. */
const inventoryOrder: RowOrder<PrewarmedDomain> = byName(({ domain }) => domain)

const price = (value: unknown) => {
  const cents = toCents(value)
  return cents === undefined ? 'no price' : money(cents)
}

/**
 * Pre-warmed domains on sale, each with its mailboxes, prices and the way to order it.
 * @param asked what was searched for
 * @param verb the command that orders
 */
function inventoryList(
  list: Page<PrewarmedDomain>,
  asked: Readonly<Record<string, unknown>>,
  verb: 'order' | 'sandbox-order',
): Message {
  const { rows } = list
  const where = verb === 'order' ? '' : ' in the sandbox'
  const looking = asked.contains ? ` with “${escapeText(asked.contains)}”` : ''
  const { page: _, ...given } = asked
  const provider = asked.serviceProvider ? ` serviceProvider=${asked.serviceProvider}` : ''
  const lines = rows.slice(0, mostRows).map((row, at) => {
    const boxes = row.preWarmedUpMailboxes
    const names = boxes.map((one) => escapeText((one.email ?? '').split('@')[0])).join(', ')
    return section(
      cut(
        `*${escapeText(row.domain)}*  *${price(row.purchasePrice)}*, then ${price(row.renewalPrice)} a month\n${counted(boxes.length, 'mailbox', 'mailboxes')}: ${names}`,
        2900,
      ),
      button({
        text: 'Order',
        actionId: `prewarm.${verb}:${at}`,
        value: `domains=${row.domain}${provider}`,
        style: 'primary',
      }),
    )
  })
  return listMessage({
    id: verb === 'order' ? 'prewarm.list' : 'prewarm.sandbox-list',
    title: `${rows.length > 0 ? countedIn(list, 'pre-warmed domain') : 'No pre-warmed domain'}${looking}${where}`,
    place: placeOfPage(list, asked),
    turn: turning(given),
    rows: lines,
    notes: [
      rows.length > 0 && 'They are already warmed up, so they can send from the first day.',
      orderNote(list, 'by name'),
    ],
  })
}

/** Domains of a pre-warmed order stand among the customer's own when they are delivered. */
const reconcilePrewarmed: Reconciler = async ({ cmr, sent, waiting }) => {
  const userId = String(sent.query.userId)
  const rows = (await cmr.domains.list({ query: { userId } })).data.rows
  const byName = new Map(rows.map((row) => [nameOf(row.domainName), row]))
  return outcomes(waiting, ({ name }) => (byName.has(name) ? 'done' : undefined))
}

const order = {
  userId,
  domains: newDomains.meta({ hint: 'From the inventory, one per line', example: 'warmacme.com' }),
  serviceProvider: provider.meta({ label: 'Provider', reloads: true }),
  ...routeFields,
  forwardTo: forwardTo.optional(),
  autoRenew: autoRenew.optional(),
}
const input = z.object(order).superRefine(refuseWithoutRoute)
const { scenario } = prewarm['sandbox-order'].body.shape
const sandboxInput = z.object({ ...order, scenario }).superRefine(refuseWithoutRoute)

function body({
  domains,
  serviceProvider,
  forwardTo: target,
  autoRenew: renews,
  ...route
}: Omit<z.output<typeof input>, 'userId'>) {
  return {
    order: domains.map((domain) => ({ domain, ...(target && { forwardTo: target }) })),
    serviceProvider,
    ...(renews !== undefined && { autoRenew: renews }),
    ...oauthOf({ serviceProvider, ...route }),
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
    request: ({ userId: owner, scenario: wanted, ...rest }) => ({
      query: { userId: owner },
      body: { ...body(rest), ...(wanted && { scenario: wanted }) },
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
