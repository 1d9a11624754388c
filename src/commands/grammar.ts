import { bounds, tooLong } from './bounds.ts'

/** What was typed after `/cmr`, taken apart. */
export interface Spoken {
  readonly words: readonly string[]
  /** The flag, by its field's name, that each word stands behind. */
  readonly behind: readonly (string | undefined)[]
  /** By field name: `--page-size` and `pageSize=` are the same. */
  readonly flags: Readonly<Record<string, string>>
}

interface Token {
  readonly text: string
  /** A quoted token is never a flag. */
  readonly quoted: boolean
  /** For `key="some words"`: what stands before the `=`. */
  readonly key?: string | undefined
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

/**
 * Takes apart what was typed: words, `--flag value`, `--flag=value`, `key=value`, quotes of every kind, and
 * Slack's own escapes ("Formatting text for app surfaces").
 * @returns words and flags, or a sentence that says what is wrong
 */
export function parseSpoken(text: string): ({ ok: true } & Spoken) | { ok: false; fault: string } {
  if (text.length > bounds.text) return { ok: false, fault: tooLong(text.length) }
  const read = tokens(unescapeSlack(text))
  if (!read.ok) return read
  const words: string[] = []
  const behind: (string | undefined)[] = []
  let last: string | undefined
  const flags: Record<string, string> = {}
  const twice: string[] = []
  const set = (name: string, value: string) => {
    const field = camel(name)
    if (Object.hasOwn(flags, field)) twice.push(name)
    flags[field] = value
    last = field
  }
  for (let at = 0; at < read.tokens.length; at++) {
    const token = read.tokens[at]
    if (!token) break
    if (token.key !== undefined) set(token.key.replace(flagMark, ''), token.text)
    else if (!token.quoted && flagMark.test(token.text)) {
      const next = read.tokens[at + 1]
      const hasValue = next && next.key === undefined && (next.quoted || !flagMark.test(next.text))
      set(token.text.replace(flagMark, ''), hasValue ? next.text : 'true')
      if (hasValue) at++
    } else {
      words.push(token.text)
      behind.push(last)
    }
  }
  if (twice.length) return { ok: false, fault: `“${twice[0]}” is given twice: give it once.` }
  return { ok: true, words, behind, flags }
}

function tokens(text: string): { ok: true; tokens: Token[] } | { ok: false; fault: string } {
  const found: Token[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at++
      continue
    }
    // No field has a name of one letter; `v=spf1` and `p=reject` are what records say.
    const key = /^((?:--|—|–)\p{L}[\w-]*|\p{L}[\w-]+)=/u.exec(text.slice(at))?.[1]
    const start = key === undefined ? at : at + key.length + 1
    const closing = quotes[text[start] ?? '']
    if (closing) {
      let end = start + 1
      while (end < text.length && !(closing.includes(text[end] ?? '') && isEnd(text[end + 1]))) end++
      if (end >= text.length)
        return {
          ok: false,
          fault: `The quote that opens at ${text.slice(start, start + 20)} is never closed.`,
        }
      found.push({ text: text.slice(start + 1, end), quoted: true, key })
      at = end + 1
    } else {
      const bare = /^\S*/.exec(text.slice(start))?.[0] ?? ''
      found.push({ text: bare, quoted: false, key })
      at = start + bare.length
    }
  }
  return { ok: true, tokens: found }
}

const isEnd = (character: string | undefined) => character === undefined || /\s/.test(character)

/** `<@U1|ana>` → U1, `<mailto:a@b.c|a@b.c>` → a@b.c, `<http://acme.com|acme.com>` → acme.com, `&amp;` → & */
function unescapeSlack(text: string): string {
  return text
    .replace(/<([@#!])([^<>|]+)(?:\|[^<>]*)?>/g, (_, mark: string, id: string) =>
      mark === '!' ? `!${id}` : id,
    )
    .replace(
      /<(?:mailto:|tel:)?([^<>|]+)(?:\|([^<>]*))?>/g,
      (_, target: string, label?: string) => label || target,
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

function camel(name: string): string {
  // Only from the first hyphen of several: a run of thousands would be read again from each of them.
  return name.replace(/(?<!-)-+(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** A value as it can be typed again, without what would end it: `search="two words"`. */
export function quoted(value: string): string {
  return `"${value.replaceAll(/["“”]/g, '')}"`
}

/** Values as they can be said again: `domains="a.com b.com" years="1"`. */
export function spokenOf(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${quoted([value].flat().join(' '))}`)
    .join(' ')
}
