import type { Gathered } from '../../commands/drafts.ts'
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
export const findings = (gathered: Gathered) => gathered.notes as OrderFindings
/** With more that is known. */
export const noting = (gathered: Gathered, more: OrderFindings): Gathered => ({
  ...gathered,
  notes: { ...gathered.notes, ...more },
})
/** With other values in fields. */
export const valuing = (gathered: Gathered, more: Readonly<Record<string, unknown>>): Gathered => ({
  ...gathered,
  values: { ...gathered.values, ...more },
})
export const listIn = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
