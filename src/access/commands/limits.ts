import { z } from 'zod'
import { money, toCents } from '../../cmr/money.ts'
import { plainText } from '../../cmr/normal-forms.ts'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { roles } from '../../commands/permissions.ts'
import { accessCommand, changedBy, personField } from '../access-command.ts'
import { spokenSubject } from '../messages.ts'
import { changePolicy, type SpendLimit } from '../policy.ts'

const own = {
  noun: 'access',
  own: true,
  effect: 'write',
  consequence: 'grants',
  asks: 'nothing',
} as const

/** "1.000" is $1,000 to many people: three digits behind a dot may be thousands. Returns the cents that they mean. */
const withThousands = (amount: string) =>
  /^\$?[1-9]\d{0,2}\.\d{3}$/.test(amount) ? toCents(amount.replace('.', '')) : undefined

const dollars = (label: string, period: keyof typeof periodWords) =>
  z
    .string()
    .refine((amount) => !withThousands(amount), {
      error: ({ input: said }) => {
        const [all, part] = [withThousands(String(said)), toCents(said)].map((cents) => money(cents ?? 0))
        return `“${String(said)}” can be ${all} or ${part}. Write one of the two.`
      },
      abort: true,
    })
    .refine(
      (amount) => amount === 'none' || (toCents(amount) ?? -1) >= 0,
      'An amount in dollars such as 50.00, or none. Limits are per operation, per day or per month.',
    )
    .optional()
    .meta({
      label,
      hint: 'In dollars; none takes the limit away',
      example: '50.00',
      spans: (words: readonly string[]) => amountWords(words, period),
      normal: (text: string) => amountIn(text, period),
    })

/** "5 000 a day" is one amount, for the field to refuse, rather than $5 per operation and $0 a day. */
const AMOUNT = String.raw`(?:none|\$?\d[\d.,]*(?: \d{3}\b)*\$?(?: ?(?:dollars?|usd))?)`
const EACH = String.raw`(?:per|an?|each|every|\/)`

/** How people say for what an amount holds. */
const periodWords = {
  operation: `(?:${EACH} ?(?:operation|order|purchase|time)|each|at once)`,
  day: `(?:${EACH} ?day|daily)`,
  month: `(?:${EACH} ?mo(?:nth)?|monthly)`,
} as const

const LONGEST_AMOUNT = 7

/**
 * Returns how many of the words, from the first on, say what may be spent in a period: of "50 a month" three. An amount
 * alone is per operation, and so is one with words that are no period of ours, for the field to refuse.
 */
function amountWords(words: readonly string[], period: keyof typeof periodWords): number {
  const begins = Object.values(periodWords).map((name) => new RegExp(`^${AMOUNT} ?${name}$`, 'i'))
  for (let count = Math.min(LONGEST_AMOUNT, words.length); count > 0; count--) {
    const said = words.slice(0, count).join(' ')
    if (spoken(period).some((way) => way.test(said))) return count
    if (period === 'operation' && begins.some((way) => way.test(said))) return 0
  }
  const [first = '', second = ''] = words
  if (period !== 'operation' || !new RegExp(`^${AMOUNT}(?:/\\S+)?$`, 'i').test(first)) return 0
  // "50 a week" and "50 200" are refused as a whole, rather than taken for $50 per operation.
  if (new RegExp(`^(?:${EACH}|${AMOUNT})$`, 'i').test(second)) return Math.min(3, words.length)
  return /^(?:dollars?|usd)$/i.test(second) ? 2 : 1
}

/** "50 a day", "daily 50" */
function spoken(period: keyof typeof periodWords): RegExp[] {
  const name = `(?:${periodWords[period]}|${period})`
  return [
    new RegExp(`^(${AMOUNT}) ?${periodWords[period]}$`, 'i'),
    new RegExp(`^${name}[:=]? (${AMOUNT})$`, 'i'),
  ]
}

/** Returns the amount alone: "$50 a day" as "$50" where it is per day. */
function amountIn(text: string, period: keyof typeof periodWords): string {
  const said = plainText(text).replace(/\s+/g, ' ')
  const [amount = said] = spoken(period).flatMap((way) => way.exec(said)?.[1] ?? [])
  return amount
    .toLowerCase()
    .replace(/ ?(?:dollars?|usd)$/, '')
    .replace(/^(\d.*)\$$/, '$1')
}

/** Null takes a limit away. */
const centsIn = (amount: string) => (amount === 'none' ? null : (toCents(amount) ?? null))

const limit = accessCommand({
  ...own,
  verb: 'limit',
  summary: 'Limit spending',
  about:
    'Limits what a person or a role may spend per operation, day or month. What is left empty stays as it is.',
  example: 'operator 20 per operation 200 a month',
  submit: 'Set limit',
  input: z.object({
    who: personField.optional().meta({ label: 'Person', slack: 'person' }),
    role: z.enum(roles.slice(2)).optional().meta({
      label: 'Or everybody with this role',
      hint: 'An operator may spend only where a limit per operation is set',
    }),
    operation: dollars('Per operation', 'operation'),
    day: dollars('Per day', 'day'),
    month: dollars('Per month', 'month'),
  }),
  positional: ['who', 'role', 'day', 'month', 'operation'],
  async run(context, { who, role, ...amounts }) {
    if (Boolean(who) === Boolean(role)) throw new InputError('who', 'Name a person, or a role.')
    const subject = who ?? String(role)
    const given = Object.entries(amounts).flatMap(([name, amount]) =>
      amount === undefined ? [] : [[name, centsIn(amount)] as const],
    )
    if (given.length === 0)
      throw new InputError(
        'operation',
        'Give an amount, such as 50, 50 a day or 500 a month, or none to take a limit away.',
      )
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
  input: z.object({ month: dollars('Per month, for everybody together', 'month') }),
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
