import { escapeText } from '../slack/blocks.ts'
import type { Command } from './command.ts'
import { type Field, fieldsOf, isMeantFor } from './field.ts'
import type { Spoken } from './grammar.ts'
import { didYouMean } from './registry.ts'

/**
 * Words and flags as raw values by field.
 * @param words the last of what was said: the noun and the verb are not among them
 * @returns the values, or a sentence in mrkdwn about a word too many or a flag that does not exist
 */
export function argumentsOf(
  command: Command,
  words: readonly string[],
  flags: Spoken['flags'],
  behind: Spoken['behind'] = [],
): { ok: true; raw: Record<string, string> } | { ok: false; sentence: string } {
  const fields = fieldsOf(command.input)
  const names = fields.map((field) => field.name)
  const raw: Record<string, string> = {}
  for (const [flag, value] of Object.entries(flags)) {
    const name = fieldCalled(flag, names)
    if (!name) {
      const known = names.length
        ? ` It takes ${names.map((one) => `\`--${one}\``).join(' ')}.`
        : ' It takes none.'
      return {
        ok: false,
        sentence: `*${command.noun} ${command.verb}* has no \`--${escapeText(flag)}\`.${didYouMean(flag, names, '--')}${known}`,
      }
    }
    raw[name] = value
  }
  const fieldOf = (flag = '') => {
    const name = fieldCalled(flag, names)
    return fields.find((one) => one.name === name)
  }
  const inPlace = command.positional.filter((name) => raw[name] === undefined)
  const taken = new Set<number>()
  // "acme.com acme.io off", "PAUSED jane@acme.com": what can be meant for one place only goes there from anywhere.
  for (const [at, name] of inPlace.entries()) {
    const field = fields.find((one) => one.name === name)
    if (!field || isMeantFor(field, words[at] ?? '')) continue
    const place = words.findIndex((word, where) => !taken.has(where) && isMeantFor(field, word))
    if (place < 0) continue
    raw[name] = words[place] ?? ''
    taken.add(place)
  }
  const open = inPlace.filter((name) => raw[name] === undefined)
  const last = open.at(-1)
  const before = behind.length - words.length
  const listAfter = new Map([...new Set(behind)].map((flag) => [flag, fieldOf(flag)]))
  let at = 0
  for (const [place, word] of words.entries()) {
    if (taken.has(place)) continue
    const flag = listAfter.get(behind[before + place])
    const name = flag && goesOn(flag, word, open.length === 0) ? flag.name : (open[at++] ?? last)
    if (!name) {
      return {
        ok: false,
        sentence: `*${command.noun} ${command.verb}* does not know what to do with “${escapeText(word)}”.`,
      }
    }
    // Words beyond the last position belong to it: a company's name, a list of domains.
    raw[name] = raw[name] === undefined ? word : `${raw[name]} ${word}`
  }
  return { ok: true, raw }
}

/** Whether a word belongs to the list that the flag before it began: `--severities urgent bad`. */
function goesOn({ kind, choices }: Field, word: string, nothingElseIsOpen: boolean): boolean {
  if (kind !== 'list') return false
  return nothingElseIsOpen || choices.includes(word.toLowerCase())
}

/** A field by its name, whatever its case; `--severity` is `--severities` where nothing else is meant. */
function fieldCalled(flag: string, names: readonly string[]): string | undefined {
  const said = flag.toLowerCase()
  return (
    names.find((one) => one.toLowerCase() === said) ?? names.find((one) => singular(one) === singular(flag))
  )
}

function singular(name: string): string {
  return name
    .toLowerCase()
    .replace(/ies$/, 'y')
    .replace(/xes$/, 'x')
    .replace(/([^s])s$/, '$1')
}
