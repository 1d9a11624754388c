import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import { LRUCache } from 'lru-cache'
import { dropCredentials } from '../cmr/redact.ts'
import { addMilliseconds, millisecondsInDay, millisecondsInHour } from '../process/dates.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

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

export function createDrafts({ db }: Store, clock: () => Date): Drafts {
  // A secret waits in memory only, and no longer than anybody looks at a form.
  const secret = new LRUCache<string, Draft>({ max: 1000, ttl: millisecondsInHour })

  return {
    async keep(given) {
      const draft: Draft = { ...given, id: given.id ?? randomUUID() }
      if (holdsSecret([draft.draftContent, draft.input])) {
        secret.set(draft.id, draft)
        return draft
      }
      const now = clock()
      const { id, author, command, draftContent, input } = draft
      const content = {
        author,
        command,
        draft_content: JSON.stringify(draftContent),
        input: input ? JSON.stringify(input) : null,
        saved_at: now.toISOString(),
        expires_at: addMilliseconds(now, millisecondsInDay).toISOString(),
      }
      await db.deleteFrom('drafts').where('expires_at', '<', content.saved_at).execute()
      await db
        .insertInto('drafts')
        .values({ id, ...content })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(content))
        .execute()
      return draft
    },
    async find(id, by) {
      const hidden = secret.get(id)
      if (hidden) return hidden.author === null || hidden.author === by ? hidden : undefined
      const row = await db
        .selectFrom('drafts')
        .selectAll()
        .where('id', '=', id)
        .where('expires_at', '>', clock().toISOString())
        .where(({ or, eb }) => or([eb('author', '=', by), eb('author', 'is', null)]))
        .executeTakeFirst()
      return row && draftOf(row)
    },
    async latest(author, command) {
      const row = await db
        .selectFrom('drafts')
        .selectAll()
        .where('author', '=', author)
        .where('command', '=', command)
        // Not those that were opened and no more.
        .where('draft_content', '!=', JSON.stringify(emptyDraft))
        .where('expires_at', '>', clock().toISOString())
        .orderBy('saved_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row && { draft: draftOf(row), savedAt: row.saved_at }
    },
    async drop(id) {
      secret.delete(id)
      await db.deleteFrom('drafts').where('id', '=', id).execute()
    },
  }
}

/** Returns whether something holds a credential: nothing that does is stored, or goes into a button or a form. */
export function holdsSecret(given: unknown): boolean {
  return JSON.stringify(dropCredentials(given)) !== JSON.stringify(given)
}

function draftOf({ id, author, command, draft_content, input }: Selectable<Schema['drafts']>): Draft {
  return {
    id,
    author,
    command,
    draftContent: JSON.parse(draft_content) as DraftContent,
    input: input ? (JSON.parse(input) as Record<string, unknown>) : undefined,
  }
}
