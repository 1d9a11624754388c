import type { DraftContent } from '../../commands/drafts.ts'
import type { KnownDomains, Offer } from './availability.ts'
import type { Picture } from './pictures.ts'
import type { KnownWorkspaces } from './workspaces.ts'

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
