import type { z } from 'zod'
import { escapeText } from '../slack/blocks.ts'
import { listed } from '../slack/long-text.ts'
import { type Field, fieldsOf } from './field.ts'

/**
 * What was entered, read back to be confirmed; mrkdwn.
 * @param before what stands there today, as far as it is known
 */
export function readBack(
  input: z.ZodObject,
  values: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>> = {},
): string {
  const lines = fieldsOf(input)
    .filter((field) => values[field.name] !== undefined)
    .map((field) => `${field.label}: ${changeOf(field, before[field.name], values[field.name])}`)
  return listed(lines, 2800, '\n')
}

function changeOf(field: Field, before: unknown, after: unknown): string {
  if (field.secret) return '•••'
  const [old, now] = [before, after].map((value) => escapeText([value].flat().map(spoken).join(', ')))
  return before === undefined || before === '' || old === now ? `${now}` : `${old} → *${now}*`
}

/** Returns a value as people read it: yes or no instead of true or false. */
function spoken(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
