import { z } from 'zod'
import { domain, mailboxId, orderId, subscriptionId, userId } from '../cmr/endpoints/fields.ts'
import { CmrError } from '../cmr/errors.ts'
import { thingName } from '../cmr/normal-forms.ts'
import { command, InputError } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import type { SearchOptions } from '../commands/field.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { OPTIONS_SOUGHT } from '../commands/search.ts'
import { kindNames, thingLabel } from '../directory/find/labels.ts'
import { searchDirectory } from '../directory/store/search.ts'
import { type Message, option } from '../slack/blocks.ts'
import { domainFacts } from './collect.ts'
import { customerFacts } from './customer.ts'
import type { OrderFacts } from './facts.ts'
import { diagnosis } from './message.ts'
import { orderHeard, orderIn } from './order.ts'
import { overview } from './overview.ts'
import { supportMessage } from './support.ts'
import { type DiagnosisInput, type DiagnosisTarget, targetOf } from './target.ts'

const hidden = { hidden: true, picker: undefined }
const ids = {
  domain: domain.optional().meta(hidden),
  mailboxId: mailboxId.optional().meta(hidden),
  subscriptionId: subscriptionId.optional().meta(hidden),
  orderId: orderId.optional().meta(hidden),
  userId: userId.optional().meta({ ...hidden, label: 'Customer' }),
}

/** Finds anything that can be diagnosed; what the bot does not know yet can be chosen as it is typed. */
const searchThings: SearchOptions = async (context, typed) => {
  const { rows } = await searchDirectory(context.store, {
    customers: await customersOfCaller(context),
    text: typed.replace(/^[a-z]+:/, ''),
    limit: OPTIONS_SOUGHT,
  })
  const found = rows.map((row) =>
    option(`${kindNames[row.kind][0]} ${thingLabel(row)}`, `${row.kind}:${row.id}`),
  )
  const isKnown = found.some(({ value }) => value === typed)
  return typed && !isKnown ? [...found, option(typed, typed)] : found
}

/** `/cmr diagnose acme.com`: why is it not sending? */
export const diagnose = command({
  noun: 'diagnose',
  verb: 'show',
  isOnlyVerb: true,
  summary: 'Why is it not sending?',
  about:
    'Checks a domain, mailbox or customer from the order to the wallet and shows the first thing that is broken, with a button that fixes it.',
  effect: 'read',
  async customers(context, { support: _, ...input }) {
    const { userId, ...thing } = input
    // Whose a thing is nobody takes anybody's word for: CMR lists some by themselves, whoever is named beside.
    const asked = [input, ...(userId === undefined ? [] : [thing])].filter(isNamed)
    if (asked.length === 0) return undefined
    return Promise.all(asked.map(async (one) => (await targetOf(context, one)).userId))
  },
  submit: 'Diagnose',
  example: 'acme.com',
  input: z
    .object({
      thing: z.string().min(1).max(300).optional().meta({
        label: 'What',
        hint: 'A domain, a mailbox, a customer, a subscription or an order, by name, address or id',
        example: 'acme.com',
        needed: true,
        normal: thingName,
        search: searchThings,
      }),
      ...ids,
      support: z.boolean().optional().meta({ label: 'As text for CMR’s support', hidden: true }),
    })
    .refine((given) => ['thing', ...Object.keys(ids)].some((name) => given[name as keyof typeof given]), {
      path: ['thing'],
      message: 'Name what to check.',
    }),
  positional: ['thing'],
  async run(context, { support, ...input }) {
    const target = await targetOf(context, input)
    return { message: await messageFor(context, target, support === true) }
  },
})

async function messageFor(
  context: CommandContext,
  target: DiagnosisTarget,
  support: boolean,
): Promise<Message> {
  if (target.kind === 'user') {
    const { userId: of, name } = target
    return overview(await customerFacts(context, { userId: of }), name)
  }
  if (target.kind === 'order') return orderMessage(context, target, support)
  return domainMessage(context, target, support)
}

const isNamed = (input: DiagnosisInput) => Object.values(input).some((value) => value !== undefined)

async function domainMessage(
  context: CommandContext,
  { userId: owner, domain: name, ...focus }: Extract<DiagnosisTarget, { kind: 'domain' }>,
  support: boolean,
): Promise<Message> {
  const facts = await domainFacts(context, { userId: owner, domain: name }, focus)
  return support ? supportMessage(context, facts) : diagnosis(facts)
}

async function orderCalled(
  context: CommandContext,
  query: { readonly userId: string; readonly orderId: string },
): Promise<OrderFacts> {
  try {
    const { data } = await context.cmr.orders.status({ query })
    return await orderIn(context, query, data)
  } catch (error) {
    const heard =
      error instanceof CmrError && error.kind === 'not-found' && (await orderHeard(context.store, query))
    if (heard) return heard
    throw error
  }
}

/** An order of one domain is diagnosed as that domain is; of several, as a customer is. */
async function orderMessage(
  context: CommandContext,
  { userId: of, orderId: id }: Extract<DiagnosisTarget, { kind: 'order' }>,
  support: boolean,
): Promise<Message> {
  const order = await orderCalled(context, { userId: of, orderId: id })
  const [name, ...others] = order.domains
  if (name && others.length === 0)
    return domainMessage(context, { kind: 'domain', userId: of, domain: name, orderId: id }, support)
  if (!name)
    throw new InputError(
      'thing',
      `CMR does not say which domains the order ${id} is about. Name one of them.`,
    )
  return overview(await customerFacts(context, { userId: of, order }), `Order ${id}`, order)
}
