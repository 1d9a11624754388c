import { isDomainName, plainText } from '../cmr/normal-forms.ts'
import { escapeText } from '../slack/blocks.ts'
import { type Command, idOf } from './command.ts'
import { fieldsOf } from './field.ts'
import { quoted, type Word, wordSaying } from './grammar.ts'
import { didYouMean, type FoundCommand, type Registry } from './registry.ts'

/** One of the things that somebody may have meant. */
export interface Reading {
  readonly command: Command
  readonly rest: readonly Word[]
}

/** What was said, or several readings of it between which a person chooses. */
export type Understood =
  | Extract<FoundCommand, { ok: true }>
  | { readonly ok: false; readonly sentence: string; readonly readings: readonly Reading[] }

/** What people call a noun otherwise. */
const nouns: ReadonlyMap<string, string> = new Map(
  Object.entries({
    customer: 'users',
    customers: 'users',
    client: 'users',
    clients: 'users',
    account: 'users',
    accounts: 'users',
    balance: 'wallet',
    funds: 'wallet',
    money: 'wallet',
    credit: 'wallet',
    email: 'mailboxes',
    emails: 'mailboxes',
    inbox: 'mailboxes',
    inboxes: 'mailboxes',
    record: 'dns',
    records: 'dns',
    subs: 'subscriptions',
    sub: 'subscriptions',
    countries: 'geo countries',
    states: 'geo states',
    jobs: 'operations',
    tasks: 'operations',
    health: 'status',
    search: 'find',
    lookup: 'find',
    why: 'diagnose',
    check: 'diagnose',
  }),
)

/** Verbs that people use for each other; whoever has one of them is meant by all. */
const verbs: readonly (readonly string[])[] = [
  ['list', 'ls', 'all', 'show', 'get', 'view', 'display', 'see', 'open', 'info', 'details'],
  ['create', 'add', 'new', 'order', 'buy', 'register', 'make'],
  ['delete', 'remove', 'drop'],
  ['cancel', 'terminate'],
  ['pause'],
  ['resume', 'continue', 'unpause'],
  ['update', 'edit', 'change', 'modify'],
  ['renew', 'extend', 'prolong'],
]

/** What belongs to another noun than it is said of. */
const phrases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'create mailboxes': 'orders.mailboxes',
    'create domains': 'orders.create',
    'create dns': 'dns.add',
    'create warmup': 'warmup.add',
    'cancel mailboxes': 'mailboxes.remove',
    'cancel domains': 'domains.remove',
    'cancel users': 'users.delete',
    'cancel warmup': 'warmup.remove',
    'pause warmup': 'warmup.status',
    'resume warmup': 'warmup.status',
    'renew mailboxes': 'subscriptions.renew',
    'renew wallet': 'renewals.funds',
  }),
)

/** Words that only hold a sentence together. */
const fillers = new Set(
  'a an the to for of on from in with my our me us please all some more this that now is it does do not sending'.split(
    ' ',
  ),
)

/**
 * Understands what is no command as it stands: synonyms, a sentence, or a bare name, which is looked for. Nothing is
 * done by it that a command would not ask about: what costs money or deletes opens its confirmation.
 */
export function understandWords(registry: Registry, words: readonly Word[]): Understood {
  // "Order" is a noun of ours too, and a verb where another one follows.
  const ordered =
    said(words[0]) === 'order' && words.slice(1).some((word) => nounCalled(registry, said(word)))
  const found = registry.find(words)
  if (found.ok && !ordered) return found
  const sentence = found.ok ? '' : found.sentence
  return asSynonym(registry, words) ?? asSentence(registry, words) ?? asName(registry, words, sentence)
}

const said = (word: Word | undefined) => (word ? plainText(word.text).toLowerCase() : '')

/** `customers`, `customers list`, `balance`, `check acme.com`. */
function asSynonym(registry: Registry, [first, ...rest]: readonly Word[]): Understood | undefined {
  const noun = nouns.get(said(first))
  if (!noun) return undefined
  const instead = [...noun.split(' ').map(wordSaying), ...rest.filter((word) => !isFiller(word))]
  const found = registry.find(instead)
  return found.ok ? found : asSentence(registry, instead)
}

/** `renew acme.com`, `add 5 mailboxes to acme.com`, `show me the wallet`: a verb, and what it is done to. */
function asSentence(registry: Registry, words: readonly Word[]): Understood | undefined {
  const at = words.findIndex((word) => groupOf(said(word)) !== undefined)
  const group = groupOf(said(words[at]))
  if (!group || at > 1) return undefined
  const others = words.filter((_, place) => place !== at)
  const meant = others.map((word) => nounCalled(registry, said(word)))
  const noun = meant.find((one) => one !== undefined)
  const things = others.filter(
    (word, place) => !isFiller(word) && meant[place] === undefined && !isCount(others, place),
  )
  if (noun) {
    const verb = group[0] ?? ''
    const known =
      registry.byId(phrases.get(`${verb} ${noun}`) ?? '') ?? verbOf(registry, noun, said(words[at]), group)
    return known && { ok: true, command: known, rest: things }
  }
  return without(registry, { verb: said(words[at]), group, things })
}

/** No noun was said: whatever can be done so with what was named, to choose from. */
function without(
  registry: Registry,
  {
    verb,
    group,
    things,
  }: { readonly verb: string; readonly group: readonly string[]; readonly things: readonly Word[] },
): Understood | undefined {
  const what = things.map(({ text }) => text).join(' ')
  const isLook = group === verbs[0]
  // To show something is to find it.
  if (isLook && what) return asName(registry, things, '')
  const fits = [...registry.nouns.values()]
    .flat()
    .filter((one) => (isLook ? one.verb === 'list' : group.includes(one.verb)))
    .filter((one) => !what || takes(one, what))
  const [only, ...more] = fits
  if (!only) return undefined
  if (more.length === 0) return { ok: true, command: only, rest: things }
  return {
    ok: false,
    sentence: `What do you want to ${verb}${what ? `: “${escapeText(what)}”` : ''}?`,
    readings: fits.map((command) => ({ command, rest: things })),
  }
}

/** Whether the first thing that a command takes may be called so. */
function takes({ input, positional }: Command, name: string): boolean {
  const field = fieldsOf(input).find((one) => one.name === positional[0])
  const isAddress = name.includes('@')
  const isDomain = !isAddress && isDomainName(name)
  switch (field?.picker) {
    case 'user':
      return !isDomain
    case 'domain':
      return isDomain
    case 'mailbox':
      return isAddress
    case 'subscription':
      return !isAddress
    default:
      return false
  }
}

/** A bare name is looked for; a word that is nearly one of ours may be that instead. */
function asName(registry: Registry, words: readonly Word[], sentence: string): Understood {
  const find = registry.byId('find.show')
  const [first] = words
  if (!find || !first) return { ok: false, sentence, readings: [] }
  const near = /`([^`]+)`/.exec(didYouMean(said(first), [...registry.nouns.keys()]))?.[1]
  const rest = [wordSaying(words.map(({ text }) => plainText(text)).join(' '))]
  const search = { command: find, rest }
  const noun = nounCalled(registry, said(first))
  if (noun) {
    const readings = (registry.nouns.get(noun) ?? []).map((command) => ({ command, rest: words.slice(2) }))
    return { ok: false, sentence, readings }
  }
  if (!near) return { ok: true, ...search }
  const instead = registry.find([wordSaying(near), ...words.slice(1)])
  if (!instead.ok) return { ok: false, sentence, readings: [search] }
  return { ok: false, sentence, readings: [{ command: instead.command, rest: instead.rest }, search] }
}

function groupOf(word: string): readonly string[] | undefined {
  return verbs.find((group) => group.includes(word))
}

function nounCalled(registry: Registry, word: string): string | undefined {
  const other = nouns.get(word)
  if (other) return registry.nouns.has(other) ? other : undefined
  return [word, `${word}s`, `${word}es`].find((one) => registry.nouns.has(one))
}

function verbOf(
  registry: Registry,
  noun: string,
  verb: string,
  group: readonly string[],
): Command | undefined {
  const own = registry.nouns.get(noun) ?? []
  return [verb, ...group].flatMap((name) => own.filter((one) => one.verb === name))[0]
}

function isFiller(word: Word): boolean {
  return !word.quoted && fillers.has(said(word))
}

/** "5 mailboxes": how many is asked by the form. */
function isCount(words: readonly Word[], at: number): boolean {
  const next = said(words[at + 1])
  return /^\d{1,4}$/.test(said(words[at])) && /^\p{L}/u.test(next) && at < words.length - 1
}

/** What a button says again behind its command. */
export function spokenRest(rest: readonly Word[]): string {
  return rest
    .map((word) => (word.flag !== undefined || word.key !== undefined ? word.raw : quoted(word.text)))
    .join(' ')
}

/** A reading as a button calls it: "Renew domains: acme.com". */
export function readingLabel({ command, rest }: Reading): string {
  const what = rest.map(({ text }) => text).join(' ')
  return what ? `${command.summary}: ${what}` : command.summary
}

/** The `noun.verb` of a reading, told from the others in a row of buttons. */
export function readingId({ command }: Reading, at: number): string {
  return `${idOf(command)}:meant${at}`
}
