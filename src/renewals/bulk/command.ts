import { z } from 'zod'
import { RENEWABLE_DAYS } from '../../cmr/endpoints/domains.ts'
import { money } from '../../cmr/money.ts'
import { type Command, type Confirmation, command, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { SearchOptions } from '../../commands/field.ts'
import { inDays } from '../../commands/period.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import { matchingOptions, optionMoment } from '../../commands/search.ts'
import { userNames } from '../../directory/store/rows.ts'
import { conflictingOperation } from '../../operations/gate.ts'
import { askAgain } from '../../operations/recent-charges.ts'
import { receiptPlace } from '../../resources/confirmations.ts'
import { withTraits } from '../../resources/endpoint-traits.ts'
import { fundsFor, moneyLines } from '../../resources/prices.ts'
import { DUE_DAYS, MOST_RENEWED, spokenItem } from '../../resources/renewal-items.ts'
import { escapeText, listed, option, section, sections, context as smallPrint } from '../../slack/blocks.ts'
import { bulkReceipt, countOf, itemBlocks, namesOf, priceOfAll } from './messages.ts'
import { customersOfItems, dueItems, wantedItems } from './named-items.ts'
import {
  bulkTraits,
  type PlannedRenewal,
  planOf,
  planSchema,
  type QuotedItem,
  quoteOf,
  requestsOf,
  resultOf,
} from './plan.ts'

/** What is due soon, what nobody renews otherwise first. */
const searchDue: SearchOptions = async (context, typed) => {
  const { store, clock, zone } = context
  const customers = await customersOfCaller(context, { effect: 'charge' })
  const due = await dueItems(store.db, clock(), { days: RENEWABLE_DAYS, customers })
  const options = due.map((one) => {
    const what = one.kind === 'domain' ? 'domain' : 'mailboxes'
    const until = optionMoment(one.endsAt, zone).split(',')[0]
    return option(
      `${one.domain} · ${what} · ${until}${one.isLeft ? ' · not automatic' : ''}`,
      spokenItem(one),
    )
  })
  return matchingOptions(options, typed)
}

const input = z
  .object({
    items: z
      .array(z.string())
      .optional()
      .meta({
        label: 'What to renew',
        hint: `Choose from what is due within ${RENEWABLE_DAYS} days, or name domains. “all” stands for all that does not renew by itself`,
        example: 'acme.com',
        search: searchDue,
      }),
    within: z
      .enum(['7d', '14d', '30d', '45d'])
      .optional()
      .meta({
        label: 'Or everything due within',
        normal: inDays,
        hint: `Only what does not renew by itself. Mailboxes from ${DUE_DAYS.subscription} days before their end on`,
      }),
    userId: z
      .string()
      .optional()
      .meta({ label: 'Only of this customer', hint: 'E-mail, company or id', picker: 'user' }),
    // Written by the confirmation: what was shown is what is sent.
    plan: planSchema.optional().meta({ label: 'Plan', hidden: true }),
  })
  .superRefine(({ items, within, plan }, { addIssue }) => {
    if (items?.length || within || plan) return
    addIssue({
      code: 'custom',
      path: ['items'],
      message: 'Choose what to renew, or a period in which it is due.',
    })
  })

type BulkInput = z.output<typeof input>

/** Shows each thing with its price, the sum and the wallet; what cannot be renewed is left out, and said. */
async function confirmAll(context: CommandContext, given: BulkInput): Promise<Confirmation> {
  const wanted = await wantedItems(context, given)
  const free: (typeof wanted.items)[number][] = []
  const notes = [...wanted.notes]
  for (const one of wanted.items) {
    const conflict = await conflictingOperation(context.store.db, [resultOf(one)])
    if (!conflict) free.push(one)
    else
      notes.push(
        `:hourglass_flowing_sand: *${escapeText(one.domain ?? one.id)}*: <@${conflict.actor}> is already renewing it.`,
      )
  }
  const taken = free.slice(0, MOST_RENEWED)
  if (free.length > taken.length)
    notes.push(`The first ${taken.length} of ${free.length}: run the command again for the rest.`)
  const quote = await quoteOf(context, taken)
  const left = [...notes, ...quote.notes]
  // A confirmed plan is sent as a whole: its price is no price where a part of it can no longer be renewed.
  const isBroken = given.plan && quote.items.length < given.plan.length
  if (quote.items.length === 0 || isBroken)
    return {
      text: [
        isBroken ? '*Some of this can no longer be renewed.*' : '*Nothing of this can be renewed now.*',
        ...left,
      ].join('\n'),
      refused: true,
    }
  const question = await questionOf(context, quote.items, left)
  const named = given.plan ? `${question.text}\n${everyName(quote.items)}` : question.text
  return askAgain(context, quote.items.map(resultOf), { ...question, text: named })
}

async function questionOf(
  context: CommandContext,
  items: readonly QuotedItem[],
  left: readonly string[],
): Promise<Confirmation> {
  const price = priceOfAll(items, context.prices)
  const funds = await fundsFor(context, price)
  const owners = await userNames(
    context.store,
    items.map(({ userId }) => userId),
  )
  const plan = planOf(items)
  return {
    text: `*Renew ${countOf(items)}?*`,
    blocks: [
      ...itemBlocks(items, owners, context.prices),
      section(moneyLines(price, funds).join('\n')),
      ...sections(left).slice(0, 5),
      smallPrint(
        ...(requestsOf(plan).some(({ after }) => after)
          ? ['Mailboxes whose domain ends first are renewed once the domain is: until then CMR refuses them.']
          : []),
        receiptPlace(context),
      ),
    ],
    cents: price.atMost ?? price.cents,
    submit: price.cents === undefined ? 'Renew' : `Renew for ${money(price.cents)}`,
    input: { items: undefined, within: undefined, userId: undefined, plan },
  }
}

/** Returns each thing by its name, for those who approve it and see no more than the text. */
function everyName(items: readonly QuotedItem[]): string {
  const names = items.map(({ kind, domain }) => (kind === 'domain' ? domain : `mailboxes on ${domain}`))
  return listed(names.map(escapeText), 2500)
}

/** `/cmr renewals renew`: many renewals as one operation that ends with the outcome of each. */
export const renewMany: Command = withTraits(
  command({
    noun: 'renewals',
    verb: 'renew',
    summary: 'Renew what is due',
    about: 'Renews several domains and subscriptions after one confirmation, which shows the price of each.',
    effect: 'charge',
    customers: customersOfItems,
    submit: 'Renew',
    example: '"acme.com acme.io"',
    input,
    positional: ['items'],
    label: ({ plan = [] }) => namesOf(plan),
    whenUnknown: () => 'Its receipt shows each renewal. Check it before you send any of them again.',
    confirm: confirmAll,
    async run({ sendPlanned }, { plan = [] }) {
      if (!sendPlanned) throw new Error('renewals.renew runs as an operation only')
      if (plan.length === 0) throw new InputError('items', 'Run the command again: nothing was confirmed.')
      await sendPlanned(requestsOf(plan as PlannedRenewal[]))
      return { message: bulkReceipt(plan as PlannedRenewal[]) }
    },
  }),
  bulkTraits,
)
