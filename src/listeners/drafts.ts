import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { dropCredentials } from '../cmr/redact.ts'
import { type Command, idOf } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { type DraftRow, deleteDraft, findDraft, latestDraft, saveDraft } from '../commands/draft-store.ts'
import { type Draft, type DraftContent, type Drafts, emptyDraft } from '../commands/drafts.ts'
import type { FormState } from '../commands/forms/form.ts'
import { addMilliseconds, millisecondsInDay, millisecondsInHour } from '../process/dates.ts'
import type { Store } from '../store/store.ts'
import type { AppContext } from './app-context.ts'

export function createDrafts(store: Store, clock: () => Date): Drafts {
  // A secret waits in memory only, and no longer than anybody looks at a form.
  const secret = new LRUCache<string, Draft>({ max: 1000, ttl: millisecondsInHour })

  return {
    async keep(given) {
      const draft: Draft = { ...given, id: given.id ?? randomUUID() }
      if (holdsSecret(draft)) {
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

function holdsSecret({ draftContent, input }: Draft): boolean {
  const json = JSON.stringify({ draftContent, input })
  return JSON.stringify(dropCredentials({ draftContent, input })) !== json
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

/** "Views: private_metadata" allows 3,000 characters; the channel and the typed name need some. */
const LONGEST = 2400

/** Puts input into a form's state: as it is, or, where it is long or holds a secret, as the name of a draft. */
export async function holding(
  app: AppContext,
  caller: Pick<Caller, 'userId'>,
  command: Command,
  form: FormState,
  input: Readonly<Record<string, unknown>>,
): Promise<FormState> {
  const state = { ...form, shownAt: app.clock().toISOString() }
  const json = JSON.stringify(input)
  if (json.length <= LONGEST && JSON.stringify(dropCredentials(input)) === json) return { ...state, input }
  const begun = { author: caller.userId, command: idOf(command), draftContent: emptyDraft, input }
  return { ...state, draft: (await app.drafts.keep(begun)).id }
}
