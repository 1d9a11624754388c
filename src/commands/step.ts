import type { KnownBlock } from '@slack/types'
import type { CommandContext } from './context.ts'
import type { DraftContent } from './drafts.ts'
import type { Values } from './field.ts'

/** What a step is handed to work with. */
export interface StepWork {
  readonly context: CommandContext
  readonly draftContent: DraftContent
  /** What stands in inputs that are no fields: a keyword, suggestions that were ticked. */
  readonly beside: Values
  /** Shows how far the work is, where it takes long; mrkdwn. */
  tell(progress: string): void
}

/** The decision to leave a step or not. */
export interface StepVerdict {
  /** What is known now; values may have been put right. */
  readonly draftContent: DraftContent
  /** One sentence a field: the step stays. */
  readonly errors?: Readonly<Record<string, string>> | undefined
  /** The step is shown again with this on top; mrkdwn. */
  readonly problem?: string | undefined
}

/** One of several views that ask for a command's input. */
export interface FormStep {
  /** "Domains" of "Step 2 of 5 · Domains". */
  readonly title: string
  /** Names of the input's fields that it asks. */
  readonly fields: readonly string[]
  /** Values that stand there before anybody has chosen. */
  readonly initial?: Values
  /**
   * What is shown around the fields, from what was gathered alone.
   * @param id `noun.verb`, for the action_ids of its buttons
   */
  around?(
    draftContent: DraftContent,
    id: string,
  ): { readonly above?: KnownBlock[]; readonly below?: KnownBlock[] }
  /** Puts what was ticked beside the fields into them. */
  take?(values: Values, beside: Values): Values
  /** Looks at what was entered, with CMR if need be. Throws InputError, CmrError. */
  check?(work: StepWork): Promise<StepVerdict>
  /** What its buttons and dispatching inputs do, by what stands behind `noun.verb:` in their action_id. */
  readonly acts?: Readonly<Record<string, (work: StepWork) => Promise<DraftContent>>>
}
