import { z } from 'zod'
import type { FormState } from './form.ts'

const shape = z.looseObject({
  channel: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  draft: z.string().optional(),
  typed: z.string().optional(),
  cents: z.number().int().min(0).optional(),
  shownAt: z.iso.datetime().optional(),
  isUngarbled: z.boolean().optional(),
})

/** What a form carried, from its `private_metadata`; nothing of it where an older version of the bot wrote it otherwise. */
export function readFormState(metadata: string | undefined): FormState {
  try {
    const { success, data } = shape.safeParse(JSON.parse(metadata || '{}'))
    return success ? (data as FormState) : {}
  } catch {
    return {}
  }
}
