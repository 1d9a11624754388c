import { isCredential } from '../cmr/redact.ts'
import type { Values } from './field.ts'

/**
 * Text that a program has read as Windows-1252 although it was UTF-8: “MichaÅ‚” for “Michał”. It is recognized by its
 * signs, which no language puts together so, put right, and asked about.
 */

const windows1252 = new TextDecoder('windows-1252')
/** The byte of each character beyond ASCII. */
const bytes = new Map(
  Array.from({ length: 128 }, (_, at) => [windows1252.decode(Uint8Array.of(128 + at)), 128 + at]),
)
const signs = (from: number, to: number) =>
  [...bytes].flatMap(([sign, byte]) => (byte >= from && byte <= to ? [sign] : [])).join('')
const following = `[${signs(0x80, 0xbf).replace(/[\\\]^-]/g, '\\$&')}]`
/** The characters of two, three and four bytes (RFC 3629). */
const sequence = new RegExp(
  `[${signs(0xc2, 0xdf)}]${following}|[${signs(0xe0, 0xef)}]${following}{2}|[${signs(0xf0, 0xf4)}]${following}{3}`,
  'gu',
)
/** What people write a name with. */
const likely =
  /^(?!\p{M})[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hebr}\p{sc=Arab}\p{sc=Thai}\p{sc=Deva}\p{sc=Armn}\p{sc=Geor}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Zyyy}]$/u
/** A letter at the end of a quoted word is no garbled one: „MENÜ“. */
const closing = /^.[“”‘’–—…]+$/u

/** Returns the text as it was meant; undefined where nothing in it is garbled. */
export function ungarbled(text: string): string | undefined {
  const found = [...text.matchAll(sequence)].filter(([signs]) => decoded(signs) !== undefined)
  const isSure = found.some(({ 0: signs, index }) => {
    const isLast = !/^[\p{L}\p{M}\p{N}]/u.test(text.slice(index + signs.length))
    return !(isLast && closing.test(signs))
  })
  return isSure ? text.replace(sequence, (signs) => decoded(signs) ?? signs) : undefined
}

/** Letters alone, three in a row, are rather a word than a sign of Chinese. */
const word = /^\p{L}{3,}$/u

function decoded(signs: string): string | undefined {
  if (word.test(signs)) return undefined
  try {
    const read = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from([...signs].map((sign) => bytes.get(sign) ?? 0)),
    )
    return likely.test(read) ? read : undefined
  } catch {
    return undefined
  }
}

/** Values of which some were garbled. */
export interface GarbledValues {
  /** All of them, put right. */
  readonly values: Values
  /** What was garbled, by field: as it was given, and as it is meant. */
  readonly fields: Readonly<Record<string, { readonly given: string; readonly meant: string }>>
}

/** Returns what was given with its garbled texts put right; undefined where none is garbled. A credential stays as it is. */
export function garbledIn(given: Values): GarbledValues | undefined {
  const values: Record<string, unknown> = { ...given }
  const fields: Record<string, { given: string; meant: string }> = {}
  for (const [name, value] of Object.entries(given)) {
    if (isCredential(name)) continue
    const texts = [value].flat()
    const meant = texts.map((text) => (typeof text === 'string' ? ungarbled(text) : undefined))
    const first = meant.findIndex((text) => text !== undefined)
    if (first === -1) continue
    fields[name] = wordsOf(String(texts[first]), meant[first] ?? '')
    const right = texts.map((text, at) => meant[at] ?? text)
    values[name] = Array.isArray(value) ? right : right[0]
  }
  return Object.keys(fields).length > 0 ? { values, fields } : undefined
}

/** The first line in which the two differ: of a list of people, the person. */
function wordsOf(given: string, meant: string): { given: string; meant: string } {
  const [before, after] = [given.split(/[\r\n]+/), meant.split(/[\r\n]+/)]
  const at = before.findIndex((line, place) => line !== after[place])
  return { given: (before[at] ?? given).trim(), meant: (after[at] ?? meant).trim() }
}

/** The sentence at a field whose text was put right. */
export function garbledSentence({
  given,
  meant,
}: {
  readonly given: string
  readonly meant: string
}): string {
  return `“${given}” was garbled by another program. It now says “${meant}”. Send it again if that is right, or correct it.`
}
