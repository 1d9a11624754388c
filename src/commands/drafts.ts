import { randomUUID } from 'node:crypto'
import type { Insertable, Kysely, Selectable } from 'kysely'
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

export function createDrafts(store: Store, clock: () => Date): Drafts {
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
      await saveDraft(store.db, {
        id: draft.id,
        author: draft.author,
        command: draft.command,
        draft_content: JSON.stringify(draft.draftContent),
        input: draft.input ? JSON.stringify(draft.input) : null,
        saved_at: now.toISOString(),
        expires_at: addMilliseconds(now, millisecondsInDay).toISOString(),
      })
      return draft
    },
    async find(id, by) {
      const hidden = secret.get(id)
      if (hidden) return hidden.author === null || hidden.author === by ? hidden : undefined
      const row = await findDraft(store.db, { id, by, now: clock() })
      return row && draftOf(row)
    },
    async latest(author, command) {
      const empty = JSON.stringify(emptyDraft)
      const row = await latestDraft(store.db, { author, command, empty, now: clock() })
      return row && { draft: draftOf(row), savedAt: row.saved_at }
    },
    async drop(id) {
      secret.delete(id)
      await deleteDraft(store.db, id)
    },
  }
}

/** Returns whether something holds a credential: nothing that does is stored, or goes into a button or a form. */
export function holdsSecret(given: unknown): boolean {
  return JSON.stringify(dropCredentials(given)) !== JSON.stringify(given)
}

function draftOf({ id, author, command, draft_content, input }: DraftRow): Draft {
  return {
    id,
    author,
    command,
    draftContent: JSON.parse(draft_content) as DraftContent,
    input: input ? (JSON.parse(input) as Record<string, unknown>) : undefined,
  }
}

export type DraftRow = Selectable<Schema['drafts']>

/** Writes a draft down, in place of what it held before; those that nobody went on with are forgotten. */
export async function saveDraft(db: Kysely<Schema>, row: Insertable<Schema['drafts']>): Promise<void> {
  await db.deleteFrom('drafts').where('expires_at', '<', row.saved_at).execute()
  const { id: _, ...changed } = row
  await db
    .insertInto('drafts')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changed))
    .execute()
}

/** @param by who asks for it: only its author may have it, unless it is everybody's */
export async function findDraft(
  db: Kysely<Schema>,
  { id, by, now }: { readonly id: string; readonly by: string; readonly now: Date },
): Promise<DraftRow | undefined> {
  return db
    .selectFrom('drafts')
    .selectAll()
    .where('id', '=', id)
    .where('expires_at', '>', now.toISOString())
    .where(({ or, eb }) => or([eb('author', '=', by), eb('author', 'is', null)]))
    .executeTakeFirst()
}

/**
 * What somebody began last and did not finish.
 * @param sought.empty the `gathered` of a form that was opened and no more
 */
export async function latestDraft(
  db: Kysely<Schema>,
  sought: { readonly author: string; readonly command: string; readonly empty: string; readonly now: Date },
): Promise<DraftRow | undefined> {
  return db
    .selectFrom('drafts')
    .selectAll()
    .where('author', '=', sought.author)
    .where('command', '=', sought.command)
    .where('draft_content', '!=', sought.empty)
    .where('expires_at', '>', sought.now.toISOString())
    .orderBy('saved_at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function deleteDraft(db: Kysely<Schema>, id: string): Promise<void> {
  await db.deleteFrom('drafts').where('id', '=', id).execute()
}
