import { argumentsOf } from '../../src/commands/arguments.ts'
import { check } from '../../src/commands/check.ts'
import { parseSpoken, type Word } from '../../src/commands/grammar.ts'
import type { Registry } from '../../src/commands/registry.ts'

/** The words of a line behind `/cmr`. @throws what the bot says of a line that it cannot take apart */
export function spoken(line: string): readonly Word[] {
  const parsed = parseSpoken(line)
  if (!parsed.ok) throw new Error(parsed.fault)
  return parsed.words
}

/** A line as a command with its raw values. @throws what the bot says where it does not understand */
export function understood(registry: Registry, line: string) {
  const found = registry.find(spoken(line))
  if (!found.ok) throw new Error(found.sentence)
  const given = argumentsOf(found.command, found.rest)
  if (!given.ok) throw new Error(given.sentence)
  const { command } = found
  return {
    command,
    said: `${command.noun} ${command.verb}`,
    raw: given.raw,
    checked: check(command.input, given.raw),
  }
}
