import { z } from 'zod'
import { money, toCents } from '../../cmr/money.ts'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { roles } from '../../commands/permissions.ts'
import { accessCommand, changedBy, personField } from '../access-command.ts'
import { spokenSubject } from '../messages.ts'
import type { SpendLimit } from '../policy.ts'
import { changePolicy } from '../policy-store.ts'

const own = {
  noun: 'access',
  own: true,
  effect: 'write',
  consequence: 'grants',
  asks: 'nothing',
} as const

const dollars = (label: string) =>
  z
    .string()
    .refine(
      (amount) => amount === 'none' || (toCents(amount) ?? -1) >= 0,
      'An amount in dollars such as 50.00, or none.',
    )
    .optional()
    .meta({ label, hint: 'In dollars; none takes the limit away', example: '50.00' })

/** Null takes a limit away. */
const centsIn = (amount: string) => (amount === 'none' ? null : (toCents(amount) ?? null))

const limit = accessCommand({
  ...own,
  verb: 'limit',
  summary: 'Limit spending',
  about:
    'Limits what a person or a role may spend per operation, day or month. What is left empty stays as it is.',
  example: '--role operator --operation 20 --month 200',
  submit: 'Set limit',
  input: z.object({
    who: personField.optional().meta({ label: 'Person', slack: 'person' }),
    role: z.enum(roles.slice(2)).optional().meta({
      label: 'Or everybody with this role',
      hint: 'An operator may spend only where a limit per operation is set',
    }),
    operation: dollars('Per operation'),
    day: dollars('Per day'),
    month: dollars('Per month'),
  }),
  positional: ['who'],
  async run(context, { who, role, ...amounts }) {
    if (Boolean(who) === Boolean(role)) throw new InputError('who', 'Name a person, or a role.')
    const subject = who ?? String(role)
    const given = Object.entries(amounts).flatMap(([name, amount]) =>
      amount === undefined ? [] : [[name, centsIn(amount)] as const],
    )
    if (given.length === 0) throw new InputError('operation', 'Give an amount, or none to take a limit away.')
    const wanted = Object.fromEntries(given)
    const change = changedBy(context, 'access.limit', { subject, ...wanted })
    const { limits } = await changePolicy(context, change, (policy) => {
      const before = policy.limits.find((one) => one.subject === subject)
      const set = Object.entries({ ...before, ...wanted }).filter(([, amount]) => amount !== null)
      const made: SpendLimit = { ...Object.fromEntries(set), subject }
      const others = policy.limits.filter((one) => one !== before)
      return { ...policy, limits: Object.keys(made).length > 1 ? [...others, made] : others }
    })
    const left = limits.find((one) => one.subject === subject)
    const names = { operation: 'at once', day: 'a day', month: 'a month' } as const
    const spoken = (Object.keys(names) as (keyof typeof names)[]).flatMap((name) => {
      const cents = left?.[name]
      return cents === undefined ? [] : [`${money(cents)} ${names[name]}`]
    })
    const text = spoken.length > 0 ? `may spend ${spoken.join(', ')}` : 'has no limit now'
    return {
      message: notice(`:moneybag: ${spokenSubject(subject)} ${text}. \`/cmr access\` shows all limits.`),
    }
  },
})

const budget = accessCommand({
  ...own,
  verb: 'budget',
  summary: 'Set the team’s budget',
  about: 'Limits what everybody together may spend in a month.',
  submit: 'Set budget',
  example: '500',
  input: z.object({ month: dollars('Per month, for everybody together') }),
  positional: ['month'],
  async run(context, { month }) {
    if (month === undefined) throw new InputError('month', 'Give an amount, or none to take the budget away.')
    const cents = centsIn(month) ?? undefined
    await changePolicy(
      context,
      changedBy(context, 'access.budget', { month: cents }),
      ({ budget: _, ...policy }) => ({
        ...policy,
        ...(cents !== undefined && { budget: cents }),
      }),
    )
    const text =
      cents === undefined
        ? 'The team has no budget now'
        : `Everybody together may spend ${money(cents)} a month`
    return { message: notice(`:moneybag: ${text}. What was already spent this month counts.`) }
  },
})

export const limitCommands = [limit, budget]
