import type { KnownBlock } from '@slack/types'
import type { DraftContent } from '../../commands/drafts.ts'
import type { StepVerdict } from '../../commands/step.ts'
import { context, counted } from '../../slack/blocks.ts'
import type { Picture } from './addresses.ts'
import type { KnownDomains, KnownWorkspaces, Offer } from './availability.ts'

/** Answers of CMR and Slack that are kept between the steps of an order. */
export interface FoundForOrder {
  readonly domains?: KnownDomains
  readonly workspaces?: KnownWorkspaces
  readonly offers?: readonly Offer[]
  readonly keyword?: string
  /** Names that were given more than once. */
  readonly repeated?: readonly string[]
  readonly pictures?: readonly Picture[]
  /** The domain that more mailboxes are ordered on. */
  readonly moreOn?: string
}

/** Returns the notes of a draft, typed. */
export const notesOf = (draftContent: DraftContent) => draftContent.notes as FoundForOrder
/** Returns the draft with more notes. */
export const withNotes = (draftContent: DraftContent, more: FoundForOrder): DraftContent => ({
  ...draftContent,
  notes: { ...draftContent.notes, ...more },
})
/** Returns the draft with other values in its fields. */
export const withValues = (
  draftContent: DraftContent,
  more: Readonly<Record<string, unknown>>,
): DraftContent => ({
  ...draftContent,
  values: { ...draftContent.values, ...more },
})
export const listIn = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])

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
