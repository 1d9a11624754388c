import { z } from 'zod'
import type { Caller } from '../context.ts'
import type { FormState } from './form.ts'

const shape = z.looseObject({
  channel: z.string().optional(),
  thread: z.string().optional(),
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

/** Returns where a form was opened from, as whoever submits it is known by. */
export function placeIn({ channel, thread }: FormState): Pick<Caller, 'channelId' | 'threadTs'> {
  return { channelId: channel, threadTs: thread }
}

/** Returns what a form keeps of where it was opened from. */
export function stateFrom({ channelId, threadTs }: Caller): Pick<FormState, 'channel' | 'thread'> {
  return { channel: channelId, ...(threadTs && { thread: threadTs }) }
}
