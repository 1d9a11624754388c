import { z } from 'zod'
import type { Mailbox } from '../../cmr/answers/mailboxes.ts'
import { domain, userId } from '../../cmr/endpoints/fields.ts'
import { mailboxes } from '../../cmr/endpoints/mailboxes.ts'
import type { Values } from '../../commands/field.ts'
import { pageField, turning } from '../../commands/paging.ts'
import { pageIn } from '../../directory/answers.ts'
import { customerCalled, customerNames } from '../../directory/names/customers.ts'
import { named } from '../../directory/names/named.ts'
import { updatesOfRow } from '../../directory/updates.ts'
import { tableRows } from '../../slack/table.ts'
import { endpointCommand } from '../endpoint-command.ts'
import type { EndpointCommand } from '../endpoint-traits.ts'
import { limitOf, orderedPage, orderNote, placeOfPage } from '../sorting.ts'
import { mailboxList, mailboxOrder } from './messages.ts'

/** No more than a table shows: the rest would be lost between two pages. */
const pageOf = ({ page = 1, limit }: Values) => ({ page: Number(page), ...limitOf(limit, tableRows) })

/** CMR lists the mailboxes of a customer: those on one domain are picked out here. */
function onDomain(rows: readonly Mailbox[], domain: string | undefined): Mailbox[] {
  return rows.filter(({ email }) => !domain || email?.toLowerCase().endsWith(`@${domain.toLowerCase()}`))
}

const listInput = z
  .object({
    userId: userId.optional(),
    domain: domain.optional().meta({ hint: 'Only the mailboxes on it; the customer can be left out' }),
    page: pageField,
  })
  .refine(({ userId: owner, domain: on }) => owner || on, {
    path: ['userId'],
    message: 'Name a customer or a domain.',
  })

export const list: EndpointCommand = {
  ...endpointCommand(mailboxes.list, {
    summary: 'List mailboxes',
    about: 'Lists the mailboxes of a customer, or on a domain.',
    updates: ({ query, data }) =>
      pageIn(data).flatMap((row) => updatesOfRow.mailbox({ userId: query.userId, ...row })),
    example: 'acme.com',
    input: listInput,
    positional: ['userId', 'domain'],
    request: ({ userId: owner }) => ({ query: { userId: owner } }),
    async show({ data }, { ids, input, context }) {
      const { page, ...given } = ids
      const wanted = { page: page ?? 1, limit: tableRows }
      const shown = orderedPage(onDomain(data.rows, ids.domain), wanted, mailboxOrder)
      return mailboxList(shown, {
        id: 'mailboxes.list',
        of: input.domain ?? (await customerCalled(context, String(ids.userId), String(input.userId))),
        place: placeOfPage(shown, wanted),
        turn: turning(given),
      })
    },
  }),
  async rows(context, input) {
    const { ids } = await named(context, listInput, input)
    const { userId: owner, domain: on } = ids as z.output<typeof listInput>
    const { data } = await context.cmr.mailboxes.list({ query: { userId: String(owner) } })
    return onDomain(data.rows, on).sort(mailboxOrder)
  },
}

export const all = endpointCommand(mailboxes.all, {
  summary: 'List all mailboxes',
  about: 'Lists the mailboxes of all customers, page by page.',
  rare: true,
  isList: true,
  order: mailboxOrder,
  // CMR's list of all does not always say whose a mailbox is.
  rowsOfCustomers: async ({ cmr }, _, customers) =>
    (await Promise.all(customers.map((id) => cmr.mailboxes.list({ query: { userId: id } })))).flatMap(
      ({ data }) => data.rows,
    ),
  updates: ({ data }) => pageIn(data).flatMap(updatesOfRow.mailbox),
  positional: ['page'],
  request: (ids) => ({ query: pageOf(ids) }),
  async show({ data }, { ids, context }) {
    const { limit } = pageOf(ids)
    const customers = await customerNames(
      context,
      data.rows.map((row) => row.userId),
    )
    return mailboxList(data, {
      id: 'mailboxes.all',
      place: placeOfPage(data, pageOf(ids)),
      turn: turning({ limit }),
      note: orderNote(data, 'by address'),
      customers,
    })
  },
})
