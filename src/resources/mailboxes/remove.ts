import type { Kysely } from 'kysely'
import { z } from 'zod'
import { mailboxIds, userId } from '../../cmr/endpoints/fields.ts'
import { mailboxes } from '../../cmr/endpoints/mailboxes.ts'
import { InputError } from '../../commands/command.ts'
import type { CommandContext, RequestOutcome } from '../../commands/context.ts'
import { gone } from '../../directory/answers.ts'
import { namesUpTo } from '../../directory/find/labels.ts'
import { subscriptionOn } from '../../directory/names/lookups.ts'
import { named } from '../../directory/names/named.ts'
import { eachIn } from '../../operations/expected-results.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { namesAskedFor } from '../../operations/store/expected-results.ts'
import { differenceInMilliseconds, millisecondsInDay } from '../../process/dates.ts'
import { counted, date, escapeText, listed, type Message } from '../../slack/blocks.ts'
import type { Schema } from '../../store/schema.ts'
import { nameOf } from '../answers.ts'
import { endpointCommand } from '../endpoint-command.ts'
import type { EndpointCommand } from '../endpoint-traits.ts'
import { reconcileMailboxRemoval } from './reconcile.ts'

/** A domain that loses mailboxes. */
interface LosingMailboxes {
  readonly domain: string
  /** True if none is left after it: CMR removes the workspace with its last mailbox. */
  readonly isLast: boolean
  /** ISO 8601; left out where CMR does not tell it. */
  readonly periodEnd?: string
}

/** "Remove mailbox": the seat is paid until the renewal, and may be filled again. */
const seats = (count: number) =>
  count === 1
    ? 'Its seat stays paid until the renewal and can be filled again until then. Nothing is refunded.'
    : 'Their seats stay paid until the renewal and can be filled again until then. Nothing is refunded.'

/** "Remove mailbox": CMR refuses it in the last 24 hours before the subscription's period ends. */
const isTooLate = ({ periodEnd }: LosingMailboxes, now: Date) =>
  periodEnd !== undefined && differenceInMilliseconds(new Date(periodEnd), now) < millisecondsInDay

/** What a person is asked before mailboxes are removed; mrkdwn. */
function removalText(addresses: readonly string[], all: readonly LosingMailboxes[], now: Date): string {
  const count = addresses.length
  const ending = all.filter(({ isLast }) => isLast).map(({ domain }) => domain)
  const late = all.filter((one) => isTooLate(one, now))
  return [
    `*Remove ${counted(count, 'mailbox', 'mailboxes')} for good?*`,
    listed(
      addresses.map((one) => `• ${escapeText(one)}`),
      1200,
      '\n',
    ),
    ...(ending.length > 0 ? [workspaceWarning(ending, count)] : []),
    ...late.slice(0, 5).map(lateWarning),
    `All ${count === 1 ? 'its' : 'their'} mail is lost, and cannot be brought back. ${seats(count)}`,
    ...(count > 1 ? ['CMR takes one mailbox at a time: the receipt shows the outcome of each.'] : []),
  ].join('\n')
}

const NAMED = 10

const namesIn = (domains: readonly string[]) => namesUpTo(domains.map(escapeText), NAMED)

function workspaceWarning(domains: readonly string[], count: number): string {
  const last = count === 1 ? 'This is the last mailbox' : 'These are the last mailboxes'
  return domains.length === 1
    ? `:warning: ${last} of *${namesIn(domains)}*: CMR removes *the whole workspace of ${namesIn(domains)}* with it.`
    : `:warning: ${last} of *${namesIn(domains)}*: CMR removes *their whole workspaces* with them.`
}

function lateWarning({ domain, periodEnd }: LosingMailboxes): string {
  return `:no_entry: The period of ${escapeText(domain)} ends ${date(periodEnd)}: in the last 24 hours before that CMR refuses to remove its mailboxes.`
}

/**
 * Returns the receipt of mailboxes that were asked to be removed; what became of each stands below it.
 * @param workspaces the domains whose workspace goes with them, where CMR removes all that were named
 */
export function removalReceipt(
  outcomes: readonly { readonly label: string; readonly state: RequestOutcome['state'] }[],
  workspaces: readonly string[],
): Message {
  const isTaken = (state: RequestOutcome['state']) => state === 'done' || state === 'taken'
  const done = outcomes.filter(({ state }) => isTaken(state))
  const [first] = done
  const what =
    first && done.length === 1 ? escapeText(first.label) : counted(done.length, 'mailbox', 'mailboxes')
  const refused = (domain: string) =>
    outcomes.some(({ label, state }) => !isTaken(state) && label.toLowerCase().endsWith(`@${domain}`))
  const gone = workspaces.filter((domain) => !refused(domain))
  if (done.length === 0) return receipt({ text: ':x: No mailbox was removed' })
  return receipt({
    text: `:wastebasket: CMR removes *${what}* for good`,
    follows: [
      `${done.length === 1 ? 'It goes' : 'They go'} within minutes, with all mail: the bot looks until ${done.length === 1 ? 'it is' : 'they are'} gone. ${seats(done.length)}`,
      gone.length > 0
        ? `:warning: The whole workspace of *${namesIn(gone)}* goes with its last mailbox.`
        : undefined,
    ],
  })
}

const input = z.object({
  mailboxId: mailboxIds,
  userId,
  // Written by the confirmation: the domains whose whole workspace somebody has agreed to lose.
  workspaces: z.array(z.string()).optional().meta({ label: 'Workspaces', hidden: true }),
})

/** Domains whose subscription is looked up for a confirmation: each is a request of its own. */
const MOST_LOOKED_UP = 10

const domainOf = (address: string) => address.split('@')[1]?.toLowerCase()

/** Mailboxes that are to be removed, by CMR's ids and as people call them. */
type Removed = readonly { readonly id: string; readonly address: string }[]

/** A customer's mailboxes as CMR lists them. @throws CmrError as CMR answers */
async function mailboxesOf({ cmr }: CommandContext, owner: string) {
  return (await cmr.mailboxes.list({ query: { userId: owner } })).data.rows.map((row) => ({
    id: String(row.mailboxId).toLowerCase(),
    domain: domainOf(row.email ?? ''),
    status: row.status,
  }))
}

/**
 * Returns the domains that lose mailboxes, and which of them lose their last one. A mailbox that is expired, or that
 * was asked to be removed before, does not keep a workspace.
 * @param rows all mailboxes of the customer
 */
async function losing(
  db: Kysely<Schema>,
  rows: Awaited<ReturnType<typeof mailboxesOf>>,
  removed: Removed,
): Promise<LosingMailboxes[]> {
  const ids = rows.map(({ id }) => id)
  const leaving = new Set([
    ...removed.map(({ id }) => id.toLowerCase()),
    ...(await namesAskedFor(db, 'removal', ids)),
  ])
  const staying = rows.filter(({ id, status }) => !leaving.has(id) && status !== 'EXPIRED')
  const domains = new Set(
    removed.flatMap(
      ({ id, address }) => domainOf(address) ?? rows.find((row) => row.id === id.toLowerCase())?.domain ?? [],
    ),
  )
  return [...domains].map((domain) => ({ domain, isLast: !staying.some((row) => row.domain === domain) }))
}

/** The same, with the end of the period that each domain's mailboxes are paid for, where CMR tells it. */
async function withPeriods(context: CommandContext, all: readonly LosingMailboxes[]) {
  return Promise.all(
    all.map(async (one, at): Promise<LosingMailboxes> => {
      if (at >= MOST_LOOKED_UP) return one
      const subscription = await subscriptionOn(context, one.domain)
      return subscription?.periodEnd ? { ...one, periodEnd: subscription.periodEnd } : one
    }),
  )
}

const wordsFor = (count: number, one: string | undefined, several: string) =>
  count === 1 ? one : `${count} ${several}`

const single = endpointCommand(mailboxes.remove, {
  summary: 'Remove mailboxes',
  about: 'Removes mailboxes and all their mail for good. Their seats stay paid until the renewal.',
  expects: eachIn('body', 'mailboxId', 'removal'),
  reconcile: reconcileMailboxRemoval,
  updates: ({ body }) => gone('mailbox', body.mailboxId),
  example: '"jane@acme.com john@acme.com"',
  submit: 'Remove for good',
  input,
  positional: ['mailboxId'],
  request: ({ userId: owner, mailboxId }) => ({ query: { userId: owner }, body: { mailboxId } }),
  async asks({ context, ids, input: spoken }) {
    const removed = ids.mailboxId.map((id, at) => ({ id, address: spoken.mailboxId[at] ?? id }))
    const rows = await mailboxesOf(context, ids.userId)
    const all = await withPeriods(context, await losing(context.store.db, rows, removed))
    const ending = all.filter(({ isLast }) => isLast).map(({ domain }) => domain)
    return {
      text: removalText(spoken.mailboxId, all, context.clock()),
      typed: ending.length
        ? wordsFor(ending.length, ending[0], 'workspaces')
        : wordsFor(spoken.mailboxId.length, spoken.mailboxId[0], 'mailboxes'),
      input: { workspaces: ending },
    }
  },
})

/** `/cmr mailboxes remove`: CMR takes one mailbox a request, so several are sent one after the other. */
export const remove: EndpointCommand = {
  ...single,
  async run(context, given) {
    const { ids, spoken } = await named(context, input, given)
    const { userId: owner, mailboxId } = ids as z.output<typeof input>
    const addresses = spoken.mailboxId as string[]
    const removed = mailboxId.map((id, at) => ({ id, address: addresses[at] ?? id }))
    const confirmed = (given as z.output<typeof input>).workspaces ?? []
    const rows = await mailboxesOf(context, owner)
    let ending: readonly LosingMailboxes[] = []
    if (!context.sendEach) throw new Error('mailboxes.remove runs as an operation only')
    const outcomes = await context.sendEach(
      mailboxes.remove,
      removed.map(({ id, address }) => ({
        request: { query: { userId: owner }, body: { mailboxId: id } },
        label: address,
      })),
      // While nobody else begins anything: of two who each remove one of the last two mailboxes, one is asked again.
      async (db) => {
        ending = (await losing(db, rows, removed)).filter(({ isLast }) => isLast)
        const unasked = ending.find(({ domain }) => !confirmed.includes(domain))
        if (!unasked) return
        const sentence = `Nothing was removed. Meanwhile ${unasked.domain} lost its other mailboxes, so its whole workspace would go too. Run the command again to confirm that.`
        throw new InputError('mailboxId', sentence)
      },
    )
    const [only, ...more] = mailboxId
    return {
      message: removalReceipt(
        outcomes,
        ending.map(({ domain }) => domain),
      ),
      subject: { userId: owner, ...(only && more.length === 0 && { mailboxId: only }) },
    }
  },
  label: nameOf,
}
