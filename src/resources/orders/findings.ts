import type { DraftContent } from '../../commands/drafts.ts'
import type { KnownDomains, Offer } from './availability.ts'
import type { Picture } from './pictures.ts'
import type { KnownWorkspaces } from './workspaces.ts'

/** What CMR and Slack told between the steps of an order. */
export interface OrderFindings {
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

/** What is known, by its type. */
export const outcomes = (draftContent: DraftContent) => draftContent.notes as OrderFindings
/** With more that is known. */
export const noting = (draftContent: DraftContent, more: OrderFindings): DraftContent => ({
  ...draftContent,
  notes: { ...draftContent.notes, ...more },
})
/** With other values in fields. */
export const valuing = (
  draftContent: DraftContent,
  more: Readonly<Record<string, unknown>>,
): DraftContent => ({
  ...draftContent,
  values: { ...draftContent.values, ...more },
})
export const listIn = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
