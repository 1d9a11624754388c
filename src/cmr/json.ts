/** An object of JSON whose fields nobody has checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Only a number of this many digits, or with such an exponent, may be more than a double holds. */
const mayBeInexact = /\d{16}|[eE]\+?\d{3}/
/** Texts and numbers of valid JSON; digits inside a text are matched with the text. */
const textOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * Parses JSON. A number that a double cannot hold exactly becomes the text of its digits: ids above 2^53 would
 * otherwise be rounded to their neighbors' and taken for them.
 * @throws SyntaxError where the text is not JSON
 */
export function parseJson(text: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text
  // First of all: in a text that is not JSON, looking for the ends of its texts may take forever.
  const parsed: unknown = JSON.parse(json)
  if (!mayBeInexact.test(json)) return parsed
  // A reviver would see the digits as well, but it recurses: nesting beyond the stack would end it.
  return JSON.parse(json.replace(textOrNumber, (token) => (isKept(token) ? token : `"${token}"`)))
}

function isKept(token: string): boolean {
  if (token.startsWith('"')) return true
  const value = Number(token)
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
}

/** How much of a value is kept. */
interface JsonBounds {
  /** Levels of nesting. */
  readonly depth: number
  /** Characters of one text, and of one name of a field. */
  readonly text: number
  /** Items of one list. */
  readonly items: number
  /** Fields of one object. */
  readonly fields: number
  /** Values in all, at any depth. */
  readonly values: number
}

/** The field that tells how many items or fields were left out, of an object or at the end of a list. */
const LEFT_OUT = 'leftOut'

/** Returns how many items of a list `bounded` has left out; 0 where it is whole. */
export function leftOut(list: readonly unknown[]): number {
  const last = list.at(-1)
  const count = typeof last === 'object' && last !== null && LEFT_OUT in last ? last[LEFT_OUT] : 0
  return typeof count === 'number' ? count : 0
}

/** Returns an object that tells of so many values besides that were left out of it. */
export function withLeftOut(object: JsonObject, count: number): JsonObject {
  return count > 0 ? { ...object, [LEFT_OUT]: count + leftOut([object]) } : object
}

/** Returns the fields of an object without the one that counts what was left out. */
export function withoutLeftOut({ [LEFT_OUT]: _, ...fields }: JsonObject): JsonObject {
  return fields
}

/**
 * Returns a copy that any database stores and any reader can walk: without NUL and halves of surrogate pairs, which
 * PostgreSQL does not take, and within bounds. A text that is shortened ends with "…"; a list that is has
 * `{leftOut: 31000}` as its last item, an object `leftOut` as its last field.
 */
export function bounded(value: unknown, bounds: JsonBounds): unknown {
  let left = bounds.values
  const walk = (one: unknown, depth: number): unknown => {
    left--
    if (typeof one === 'string') return shortened(one, bounds.text)
    if (typeof one !== 'object' || one === null) return one
    if (depth === 0) return '…left out: nested too deeply'
    if (Array.isArray(one)) {
      const items: unknown[] = []
      for (const item of one) {
        if (left <= 0 || items.length === bounds.items)
          return [...items, { [LEFT_OUT]: one.length - items.length }]
        items.push(walk(item, depth - 1))
      }
      return items
    }
    const entries: [string, unknown][] = []
    const names = Object.keys(one)
    for (const name of names) {
      if (left <= 0 || entries.length === bounds.fields) {
        entries.push([LEFT_OUT, names.length - entries.length])
        break
      }
      entries.push([shortened(name, bounds.text), walk((one as Record<string, unknown>)[name], depth - 1)])
    }
    // Defines its fields: assigning to one named `__proto__` would change what the object is.
    return Object.fromEntries(entries)
  }
  return walk(value, bounds.depth)
}

/** The text, or its beginning with "…" where it is longer; never half of a word, where it has words. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return clean(text)
  const start = Math.max(0, most - LONGEST_WORD)
  // Half of a password is no longer found by whoever takes it out, and still half of a password.
  const space = /\s\S*$/.exec(text.slice(start, most))
  return `${clean(text.slice(0, space ? start + space.index : most))}…`
}

/** Longer runs without a space are no words. */
const LONGEST_WORD = 1000

function clean(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\uFFFD') : whole
}

/** Tells whether a parsed value is a JSON object: neither a list nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
