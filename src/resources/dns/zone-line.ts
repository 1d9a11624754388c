import { isDomainName } from '../../cmr/normal-forms.ts'
import { flagWord, type Word } from '../../commands/grammar.ts'

const types = /^(?:A|CNAME|MX|TXT|NS)$/i
/** Of the Internet, which every zone is (RFC 1035, 3.2.4). */
export const zoneClass = /^IN$/i
/** Seconds, or as BIND writes them. CMR sets it by itself. */
const timeToLive = /^(?:\d{1,9}|\d{1,6}[smhdw]|auto(?:matic)?)$/i
/** How only the value of a TXT record begins. */
const onlyText = /^(?:v=(?:spf1|DMARC1|DKIM1)\b|k=rsa;|[a-z-]+-verification=)/i
const number = /^\d{1,5}$/
/** `@`, `*`, or names below the domain. */
const hostLabel = /^(?:@|\*|(?:\*\.)?[a-z\d_](?:[a-z\d_-]*[a-z\d_])?(?:\.[a-z\d_-]+)*)$/i
/** Fields that say by themselves what a line would. */
const ownFields = /^(?:record-?type|type|host|value|priority|record-?id|need)$/i
/** Endings below which domains are registered: `co.uk`. */
const secondLevel = /^(?:co|com|net|org|gov|edu|ac)\.[a-z]{2}$/i

/** A line of a zone file, or the fields of a record in another order, as people paste it. */
export interface ZoneLine {
  readonly domain: string | undefined
  readonly recordType: string
  readonly host: string | undefined
  readonly value: string | undefined
  readonly priority: string | undefined
}

/** What a line may mean, and the words of it that are no part of the record. */
interface Reading {
  readonly line: ZoneLine
  readonly leftOut: readonly Word[]
  /** Whether one word stands behind the type that may as well be a host. */
  readonly isBareWord: boolean
}

/** Reads the words behind a verb as one line, with what they say besides: whose the domain is, and other fields. */
export function lineIn(words: readonly Word[]): {
  /** The likeliest first; none where it is no record. */
  readonly readings: readonly Reading[]
  readonly others: readonly Word[]
} {
  const end = words.findIndex(
    ({ flag, key }) => flag !== undefined || /^(?:user-?id|customer)$/i.test(key ?? ''),
  )
  const said = end === -1 ? words : words.slice(0, end)
  const others = end === -1 ? [] : words.slice(end)
  const isGiven = words.some(({ flag, key }) => ownFields.test(flag ?? key ?? ''))
  const marked = said.findIndex(({ text, quoted }) => !quoted && types.test(text))
  // Only a TXT record begins so: its type need not be said.
  const at = marked === -1 ? said.findIndex(({ text }) => onlyText.test(text)) : marked
  if (isGiven || at === -1) return { readings: [], others }
  const type = marked === -1 ? 'TXT' : (said[at]?.text.toUpperCase() ?? '')
  const [before, behind] = [said.slice(0, at), said.slice(marked === -1 ? at : at + 1)]
  while (behind[0] && isClassForSure(behind[0])) behind.shift()
  // "TXT acme.com _dmarc …": the domain may follow the type.
  const [next, ...rest] = behind
  const isTypeFirst = !before.some(isName) && rest.length > 1 && next !== undefined && isName(next)
  if (isTypeFirst) before.push(next)
  const named = namesIn(before)
  if (!named) return { readings: [], others }
  const whose = named.others.map(({ text }) => text).join(' ')
  return {
    readings: readingsOf(type, named, isTypeFirst ? rest : behind),
    others: [...(whose ? [flagWord('userId', whose)] : []), ...others],
  }
}

/** @param data what stands behind the type */
function readingsOf(type: string, { domain, hosts }: Names, data: readonly Word[]): readonly Reading[] {
  const [only, ...more] = data
  const isOneName =
    only !== undefined && more.length === 0 && !isValue(type, only) && !only.text.includes('.')
  const read = hosts.flatMap(({ host, leftOut }) =>
    dataIn(type, data, host?.text).map(({ isApex, leftOut: others, ...one }) => {
      const split = one.host === undefined || isApex ? apart(domain, one.host) : undefined
      const line = { recordType: type, domain, ...one, ...split }
      return { line, leftOut: [...leftOut, ...others], isBareWord: isApex && isOneName }
    }),
  )
  const different = [...new Map(read.map((one) => [JSON.stringify(one.line), one])).values()]
  // All values but that of a TXT record are one word.
  const likely = different.filter(({ line }) => type === 'TXT' || !/\s/.test(line.value ?? ''))
  return likely.length > 0 ? likely : read.slice(0, 1)
}

export const isName = ({ text, quoted }: Word) => !quoted && !text.includes('@') && isDomainName(text)
/** In small letters it may be a host. */
const isClassForSure = ({ text, quoted }: Word) => !quoted && text === 'IN'
const isClass = ({ text, quoted }: Word) => !quoted && zoneClass.test(text)
const isTime = ({ text, quoted }: Word) => !quoted && timeToLive.test(text)
const isAside = (word: Word) => isClass(word) || isTime(word)

/** Whether words are no more than a time and a class, once each, as a zone file has them before the type. */
const areAside = (words: readonly Word[]) =>
  words.every(isAside) && words.filter(isTime).length < 2 && words.filter(isClass).length < 2

interface Names {
  readonly domain: string | undefined
  /** In each way it can be meant. */
  readonly hosts: readonly { readonly host: Word | undefined; readonly leftOut: readonly Word[] }[]
  /** A customer's name. */
  readonly others: readonly Word[]
}

/** The domain and what stands around it: before it a customer's name, behind it the host. */
function namesIn(before: readonly Word[]): Names | undefined {
  const at = before.findIndex(isName)
  const domain = before[at]?.text
  const behind = before.slice(at + 1)
  const found = { domain, others: before.slice(0, Math.max(at, 0)) }
  const [first] = behind
  const asHost = (host: Word) => ({ host, leftOut: behind.filter((word) => word !== host) })
  const host = behind.find((word) => !isAside(word)) ?? first
  if (!host) return { ...found, hosts: [{ host: undefined, leftOut: [] }] }
  const isHost = areAside(asHost(host).leftOut) && hostLabel.test(host.text.replace(/\.$/, ''))
  const isNone = areAside(behind)
  const isNoneForSure = isNone && (isClassForSure(host) || isWholeName(domain))
  const hosts = [
    ...(isHost && !isNoneForSure ? [asHost(host)] : []),
    ...(isNone ? [{ host: undefined, leftOut: behind }] : []),
  ]
  return hosts.length > 0 ? { ...found, hosts } : undefined
}

/** A name with its last dot, or with more before the domain, is the whole name of a record. */
const isWholeName = (name = '') => name.endsWith('.') || apart(name, undefined).host !== undefined

/** The words behind the type, with the host where it is known. */
interface Placed {
  readonly host: string | undefined
  readonly rest: readonly Word[]
  readonly leftOut: readonly Word[]
}

/** What stands behind the type, in each way it can be meant: the host where none came before, a priority, and the value. */
function dataIn(type: string, words: readonly Word[], given: string | undefined) {
  return endsOf(type, words)
    .flatMap((all) => {
      const leftOut = words.slice(all.length)
      const placed = given === undefined ? withHost(type, all) : behindHost(type, given, all)
      return placed.map((one) => ({ ...one, leftOut: [...one.leftOut, ...leftOut] }))
    })
    .map(({ host, rest, leftOut }) => {
      const place = type === 'MX' ? rest.findIndex(({ text }) => number.test(text)) : -1
      const value = textOf(rest.filter((_, at) => at !== place))
      const own = value === undefined ? undefined : ownHost(type, value)
      const priority = place === -1 ? undefined : rest[place]?.text
      return { host: host ?? own, value, priority, isApex: host === undefined, leftOut }
    })
}

/** A time and a class. */
const MOST_ASIDE = 2

/** The words where no host came before the type: it may be the first of them. @param most words that are left out */
function withHost(type: string, words: readonly Word[], most = MOST_ASIDE): Placed[] {
  const [first, ...rest] = words
  const none = { host: undefined, rest: words, leftOut: [] }
  if (!first || isValue(type, first)) return [none]
  if (rest.length > 0 && most > 0 && isAside(first))
    return [
      ...behindHost(type, first.text, rest),
      ...withHost(type, rest, most - 1).map((one) => ({ ...one, leftOut: [first, ...one.leftOut] })),
      ...(type === 'TXT' ? [none] : []),
    ]
  const names = words.filter(({ text }) => !number.test(text))
  return /^[@*_]/.test(first.text) || names.length > 1 ? behindHost(type, first.text, rest) : [none]
}

/** "TXT @ 3600 v=spf1": between the host and the value may stand what a zone file has before the type. */
function behindHost(type: string, host: string, words: readonly Word[], most = MOST_ASIDE): Placed[] {
  const [first, ...rest] = words
  const whole = { host, rest: words, leftOut: [] }
  if (!first || rest.length === 0 || most === 0 || !isAside(first) || isValue(type, first)) return [whole]
  const shorter = behindHost(type, host, rest, most - 1)
  const without = shorter.map((one) => ({ ...one, leftOut: [first, ...one.leftOut] }))
  const isPart = type === 'TXT' && !rest.some((word) => isValue(type, word))
  return isPart ? [whole, ...without] : without
}

/**
 * The words without the last one where that says how long the record is kept, as in tables that have it behind the value.
 * Of an MX it is one where a priority stands before it; a text may end with a number.
 */
function endsOf(type: string, words: readonly Word[]): (readonly Word[])[] {
  const [last, before] = [words.at(-1), words.slice(0, -1)]
  const [value] = before.slice(-1)
  if (!last || !value || !isTime(last)) return [words]
  if (type === 'TXT') {
    if (value.quoted || before.some(({ text }) => onlyText.test(text))) return [before]
    return before.some((word) => isValue(type, word)) ? [words, before] : [words]
  }
  if (type === 'MX' && !before.some(({ text }) => number.test(text))) return [words]
  return value.text.includes('.') ? [before] : [words]
}

/** Whether a word is no host, but a value by what it holds, or the priority of an MX. */
function isValue(type: string, { text, quoted }: Word): boolean {
  if (type === 'TXT') return quoted || /[\s=;]/.test(text)
  return type === 'MX' && number.test(text)
}

/** Where a record stands that names no host: at the domain itself, or where its kind always stands. */
function ownHost(type: string, value: string): string | undefined {
  if (/^["“]?\s*v=DMARC1/i.test(value)) return '_dmarc'
  if (/^["“]?\s*(?:v=DKIM1|k=rsa)/i.test(value)) return undefined
  return type === 'CNAME' ? undefined : '@'
}

/** `_dmarc.acme.com.`: a name that holds the host too; a domain that CMR sells has one name before its ending. */
function apart(name: string | undefined, host: string | undefined) {
  const bare = name?.replace(/\.$/, '') ?? ''
  const labels = bare.split('.')
  const own = secondLevel.test(labels.slice(-2).join('.')) ? 3 : 2
  if (labels.length <= own || /\//.test(bare)) return { host }
  return { domain: labels.slice(-own).join('.'), host: labels.slice(0, -own).join('.') }
}

/** A single word without its quotes; several as they were typed. */
function textOf([first, ...more]: readonly Word[]): string | undefined {
  if (!first || more.length === 0) return first?.text
  return [first.raw, ...more.map(({ gap, raw }) => gap + raw)].join('')
}
