import { argumentsOf } from './arguments.ts'
import { bounds } from './bounds.ts'
import type { Command } from './command.ts'
import { check } from './field.ts'
import { parseSpoken } from './grammar.ts'
import type { Registry } from './registry.ts'

/** What somebody wants who writes to the bot as one writes to a person. */
export type Meaning =
  /** Everything is said: it only has to be looked up. */
  | { readonly kind: 'read'; readonly command: Command; readonly input: Readonly<Record<string, unknown>> }
  /** It changes something, or more has to be said first: that takes a click. */
  | { readonly kind: 'click'; readonly command: Command; readonly given: Readonly<Record<string, unknown>> }
  /** Names to look for, the likeliest first. */
  | { readonly kind: 'search'; readonly texts: readonly string[] }
  | { readonly kind: 'greeting' }

/** What people ask without a command's name, as the command it stands for; `THING` is the name that they mention. */
const questions: readonly (readonly [asked: RegExp, line: string])[] = [
  [
    /\b(why|broken|wrong|problems?|issues?|stuck|diagnos\w*|fail\w*|(not|n[’']t|stopped) (send|work|deliver)\w*)\b/i,
    'diagnose THING',
  ],
  [
    /\b(renew\w*|expir\w*|due|forecast|runway|upcoming|(run|runs|last|lasts) (dry|out|until|how long))\b/i,
    'renewals',
  ],
  [/\b(wallet|balance|funds|money|credit)\b/i, 'wallet'],
  [/\b(under ?way|progress|pending|open operations?)\b/i, 'operations'],
  [/\b(webhooks?|healthy?|alive|running)\b/i, 'status'],
]

const greetings =
  /^(hi|hello|hey|hallo|hola|moin|yo|good (morning|day|afternoon|evening)|thanks?|thank you|ok(ay)?)\b(\s|[\p{P}\p{S}]|:\w+:)*$/iu

/** What a name is asked for with, and is no part of it. */
const fillers = new Set(
  'a about all an and any are can cmr could do does find for from get give has have how i in is it know list look me my of on our please search show tell that the there this to up us was what what’s whats where which who whose with you'.split(
    ' ',
  ),
)

/** An address, a domain, an id of CMR's: nothing else is written so. */
const things = [
  /^[^\s@]{1,64}@(?:[\p{L}\d-]{1,63}\.){1,8}\p{L}{2,24}$/u,
  /^(?:[\p{L}\d](?:[\p{L}\d-]{0,61}[\p{L}\d])?\.){1,8}\p{L}{2,24}$/u,
  /^(?=.*\d)[A-Z][A-Z\d_-]{5,90}$/,
]
/** Of a long text this many words are looked at. */
const MOST_WORDS = 300

/** `find` takes no longer name. */
const LONGEST_NAME = 200

/**
 * Reads what somebody writes to the bot in a direct message: a command without its slash, a question, or a name. Nothing
 * of it changes anything.
 * @param said as Slack sends it, with its escapes
 */
export function meaningOf(registry: Registry, said: string): Meaning {
  const text = withoutMarks(said.slice(0, bounds.text))
  if (!text || greetings.test(text)) return { kind: 'greeting' }
  const named = thingsIn(text)
  return (
    asCommand(registry, text) ??
    asQuestion(registry, text, named[0]) ??
    (named.length > 0 ? { kind: 'search', texts: named } : nameIn(text))
  )
}

/** Without what calls the bot, and what only makes it look nice. */
function withoutMarks(said: string): string {
  return said
    .replaceAll('`', ' ')
    .replace(/(^|\s)[*_~](\S[^*_~]*)[*_~](?=\s|$)/g, '$1$2')
    .trim()
    .replace(/^(<@[A-Z0-9]+(\|[^>]*)?>[\s,:]*)+/, '')
    .replace(/^\/?cmr\b[\s,:]*/i, '')
    .replace(/^(please\s+)?help\s+(me|us|please)\b.*$/is, 'help')
    .trim()
}

function asCommand(registry: Registry, text: string): Meaning | undefined {
  // "Wallet?" and "status." end as sentences do.
  const spoken = parseSpoken(text.replace(/(?<=[\p{L}\d])[?!.…]+$/u, ''))
  if (!spoken.ok || spoken.words.length === 0) return undefined
  const found = registry.find(spoken.words)
  if (!found.ok) return undefined
  const { command, rest } = found
  const given = argumentsOf(command, rest)
  if (!given.ok) return undefined
  const checked = check(command.input, given.raw)
  const isWrong = !checked.ok && Object.keys(checked.errors).some((name) => !checked.missing.includes(name))
  if (isWrong) return undefined
  // What needs more than reading does more, whatever its effect on CMR: it stops an import, or goes on with it.
  const onlyReads = command.effect === 'read' && command.needs === undefined
  if (onlyReads && checked.ok) return { kind: 'read', command, input: checked.input }
  return { kind: 'click', command, given: given.raw }
}

function asQuestion(registry: Registry, text: string, thing: string | undefined): Meaning | undefined {
  for (const [asked, line] of questions) {
    const aboutThing = line.includes('THING')
    if (!asked.test(text) || aboutThing !== (thing !== undefined)) continue
    const meaning = asCommand(registry, line.replace('THING', thing ?? ''))
    if (meaning) return meaning
  }
  return undefined
}

/** Addresses, domains and ids, in the order in which they stand there. */
function thingsIn(text: string): string[] {
  const words = text
    .replace(/<(?:mailto:|https?:\/\/)?[^<>|]{0,500}\|([^<>|]{1,500})>/g, ' $1 ')
    .split(/[\s<>|,;()"“”/]+/, MOST_WORDS)
    .map((word) => word.replace(/^mailto:/, '').replace(/[.!?:’']+$/, ''))
  return [...new Set(words)].filter((word) => things.some((shape) => shape.test(word)))
}

/** What is left of a sentence may be a name; as a whole it is looked for first. */
function nameIn(text: string): Meaning {
  const whole = text.replace(/[?!.…]+$/u, '').trim()
  const rest = whole
    .split(/\s+/)
    .filter((word) => !fillers.has(word.toLowerCase().replace(/[^\p{L}’]/gu, '')))
    .join(' ')
  const texts = [...new Set([whole, rest])].filter((name) => name && name.length <= LONGEST_NAME)
  return texts.length > 0 ? { kind: 'search', texts } : { kind: 'greeting' }
}
