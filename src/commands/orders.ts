import { z } from 'zod'
import {
  domains,
  forwardTo,
  microsoftOauthRoute,
  provider,
  subscriptionId,
  userId,
} from '../cmr/endpoints/fields.ts'
import { InputError } from './command.ts'

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
  domains,
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
const prewarmInput = z.object({
  userId,
  domains,
  serviceProvider: provider,
  forwardTo: forwardTo.optional(),
  autoRenew,
  microsoftOauthRoute: microsoftOauthRoute.optional(),
})

type Values = Readonly<Record<string, unknown>>

const order = {
  input: orderInput,
  assemble({
    userId: user,
    domains: names,
    mailboxes: lines,
    years: forYears = 1,
    forwardTo: target,
    confirm: now = true,
    ...rest
  }: Values) {
    const list = names as string[]
    const people = peopleOf(lines)
    const body = {
      ...rest,
      domains: list.map((domain) => ({ domain, years: forYears, ...(target ? { forwardTo: target } : {}) })),
      mailboxes: Object.fromEntries(people.length ? list.map((domain) => [domain, people]) : []),
      billingCycle: 'MONTHLY',
      confirm: now,
    }
    return { query: { userId: user }, body }
  },
}

const more = {
  input: moreInput,
  assemble: ({ userId: user, domain, mailboxes: lines, confirm: now = true, ...rest }: Values) => ({
    query: { userId: user },
    body: {
      ...rest,
      mailboxes: { [String(domain)]: peopleOf(lines) },
      billingCycle: 'MONTHLY',
      confirm: now,
    },
  }),
}

const prewarm = {
  input: prewarmInput,
  assemble: ({ userId: user, domains: names, forwardTo: target, ...rest }: Values) => ({
    query: { userId: user },
    body: {
      ...rest,
      order: (names as string[]).map((domain) => ({ domain, ...(target ? { forwardTo: target } : {}) })),
    },
  }),
}

/** Orders as people give them: a list of domains, a list of names. */
export const orderShapes = {
  'orders.create': order,
  'orders.create-with-images': order,
  'orders.mailboxes': more,
  'orders.add-mailboxes': more,
  'prewarm.order': prewarm,
  'prewarm.sandbox-order': prewarm,
}

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
