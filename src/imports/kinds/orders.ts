import { z } from 'zod'
import { domain, forwardTo, pictureAddress, provider, userId } from '../../cmr/endpoints/fields.ts'
import { orders } from '../../cmr/endpoints/orders.ts'
import { command } from '../../commands/command.ts'
import { acceptedMessage } from '../../resources/answers.ts'
import { oauthOf, refuseWithoutRoute } from '../../resources/orders/input.ts'
import { turningAutoRenewOn } from '../../resources/orders/traits.ts'
import type { GoodRow, RowFault } from '../columns.ts'
import { customersOf, importOf, itemAnswer } from '../import.ts'
import { offersOf, priceNow, priceOf } from './order-prices.ts'

const { domains, mailboxes, serviceProvider, autoRenew, google, microsoftOauthRoute } =
  orders.create.body.shape

const place = command({
  noun: 'orders',
  verb: 'create',
  summary: 'Order domains',
  effect: orders.create.effect,
  /**
   * `rowDomains`: the domain of each row of the file, since CMR may refuse some of them in its answer;
   * `renewingDomains`: those whose auto-renew is turned on once they are registered; `shownCents`: its price in the preview.
   */
  input: z.object({
    userId,
    domains,
    mailboxes,
    serviceProvider,
    autoRenew,
    google,
    microsoftOauthRoute,
    rowDomains: z.array(z.string()).optional(),
    renewingDomains: z.array(z.string()).optional(),
    shownCents: z.number().optional(),
  }),
  positional: [],
  label: (input) => input.domains.map((one) => one.domain).join(', '),
  confirm: async (context, order) => {
    const { cents } = await priceNow(context, order)
    return { text: '', cents }
  },
  async run(
    { cmr, followWith },
    { userId: customer, rowDomains, renewingDomains = [], shownCents: _, ...order },
  ) {
    if (renewingDomains.length > 0) followWith?.(turningAutoRenewOn(customer, renewingDomains))
    const body = { ...order, billingCycle: 'MONTHLY' as const, confirm: true }
    const { data, refused, message, actionId } = await cmr.orders.create({
      query: { userId: customer },
      body,
    })
    const { orderId } = data
    const names = order.domains.map((one) => one.domain).join(', ')
    return {
      message: acceptedMessage(`Order of ${names}`, { message, orderId }),
      actionId,
      orderId,
      subject: { userId: customer, orderId },
      ...(rowDomains && { answers: rowDomains.map((name) => itemAnswer(refused, name)) }),
    }
  },
})

const columns = z
  .object({
    userId: userId.meta({ label: 'Customer', also: ['user', 'user email'], example: 'jane@acme.com' }),
    domain: domain
      .regex(/^[^\s@/.]+(?:\.[^\s@/.]+)+$/, 'This is not a domain.')
      .meta({ ...domain.meta(), also: ['domain name'] }),
    serviceProvider: provider.meta({ label: 'Provider', example: 'GOOGLE' }),
    years: z.number().int().min(1).max(10).optional().meta({ label: 'Years', example: '1' }),
    forwardTo: forwardTo.optional().meta({ ...forwardTo.meta(), also: ['forward', 'forwarding'] }),
    username: z
      .string()
      .regex(/^[\w.-]+$/, 'Before the @, use letters, digits and . _ - only.')
      .optional()
      .meta({ label: 'Username', also: ['user name', 'mailbox', 'local part'], example: 'jane' }),
    firstName: z.string().optional().meta({ label: 'First name', example: 'Jane' }),
    lastName: z.string().optional().meta({ label: 'Last name', example: 'Doe' }),
    profilePicture: pictureAddress.optional().meta({ also: ['picture', 'photo', 'picture address'] }),
    onWarmup: z.boolean().optional().meta({ label: 'Warm-up', example: 'yes' }),
    googleOauthRoute: z
      .string()
      .optional()
      .meta({
        label: 'Google OAuth route',
        also: ['google route'],
        example: 'https://app.example.com/oauth',
      }),
    clientId: z
      .string()
      .optional()
      .meta({ label: 'Google client ID', also: ['client id'] }),
    appName: z
      .string()
      .optional()
      .meta({ label: 'Google app name', also: ['app name'] }),
    microsoftOauthRoute: z
      .string()
      .optional()
      .meta({ label: 'Microsoft OAuth route', also: ['microsoft route'] }),
    autoRenew: z.boolean().optional().meta({ label: 'Auto-renew', example: 'yes' }),
    domainAutoRenew: z
      .boolean()
      .optional()
      .meta({ label: 'Domain auto-renew', also: ['auto-renew domain', 'renew domain'], example: 'yes' }),
  })
  .refine(({ username, firstName, lastName }) => !username || (firstName && lastName), {
    path: ['firstName'],
    error: 'A mailbox needs a first and a last name.',
  })
  .superRefine(refuseWithoutRoute)

type OrderRow = GoodRow<z.output<typeof columns>>

/** `/cmr orders import`: a mailbox a row, an order a customer. */
export const orderImport = importOf({
  id: 'orders.import',
  summary: 'Import orders',
  effect: orders.create.effect,
  columns,
  explains:
    'A row is a mailbox, or a domain without one. Rows with the same customer, provider, OAuth route and auto-renewal become *one order* with all their domains. Give pictures by their https address.',
  sends: place,
  async plan(context, rows) {
    const wrong = disagreements(rows)
    const agreeing = rows.filter(({ number }) => !wrong.some((fault) => fault.number === number))
    const owners = await customersOf(context, agreeing)
    const offers = await offersOf(
      context,
      owners.known.map(({ row }) => row.values.domain),
    )
    const taken = owners.known.flatMap(({ row }): RowFault[] => {
      if (offers[row.values.domain.toLowerCase()]?.available !== false) return []
      return [{ number: row.number, column: 'Domain', reason: `${row.values.domain} is taken.` }]
    })
    const free = owners.known.filter(({ row }) => !taken.some((fault) => fault.number === row.number))
    const orderOf = ({ userId: customer, row }: (typeof free)[number]) =>
      JSON.stringify([
        customer,
        row.values.serviceProvider,
        oauthOf(row.values),
        row.values.autoRenew ?? true,
      ])
    const items = [...Map.groupBy(free, orderOf).values()].map((mine) => ({
      numbers: mine.map(({ row }) => row.number),
      input: {
        ...inputOf(
          mine[0]?.userId ?? '',
          mine.map(({ row }) => row),
        ),
        shownCents: priceOf(
          context,
          mine.map(({ row }) => row),
          offers,
        ).cents,
      },
    }))
    return {
      items,
      faults: [...wrong, ...owners.faults, ...taken],
      price: priceOf(
        context,
        free.map(({ row }) => row),
        offers,
      ),
    }
  },
  resultId: ({ orderId }) => orderId,
})

/** What all rows of a domain must agree on. */
const sameOfDomain = [
  'userId',
  'serviceProvider',
  'googleOauthRoute',
  'clientId',
  'appName',
  'microsoftOauthRoute',
  'years',
  'forwardTo',
  'autoRenew',
  'domainAutoRenew',
] as const

/** Rows that come twice, or say different things of one domain. */
function disagreements(rows: readonly OrderRow[]): RowFault[] {
  const addresses = new Map<string, number>()
  const domainsSeen = new Map<string, OrderRow>()
  return rows.flatMap(({ number, values }): RowFault[] => {
    const name = values.domain.toLowerCase()
    const address = `${values.username?.toLowerCase() ?? ''}@${name}`
    const before = addresses.get(address)
    addresses.set(address, before ?? number)
    if (before !== undefined) return [{ number, reason: `${address} is on line ${before} already.` }]
    const first = domainsSeen.get(name)
    if (!first) domainsSeen.set(name, { number, values })
    const differs =
      first &&
      sameOfDomain.find((field) => values[field] !== undefined && values[field] !== first.values[field])
    if (!differs) return []
    const label = columns.shape[differs].meta()?.label
    return [{ number, column: String(label), reason: `Line ${first.number} has another value for ${name}.` }]
  })
}

function inputOf(customer: string, rows: readonly OrderRow[]): z.input<typeof place.input> {
  const byDomain = Map.groupBy(rows, ({ values }) => values.domain.toLowerCase())
  const first = rows[0]?.values
  return {
    userId: customer,
    serviceProvider: first?.serviceProvider,
    autoRenew: first?.autoRenew ?? true,
    rowDomains: rows.map(({ values }) => values.domain.toLowerCase()),
    ...(first && oauthOf(first)),
    renewingDomains: [...byDomain].flatMap(([name, mine]) =>
      mine.some(({ values }) => values.domainAutoRenew) ? name : [],
    ),
    domains: [...byDomain].map(([name, [row]]) => ({
      domain: name,
      years: row?.values.years ?? 1,
      ...(row?.values.forwardTo && { forwardTo: row.values.forwardTo }),
    })),
    mailboxes: Object.fromEntries(
      [...byDomain].flatMap(([name, mine]) => {
        const people = mine.flatMap(
          ({ values: { username, firstName, lastName, profilePicture, onWarmup } }) =>
            username
              ? [
                  {
                    username,
                    firstName,
                    lastName,
                    ...(profilePicture && { profilePicture }),
                    ...(onWarmup && { onWarmup }),
                  },
                ]
              : [],
        )
        return people.length > 0 ? [[name, people]] : []
      }),
    ),
  }
}
