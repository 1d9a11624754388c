import { z } from 'zod'
import { isDomainName } from '../../cmr/normal-forms.ts'
import type { Doubt } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { typedWord, type Word } from '../../commands/grammar.ts'
import { escapeText } from '../../slack/blocks.ts'
import { accessCommand, changedBy } from '../access-command.ts'
import { changePolicy } from '../policy.ts'
import { isUntil } from './grant-words.ts'

/** `isUntil` counts in days, since no role ends after hours or at a time of day. */
const clockTime =
  /^(?:(?:tonight|noon|midnight|eod)|(?:this |tomorrow )?(?:morning|evening)|(?:an?|\d{1,4}) ?(?:m|h|min(?:ute)?s?|h(?:ou)?rs?)|\d{1,2}(?::\d\d)? ?(?:[ap]m)?)$/i

/** "All but Acme", "except renewals" */
const leavesOut = /^(?:(?:all|everything|everybody) )?(?:but|except|excluding|without)\b/i

/** What a freeze cannot be, though its reason says so, and the rest of that reason: "until Friday", "audit, for 2 hours". */
function refusalOf(why: string): { sentence: string; rest: string } | undefined {
  if (isDomainName(why) || leavesOut.test(why))
    return { sentence: 'A freeze stops all charging, for every customer.', rest: '' }
  const [, rest = '', end = why] = /^(.*?)[\s,]*\b(?:until|till|til|through|for)\s+(.+)$/is.exec(why) ?? []
  const time = end.trim()
  return clockTime.test(time) || isUntil(time)
    ? { sentence: 'A freeze does not end by itself: an admin ends it with /cmr unfreeze.', rest }
    : undefined
}

/** Asks about a typed reason that is refused, rather than to fill a form with it. */
function freezeDoubt(words: readonly Word[]): Doubt | undefined {
  if (words.some(({ flag }) => flag !== undefined)) return undefined
  const refusal = refusalOf(words.map(({ text }) => text).join(' '))
  if (!refusal) return undefined
  const rest = refusal.rest && !refusalOf(refusal.rest) ? [typedWord(refusal.rest)] : []
  return { sentence: refusal.sentence, ways: [{ label: 'Freeze until /cmr unfreeze', rest }] }
}

const freeze = accessCommand({
  noun: 'freeze',
  verb: 'show',
  isOnlyVerb: true,
  own: true,
  summary: 'Stop all charging',
  about: 'Stops everything that charges or cannot be undone, until an admin allows it again.',
  effect: 'write',
  submit: 'Freeze',
  doubt: freezeDoubt,
  input: z.object({
    why: z
      .string()
      .max(300)
      .superRefine((why, refinement) => {
        const { sentence } = refusalOf(why) ?? {}
        const message = `${sentence} Give only a reason here, or leave it empty.`
        if (sentence) refinement.addIssue({ code: 'custom', message })
      })
      .optional()
      .meta({ label: 'Reason', example: 'The wallet is being checked' }),
  }),
  positional: ['why'],
  confirm: async (_, { why }) => ({
    text: `*Stop everything that charges or cannot be undone?*\n${why ? `${escapeText(why)}\n` : ''}Nobody can order, renew or delete until an admin runs \`/cmr unfreeze\`. What CMR does by itself, such as auto-renewal, continues.`,
  }),
  async run(context, { why }) {
    const { caller, clock } = context
    const frozen = { by: caller.userId, at: clock().toISOString(), ...(why && { why: escapeText(why) }) }
    await changePolicy(context, changedBy(context, 'freeze.show', { why }), (policy) => ({
      ...policy,
      frozen,
    }))
    const text =
      ':ice_cube: *Everything that charges or cannot be undone is stopped.* An admin can allow it again with `/cmr unfreeze`.'
    return { message: notice(text) }
  },
})

const unfreeze = accessCommand({
  noun: 'unfreeze',
  verb: 'show',
  isOnlyVerb: true,
  own: true,
  summary: 'Allow charging again',
  about: 'Ends a freeze: everything that charges or cannot be undone is allowed again.',
  effect: 'write',
  consequence: 'grants',
  submit: 'Unfreeze',
  input: z.object({}),
  positional: [],
  async run(context) {
    await changePolicy(context, changedBy(context, 'unfreeze.show', {}), ({ frozen: _, ...policy }) => policy)
    return {
      message: notice(':sunny: Charging and deleting are allowed again for everyone whose role allows it.'),
    }
  },
})

export const freezeCommands = [freeze, unfreeze]
