import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { dropCredentials } from '../cmr/redact.ts'
import type { FormState } from '../forms/form.ts'

/** "Views: private_metadata" allows 3,000 characters; the channel and the typed name need some. */
const LONGEST = 2400

/** What waits for a confirmation; an hour is longer than anybody looks at a form. */
const drafts = new LRUCache<string, Readonly<Record<string, unknown>>>({ max: 1000, ttl: 60 * 60 * 1000 })

/** Puts input into a form's state: as it is, or, where it is long or holds a secret, as the name of a draft. */
export function holding(state: FormState, input: Readonly<Record<string, unknown>>): FormState {
  const json = JSON.stringify(input)
  if (json.length <= LONGEST && JSON.stringify(dropCredentials(input)) === json) return { ...state, input }
  const draft = randomUUID()
  drafts.set(draft, input)
  return { ...state, draft }
}

/** The input of a confirmation; nothing where the bot has restarted since. */
export function held(state: FormState): Readonly<Record<string, unknown>> | undefined {
  return state.input ?? (state.draft ? drafts.get(state.draft) : undefined)
}
