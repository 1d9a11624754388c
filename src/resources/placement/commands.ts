import { z } from 'zod'
import { placement } from '../../cmr/endpoints/account.ts'
import { InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { eachIn, outcomes, type Reconciler } from '../../operations/expected-results.ts'
import { counted, escapeText } from '../../slack/blocks.ts'
import { tableRows } from '../../slack/table.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { placementReceipt, reportList, reportOrder } from './messages.ts'

/** A report that was begun after the request left, of one of its mailboxes. */
const reconcilePlacement: Reconciler = async ({ cmr, sent, waiting, sentAt }) => {
  const { data } = await cmr.placement.reports({ query: { userId: String(sent.query.userId) } })
  const wanted = [sent.body.mailboxIds].flat().map(String)
  const there = data.rows.some(
    (row) => wanted.includes(row.mailboxId ?? '') && Date.parse(row.createdAt ?? '') >= sentAt.getTime(),
  )
  return outcomes(waiting, () => (there ? 'done' : undefined))
}

/** The addresses that are tested. @throws InputError for those that CMR would refuse */
async function testable({ cmr }: CommandContext, mailboxIds: readonly string[]): Promise<string[]> {
  const rows = await Promise.all(
    mailboxIds.map(async (mailboxId) => (await cmr.mailboxes.get({ query: { mailboxId } })).data),
  )
  const idle = rows.filter((one) => one.status !== undefined && one.status !== 'ACTIVE')
  if (idle.length) {
    const named = idle.map((one) => `${one.email} is ${one.status}`).join(', ')
    throw new InputError('mailboxIds', `Only ACTIVE mailboxes can be tested: ${named}.`)
  }
  return rows.map((one, at) => one.email ?? mailboxIds[at] ?? '')
}

const run = endpointCommand(placement.run, {
  summary: 'Run a placement test',
  about: 'Tests whether mail from mailboxes reaches the inbox or goes to spam.',
  expects: eachIn('body', 'mailboxIds', 'placement'),
  reconcile: reconcilePlacement,
  example: '"jane@acme.com john@acme.com"',
  submit: 'Run the test',
  input: z.object({
    ...placement.run.query.shape,
    mailboxIds: placement.run.body.shape.mailboxIds.meta({
      label: 'Mailboxes',
      hint: 'ACTIVE ones, by address, one per line',
    }),
    spamassassin: placement.run.body.shape.spamassassin,
    blacklist: placement.run.body.shape.blacklist,
    aiInsight: placement.run.body.shape.aiInsight,
  }),
  before: ({ context, ids }) => testable(context, ids.mailboxIds),
  asks: async ({ before }) => ({
    text: `*Test where mail of ${counted(before.length, 'mailbox', 'mailboxes')} lands?*\n${before.map(escapeText).join(', ')}`,
  }),
  show: ({ data }, { ids, before }) => placementReceipt(ids.userId, before, data.orderId),
})

const { userId, orderId, mailboxId, page, limit } = placement.reports.query.shape

const reports = endpointCommand(placement.reports, {
  summary: 'Show placement reports',
  about: 'Shows the results of a customer’s placement tests.',
  isList: true,
  order: reportOrder,
  input: z.object({
    userId,
    orderId: orderId.meta({ label: 'Test', hint: 'The order id of one test' }),
    mailboxId: mailboxId.meta({ label: 'Mailbox' }),
    page,
    limit,
  }),
  // No more than a table shows: the rest would be lost between two pages.
  request: ({ limit: most = 20, ...rest }) => ({ query: { ...rest, limit: Math.min(most, tableRows) } }),
  show: ({ data }, { ids }) => reportList(ids, data),
})

/** `/cmr placement …` */
export const placementCommands = [run, reports]
