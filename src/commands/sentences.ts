import type { z } from 'zod'

/**
 * What is wrong with a value, as people say it: zod's own words are for builders. A schema that says more itself is
 * heard first.
 */
export function sentenceOn(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.length === 1 ? undefined : `Choose one of ${issue.values.map(String).join(', ')}.`
    case 'invalid_type':
      if (issue.expected === 'int') return 'Give a whole number.'
      if (issue.expected === 'number') return 'Give a number.'
      return issue.expected === 'boolean' ? 'Choose yes or no.' : undefined
    case 'invalid_format':
      return issue.format === 'email' ? 'This is not an e-mail address.' : undefined
    case 'too_small':
      if (issue.origin === 'string') return issue.minimum === 1 ? 'Fill this in.' : undefined
      return `Give ${issue.minimum} at least.`
    case 'too_big':
      return `Give ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''} at most.`
    default:
      return undefined
  }
}
