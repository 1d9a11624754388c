import type { KnownBlock } from '@slack/types'
import type { DraftContent } from '../../commands/drafts.ts'
import type { StepVerdict } from '../../commands/step.ts'
import { context, counted } from '../../slack/blocks.ts'

/** What is counted: one, and several. */
type Noun = readonly [one: string, several: string]

/** Says above the input how many were asked for, where a sentence said it. */
export function wantedLine({ values }: DraftContent, [one, several]: Noun): KnownBlock[] {
  const wanted = Number(values.count ?? 0)
  return wanted > 0 ? [context(`You asked for *${counted(wanted, one, several)}*.`)] : []
}

/**
 * Returns a question where another number is named than was asked for; undefined where it is the same. It is asked
 * once: whoever presses Next again means it.
 */
export function otherCount(draftContent: DraftContent, named: number, noun: Noun): StepVerdict | undefined {
  const { count, ...values }: Record<string, unknown> = draftContent.values
  const wanted = Number(count ?? 0)
  if (wanted === 0 || wanted === named) return undefined
  const [one, several] = noun
  const problem = `:grey_question: You asked for ${counted(wanted, one, several)}, and ${named === 1 ? 'one is' : `${named} are`} named here. Change the list, or press *Next* to continue with ${named}.`
  return { draftContent: { ...draftContent, values }, problem }
}
