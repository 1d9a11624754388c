import { z } from 'zod'
import {
  forwardTo,
  microsoftOauthRoute,
  newDomains,
  provider,
  subscriptionId,
  userId,
} from '../cmr/endpoints/fields.ts'
import { orders } from '../cmr/endpoints/orders.ts'
import { toCents } from '../cmr/money.ts'
import { InputError } from './command.ts'
import { type Asked, endpointCommand } from './endpoints.ts'
import { type Price, sumOf } from './prices.ts'

const years = z
  .number()
  .int()
  .min(1)
  .max(10)
  .optional()
  .meta({ label: 'Years', hint: '1 unless you say otherwise' })
const mailboxes = z.string().optional().meta({
  label: 'Mailboxes',
  hint: 'One a line: username, first name, last name. The same on every domain.',
  example: 'jane Jane Doe',
  multiline: true,
})
const autoRenew = z.boolean().optional().meta({ label: 'Auto-renew the mailboxes' })
const confirm = z
  .boolean()
  .optional()
  .meta({ label: 'Process at once', hint: 'Otherwise it waits for /cmr orders process' })

const orderInput = z.object({
  userId,
  domains: newDomains,
  mailboxes,
  serviceProvider: provider,
  years,
  forwardTo: forwardTo.optional(),
  autoRenew,
  confirm,
  microsoftOauthRoute: microsoftOauthRoute.optional(),
})
const moreInput = z.object({
  userId,
  subscriptionId: subscriptionId.meta({ label: 'Subscription', hint: 'Its id, or its domain' }),
  domain: z.string().min(1).meta({ label: 'Domain', example: 'acme.com' }),
  mailboxes: z
    .string()
    .min(1)
    .meta(mailboxes.meta() ?? {}),
  autoRenew,
  confirm,
})
function orderRequest({
  userId: user,
  domains: names,
  mailboxes: lines,
  years: forYears = 1,
  forwardTo: target,
  confirm: now = true,
  ...rest
}: z.output<typeof orderInput>) {
  const people = peopleOf(lines)
  const body = {
    ...rest,
    domains: names.map((domain) => ({ domain, years: forYears, ...(target && { forwardTo: target }) })),
    mailboxes: Object.fromEntries(people.length ? names.map((domain) => [domain, people]) : []),
    billingCycle: 'MONTHLY',
    confirm: now,
  }
  return { query: { userId: user }, body }
}

function moreRequest({
  userId: user,
  domain,
  mailboxes: lines,
  confirm: now = true,
  ...rest
}: z.output<typeof moreInput>) {
  const people = { [domain]: peopleOf(lines) }
  return {
    query: { userId: user },
    body: { ...rest, mailboxes: people, billingCycle: 'MONTHLY', confirm: now },
  }
}

async function price({ context, input }: Asked<z.output<typeof orderInput>>): Promise<Price> {
  const names = input.domains
  const answers = await Promise.all(
    names.map((domain) => context.cmr.domains.available({ body: { domain } })),
  )
  const domainCents = sumOf(answers.map(({ data }) => toCents(data.price)))
  const taken = answers.some(({ data }) => data.available === false)
  if (taken || domainCents === undefined) return { cents: undefined }
  const mailboxCount = peopleOf(input.mailboxes).length * names.length
  return { cents: domainCents * (input.years ?? 1) + mailboxCount * context.prices.mailbox }
}

/** `/cmr orders …` */
export const orderCommands = [
  endpointCommand(orders.get, { summary: 'Show an order' }),
  endpointCommand(orders.status, { summary: 'Status of an order' }),
  endpointCommand(orders.create, {
    summary: 'Order domains',
    input: orderInput,
    request: orderRequest,
    price,
  }),
  endpointCommand(orders['create-with-images'], {
    summary: 'Order with pictures',
    input: orderInput,
    request: orderRequest,
    price,
  }),
  endpointCommand(orders.mailboxes, { summary: 'Order mailboxes', input: moreInput, request: moreRequest }),
  endpointCommand(orders['add-mailboxes'], {
    summary: 'Add mailboxes',
    input: moreInput,
    request: moreRequest,
  }),
  endpointCommand(orders.process, { summary: 'Process an order' }),
]

/**
 * "jane Jane Doe" or "jane, Jane, Doe", a line each.
 * @throws InputError for a line that is not three names, or an address that comes twice
 */
function peopleOf(lines: unknown): { username: string; firstName: string; lastName: string }[] {
  const seen = new Set<string>()
  return String(lines ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [username = '', firstName = '', ...last] = line.split(line.includes(',') ? /\s*,\s*/ : /\s+/)
      const lastName = last.join(' ')
      if (!/^[\w.-]+$/.test(username) || !firstName || !lastName) {
        throw new InputError('mailboxes', `“${line}” is not a username, a first name and a last name.`)
      }
      if (seen.has(username.toLowerCase())) throw new InputError('mailboxes', `${username} comes twice.`)
      seen.add(username.toLowerCase())
      return { username, firstName, lastName }
    })
}
