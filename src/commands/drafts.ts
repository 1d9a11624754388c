/** What the steps of a form have come to so far. */
export interface DraftContent {
  /** By field of the command's input. */
  readonly values: Readonly<Record<string, unknown>>
  /** The words that people read for chosen ids. */
  readonly labels: Readonly<Record<string, string>>
  /** What CMR told between the steps, so that it is not asked again. */
  readonly notes: Readonly<Record<string, unknown>>
}

export const emptyDraft: DraftContent = { values: {}, labels: {}, notes: {} }

/** Something begun and not yet sent. */
export interface Draft {
  readonly id: string
  /** Slack user id; null where everybody may go on with it. */
  readonly author: string | null
  /** `noun.verb` */
  readonly command: string
  readonly draftContent: DraftContent
  /** What waits for its confirmation. */
  readonly input?: Readonly<Record<string, unknown>> | undefined
}

/** Where drafts are kept: on disk, or in memory where one holds a secret. */
export interface Drafts {
  /** Writes it down for a day. */
  keep(draft: Omit<Draft, 'id'> & { readonly id?: string }): Promise<Draft>
  /** @param by Slack user id; somebody else's draft is not found */
  find(id: string, by: string): Promise<Draft | undefined>
  /** What somebody began last, with when. */
  latest(author: string, command: string): Promise<{ draft: Draft; savedAt: string } | undefined>
  drop(id: string): Promise<void>
}
