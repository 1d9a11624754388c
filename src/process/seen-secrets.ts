/** What stands in a text where a credential was. */
export const REMOVED = '[removed]'

/** Shorter texts occur in ordinary words: taking them out would make messages unreadable. */
const SHORTEST = 6
/** An order of 300 mailboxes brings about 1,200 credentials; the oldest are forgotten first. */
const MOST = 5000
/** No credential that CMR documents is nearly as long. */
const LONGEST = 512
/** Forms are found by their first characters; the shortest form is as long as SHORTEST. */
const START = 4

/**
 * A status or an everyday word in a field named like a credential (`passwordStatus: "CHANGED"`) is none. Without
 * this, every message would lose that word.
 */
const ordinary = /^([A-Z]?[a-z]{0,8}|[A-Z_]{0,12}|\d{0,6})$/

/** Secret → its forms, the oldest first. In memory only: a restart forgets them, and nothing writes them down. */
const seen = new Map<string, readonly string[]>()
const own = new Map<string, readonly string[]>()
/** The first characters of every form → its length → forms: passwords of one maker often begin alike. */
const index = new Map<string, Map<number, Set<string>>>()
/**
 * Marks the first characters in `index` by their hash, so that most places of a text cost no look-up. What is forgotten
 * stays marked, which costs a look-up and no more.
 */
const marked = new Uint8Array(1 << 18)
const MASK = marked.length - 1
const BASE = 131
/** The weight of a character that leaves the window of START characters. */
const LEAVING = (BASE ** START) | 0

/** Returns the hash of one more character behind those that were hashed before. */
const hashNext = (hash: number, text: string, at: number) => Math.imul(hash, BASE) + text.charCodeAt(at)

function hashAt(text: string, at: number): number {
  let hash = 0
  for (let next = at; next < at + START; next++) hash = hashNext(hash, text, next)
  return hash
}

/**
 * Remembers a credential, so that `scrubText` takes it out of every text from now on: raw, as JSON, URLs and
 * Slack escape it, and inside base64. Texts of fewer than 6 characters and single everyday words are not remembered.
 * @param options.keep the bot's own keys, which are never forgotten
 */
export function rememberSecret(secret: string, { keep = false } = {}): void {
  if (secret.length < SHORTEST || secret.length > LONGEST || ordinary.test(secret)) return
  if (own.has(secret)) return
  const known = seen.get(secret)
  seen.delete(secret)
  const forms = known ?? formsOf(secret)
  const kept = keep ? own : seen
  kept.set(secret, forms)
  for (const form of forms) {
    const start = form.slice(0, START)
    marked[hashAt(form, 0) & MASK] = 1
    const byLength = index.get(start) ?? new Map<number, Set<string>>()
    index.set(start, byLength.set(form.length, (byLength.get(form.length) ?? new Set()).add(form)))
  }
  const [oldest] = seen
  if (oldest && seen.size > MOST) forget(oldest)
}

function forget([secret, forms]: [string, readonly string[]]) {
  seen.delete(secret)
  for (const form of forms) {
    const byLength = index.get(form.slice(0, START))
    const others = byLength?.get(form.length)
    others?.delete(form)
    if (others?.size === 0) byLength?.delete(form.length)
    if (byLength?.size === 0) index.delete(form.slice(0, START))
  }
}

/** Every way in which a text can stand inside another one. */
function formsOf(secret: string): string[] {
  const escaped = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const inJson = JSON.stringify(secret).slice(1, -1)
  const inUrl = encodeURIComponent(secret.toWellFormed())
  const base64 = [0, 1, 2].map((before) => base64Inside(secret, before))
  const forms = [
    secret,
    escaped,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    inUrl,
    inUrl.replaceAll('%20', '+'),
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
  ]
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST)
}

/** The part of a base64 text that is the same whatever stands around the secret. @param before bytes before it, mod 3 */
function base64Inside(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
  return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6))
}

/**
 * Returns a text without the credentials that the bot has seen, and without user names and passwords inside URLs.
 * Takes time in proportion to the text.
 */
export function scrubText(text: string): string {
  const scrubbed = withoutSeen(text)
  return scrubbed.includes('://') ? scrubbed.replace(/:\/\/[^\s/@|<>"\\]{1,300}@/g, '://') : scrubbed
}

/** What messages put between signs, so that Slack reads no emoji in them; it would hide a credential that has some. */
const JOINER = '\u2060'

function withoutSeen(text: string): string {
  if (index.size === 0) return text
  const bare = text.replaceAll(JOINER, '')
  const scrubbed = withoutForms(bare)
  return bare === text || scrubbed !== bare ? scrubbed : withoutForms(text)
}

function withoutForms(text: string): string {
  let scrubbed = ''
  let from = 0
  let hash = hashAt(text, 0)
  for (let at = 0; at + SHORTEST <= text.length; at++) {
    if (at > 0)
      hash = (hashNext(hash, text, at + START - 1) - Math.imul(LEAVING, text.charCodeAt(at - 1))) | 0
    if (at < from || marked[hash & MASK] === 0) continue
    const longest = longestFormAt(text, at)
    if (longest === 0) continue
    scrubbed += text.slice(from, at) + REMOVED
    from = at + longest
  }
  return from === 0 ? text : scrubbed + text.slice(from)
}

function longestFormAt(text: string, at: number): number {
  let longest = 0
  for (const [length, forms] of index.get(text.slice(at, at + START)) ?? [])
    if (length > longest && forms.has(text.slice(at, at + length))) longest = length
  return longest
}

/** What `scrubDeep` leaves as it is. */
interface Untouched {
  /** Names of fields whose texts are identifiers, not words. */
  readonly untouched?: ReadonlySet<string>
  /** Objects that may be shown with the credentials inside them. */
  readonly keep?: WeakSet<object>
}

/**
 * Returns plain objects and lists with every text scrubbed; other values, such as files, stay as they are. Only what
 * holds a credential is copied: most of what is shown holds none.
 */
export function scrubDeep<Value>(value: Value, options: Untouched = {}): Value {
  if (typeof value === 'string') return scrubText(value) as Value
  if (typeof value !== 'object' || value === null || options.keep?.has(value)) return value
  if (Array.isArray(value)) {
    const items = value.map((item) => scrubDeep(item, options))
    return items.some((item, at) => item !== value[at]) ? (items as Value) : value
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  const changed: [string, unknown][] = []
  for (const [name, inner] of Object.entries(value)) {
    const scrubbed = options.untouched?.has(name) ? inner : scrubDeep(inner, options)
    if (scrubbed !== inner) changed.push([name, scrubbed])
  }
  return changed.length > 0 ? { ...value, ...Object.fromEntries(changed) } : value
}
