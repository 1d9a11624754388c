import type { KnownBlock } from '@slack/types'
import { dropCredentials } from '../cmr/redact.ts'
import { actions, button, longestValue } from '../slack/blocks.ts'
import { AmbiguousError, type Command, type InputError, idOf } from './command.ts'
import { spokenOf } from './grammar.ts'

/**
 * Where a name may mean several things, a button for each: it says the same command with that one. Nothing where
 * the rest of what was said is too long for a button, or holds a secret.
 */
export function choiceButtons(
  command: Command,
  input: Readonly<Record<string, unknown>>,
  error: InputError,
): KnownBlock[] {
  if (!(error instanceof AmbiguousError)) return []
  if (JSON.stringify(dropCredentials(input)) !== JSON.stringify(input)) return []
  const buttons = error.choices
    .map(({ label, value }, at) => ({
      text: label,
      actionId: `${idOf(command)}:choice${at}`,
      value: spokenOf({ ...input, [error.field]: value }),
    }))
    .filter(({ value }) => value.length <= longestValue)
  return buttons.length ? [actions(...buttons.map(button))] : []
}
