import type { z } from 'zod'
import { escapeText, listed } from '../slack/blocks.ts'
import { type Field, fieldsOf, type Values } from './field.ts'

/**
 * What was entered, read back to be confirmed; mrkdwn.
 * @param before what stands there today, as far as it is known
 */
export function readBack(input: z.ZodObject, values: Values, before: Values = {}): string {
  const lines = fieldsOf(input)
    .filter((field) => values[field.name] !== undefined)
    .map((field) => `${field.label}: ${changeOf(field, before[field.name], values[field.name])}`)
  return listed(lines, 2800, '\n')
}

function changeOf(field: Field, before: unknown, after: unknown): string {
  if (field.secret) return '•••'
  const [old, now] = [before, after].map((value) =>
    [value]
      .flat()
      .map((one) => named(field, one) ?? escapeText(spoken(one)))
      .join(', '),
  )
  return before === undefined || before === '' || old === now ? `${now}` : `${old} → *${now}*`
}

/** Nobody knows a person or a channel by its id: Slack shows the name. */
function named({ kind }: Field, value: unknown): string | undefined {
  if (kind === 'person' && /^[UW][A-Z0-9]+$/.test(String(value))) return `<@${value}>`
  return kind === 'channel' && /^[CG][A-Z0-9]+$/.test(String(value)) ? `<#${value}>` : undefined
}

/** Returns a value as people read it: yes or no instead of true or false. */
function spoken(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
