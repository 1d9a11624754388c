import { bounds, tooLong } from './check.ts'
import type { Values } from './field.ts'

/** One word of what was typed after `/cmr`, or several in quotes. */
export interface Word {
  /** What it says, without the quotes around it. */
  readonly text: string
  /** The same to the letter, with its quotes. */
  readonly raw: string
  /** The white space before it: what is several words long keeps it. */
  readonly gap: string
  /** A quoted word is never a flag. */
  readonly quoted: boolean
  /** The name in `--name` and `--name=value`. */
  readonly flag?: string | undefined
  /** The name in `name=value`, which is a flag only where a command has such a field. */
  readonly key?: string | undefined
  /** What stands behind the `=`. */
  readonly value?: string | undefined
}

/** Opening quote → those that close it. Phones make curly ones. */
const quotes: Record<string, string> = {
  '"': '"“”',
  "'": "'‘’",
  '“': '”"“',
  '”': '”"“',
  '„': '“”"',
  '«': '»',
  '‘': "’'‘",
  '’': "’'‘",
}

/** Two hyphens, or the dash that a phone makes of them. */
const flagMark = /^(?:--|—|–)(?=[\p{L}])/u

const named = /^(?:(?:--|—|–)(?=\p{L}))?(\p{L}[\w-]*)=/u

/**
 * Takes apart what was typed: words, `--flag`, `--flag=value`, `key=value`, quotes of every kind, and Slack's own
 * escapes ("Formatting text for app surfaces"). Which of them belong together only a command's fields can tell
 * (`argumentsOf`).
 * @returns the words, or a sentence that says what is wrong
 */
export function parseSpoken(
  text: string,
): { ok: true; words: readonly Word[] } | { ok: false; fault: string; isTooLong: boolean } {
  if (text.length > bounds.text) return { ok: false, fault: tooLong(text.length), isTooLong: true }
  return wordsOf(withoutLinks(text))
}

function wordsOf(
  text: string,
): { ok: true; words: Word[] } | { ok: false; fault: string; isTooLong: boolean } {
  const words: Word[] = []
  let at = 0
  while (at < text.length) {
    const gap = /^\s*/.exec(text.slice(at))?.[0] ?? ''
    const begin = at + gap.length
    if (begin >= text.length) break
    const name = named.exec(text.slice(begin, begin + LONGEST_NAME))
    const start = begin + (name?.[0].length ?? 0)
    const closing = quotes[text[start] ?? '']
    let end = start
    if (closing) {
      end++
      while (end < text.length && !(closing.includes(text[end] ?? '') && isEnd(text[end + 1]))) end++
      if (end >= text.length)
        return {
          ok: false,
          isTooLong: false,
          fault: `The quote that opens at ${text.slice(start, start + 20)} is never closed.`,
        }
      end++
    } else end += /^\S*/.exec(text.slice(start))?.[0].length ?? 0
    words.push(wordIn({ raw: text.slice(begin, end), gap, name, isQuoted: closing !== undefined }))
    at = end
  }
  return { ok: true, words }
}

/** No field's name is longer: where there is no `=` until then, none is looked for. */
const LONGEST_NAME = 100

function wordIn(found: {
  readonly raw: string
  readonly gap: string
  readonly name: RegExpExecArray | null
  readonly isQuoted: boolean
}): Word {
  const { gap, name, isQuoted } = found
  const raw = decoded(found.raw)
  const behind = found.raw.slice(name?.[0].length ?? 0)
  const value = decoded(isQuoted ? behind.slice(1, -1) : behind)
  if (!name) {
    const flag = !isQuoted && flagMark.test(raw) ? raw.replace(flagMark, '') : undefined
    return { text: value, raw, gap, quoted: isQuoted, flag }
  }
  const isFlag = flagMark.test(raw)
  return { text: raw, raw, gap, quoted: false, value, [isFlag ? 'flag' : 'key']: name[1] }
}

const isEnd = (character: string | undefined) => character === undefined || /\s/.test(character)

/**
 * `<@U1|ana>` → U1, `<mailto:a@b.c|a@b.c>` → a@b.c, `<http://acme.com|acme.com>` → acme.com: the label is what was
 * typed. Without one the target is, with its scheme: `rua=<mailto:a@b.c>`.
 */
function withoutLinks(text: string): string {
  return text
    .replace(/<([@#!])([^<>|]+)(?:\|[^<>]*)?>/g, (_, mark: string, id: string) =>
      mark === '!' ? `!${id}` : id,
    )
    .replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, target: string, label?: string) => label || target)
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&' }

/** Returns a text without Slack's escapes, once from left to right: `&amp;lt;` is what somebody typed as `&lt;`. */
export function decoded(text: string): string {
  return text.replace(/&(?:(lt|gt|amp)|#(\d{1,6}));/g, (_, name?: string, number?: string) =>
    name ? (entities[name] ?? '') : String.fromCodePoint(Number(number)),
  )
}

/** A word by itself, as if somebody had typed it. */
export function typedWord(text: string): Word {
  return { text, raw: text, gap: ' ', quoted: false }
}

/** A flag as it would be typed. */
export function flagWord(flag: string, value: string): Word {
  return { text: value, raw: `--${flag}=${value}`, gap: ' ', quoted: false, flag, value }
}

/** A value as it can be typed again, to the letter: `search="two words"`. */
export function quoted(value: string): string {
  // Slack escapes what people type, so a numbered entity comes from here only.
  return `"${value.replaceAll(/[&<>"“”]/g, (character) => `&#${character.codePointAt(0)};`)}"`
}

/** Values as they can be said again: `domains="a.com b.com" years="1"`. */
export function spokenOf(values: Values): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${quoted([value].flat().join(' '))}`)
    .join(' ')
}
