import type { z } from 'zod'
import { cut, escapeText } from '../messages/blocks.ts'
import { fieldsOf } from './field.ts'

/** What was entered, read back to be confirmed; mrkdwn. */
export function readBack(input: z.ZodObject, values: Readonly<Record<string, unknown>>): string {
  const lines = fieldsOf(input)
    .filter((field) => values[field.name] !== undefined)
    .map((field) => {
      const value = field.secret ? '•••' : [values[field.name]].flat().map(spoken).join(', ')
      return `${field.label}: ${escapeText(value)}`
    })
  return cut(lines.join('\n'), 2800)
}

/** As a person says it: yes and no, not true and false. */
function spoken(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
