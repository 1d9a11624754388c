import { isDomainName } from '../../cmr/normal-forms.ts'
import type { SeparateLines } from '../../commands/command.ts'
import { flagWord, typedWord, type Word } from '../../commands/grammar.ts'

const types = /^(?:A|CNAME|MX|TXT|NS)$/i
/** Of the Internet, which every zone is (RFC 1035, 3.2.4). */
const zoneClass = /^IN$/i
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
interface ZoneLine {
  readonly domain: string | undefined
  readonly recordType: string
  readonly host: string | undefined
  readonly value: string | undefined
  readonly priority: string | undefined
}

/** Returns the words of `dns add` with those that are a record as its fields: "@ 3600 IN MX 10 mail.acme.com". */
export function recordReworded(words: readonly Word[]): readonly Word[] {
  const { line, others } = lineIn(words)
  if (!line) return words
  const { domain, recordType, host, value, priority } = line
  return [...others, ...flags({ domain, recordType, host, value, priority })]
}

/** The same of `dns change`, whose record goes by its type and host. */
export function changeReworded(words: readonly Word[]): readonly Word[] {
  const { line, others } = lineIn(words)
  if (!line?.host || !line.value) return words
  const { domain, recordType, host, value } = line
  return [...others, ...flags({ domain, recordId: `${recordType} ${host}`, recordType, host, value })]
}

/** Lines that a message has room for buttons of. */
const MOST_LINES = 10

/**
 * Returns the records apart where several lines of a zone file were pasted; undefined for one record. A line without a
 * domain is one of the domain that was named before. A value goes on in the next line where that begins no record.
 * @param sentence what to do with all of them; mrkdwn
 */
export function recordsApart(words: readonly Word[], sentence: string): SeparateLines | undefined {
  const lines: Word[][] = []
  const before: Word[] = []
  for (const line of linesOf(words)) {
    if (line.some(({ text, quoted }) => !quoted && typeInCapitals.test(text))) lines.push(line)
    else (lines.at(-1) ?? before).push(...line)
  }
  if (lines.length < 2) return undefined
  const domain =
    before.find(isName)?.text ?? lines.map((line) => lineIn(line).line?.domain).find((name) => name)
  return {
    sentence,
    lines: lines.slice(0, MOST_LINES).map((line) => ({
      label: line.map(({ raw }) => raw).join(' '),
      rest: [
        ...(domain && !lineIn(line).line?.domain ? [typedWord(domain)] : []),
        ...before.filter((word) => !isName(word)),
        ...line,
      ],
    })),
  }
}

/** As zone files have it; in small letters a word of a value may look so: `v=spf1 a mx`. */
const typeInCapitals = /^(?:A|CNAME|MX|TXT|NS)$/

function linesOf(words: readonly Word[]): Word[][] {
  const lines: Word[][] = []
  for (const word of words) {
    const line = lines.at(-1)
    if (!line || /[\n\r]/.test(word.gap)) lines.push([word])
    else line.push(word)
  }
  return lines
}

function flags(fields: Readonly<Record<string, string | undefined>>): Word[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [flagWord(name, value)],
  )
}

function lineIn(words: readonly Word[]): { readonly line?: ZoneLine; readonly others: readonly Word[] } {
  const end = words.findIndex(
    ({ flag, key }) => flag !== undefined || /^(?:user-?id|customer)$/i.test(key ?? ''),
  )
  const said = end === -1 ? words : words.slice(0, end)
  const others = end === -1 ? [] : words.slice(end)
  const isGiven = words.some(({ flag, key }) => ownFields.test(flag ?? key ?? ''))
  const marked = said.findIndex(({ text, quoted }) => !quoted && types.test(text))
  // Only a TXT record begins so: its type need not be said.
  const at = marked === -1 ? said.findIndex(({ text }) => onlyText.test(text)) : marked
  if (isGiven || at === -1) return { others }
  const type = marked === -1 ? 'TXT' : (said[at]?.text.toUpperCase() ?? '')
  const isNoise = ({ text, quoted }: Word) => !quoted && (zoneClass.test(text) || timeToLive.test(text))
  const [before, behind] = [
    said.slice(0, at).filter((word) => !isNoise(word)),
    said.slice(marked === -1 ? at : at + 1),
  ]
  while (behind[0] && !behind[0].quoted && zoneClass.test(behind[0].text)) behind.shift()
  // "TXT acme.com _dmarc …": the domain may follow the type.
  const [next, ...rest] = behind
  const isTypeFirst = !before.some(isName) && rest.length > 1 && next !== undefined && isName(next)
  if (isTypeFirst) before.push(next)
  const named = namesIn(before)
  if (!named) return { others }
  const data = dataIn(type, isTypeFirst ? rest : behind, named.host)
  const split = data.host === undefined || data.isApex ? apart(named.domain, data.host) : undefined
  const line = { recordType: type, domain: named.domain, ...data, ...split }
  const whose = named.others.map(({ text }) => text).join(' ')
  return { line, others: [...(whose ? [flagWord('userId', whose)] : []), ...others] }
}

const isName = ({ text, quoted }: Word) => !quoted && !text.includes('@') && isDomainName(text)

/** The domain, and the host where it stands behind that; a customer's name stands before. */
function namesIn(before: readonly Word[]) {
  const at = before.findIndex(isName)
  const [domain, host, ...more] = at === -1 ? [undefined, ...before] : before.slice(at)
  const others = at === -1 ? [] : before.slice(0, at)
  if (more.length > 0 || (host && !hostLabel.test(host.text.replace(/\.$/, '')))) return undefined
  return { domain: domain?.text, host: host?.text, others }
}

/** What stands behind the type: the host where none came before, a priority, and the value. */
function dataIn(type: string, words: readonly Word[], given: string | undefined) {
  const all = [...words]
  if (endsWithTimeToLive(type, all)) all.pop()
  const first = all[0]
  const isHostFirst =
    given === undefined &&
    first !== undefined &&
    !isValue(type, first) &&
    (/^[@*_]/.test(first.text) || all.filter(({ text }) => !number.test(text)).length > 1)
  const host = given ?? (isHostFirst ? all.shift()?.text : undefined)
  // "TXT @ 3600 v=spf1": between the host and the value stands what a zone file has before the type.
  while (
    type !== 'MX' &&
    all.length > 1 &&
    all[0] &&
    !all[0].quoted &&
    (zoneClass.test(all[0].text) || timeToLive.test(all[0].text))
  )
    all.shift()
  const place = type === 'MX' ? all.findIndex(({ text }) => number.test(text)) : -1
  const priority = place === -1 ? undefined : all[place]?.text
  const value = textOf(all.filter((_, at) => at !== place))
  const own = value === undefined ? undefined : ownHost(type, value)
  return { host: host ?? own, value, priority, isApex: host === undefined }
}

/**
 * Whether the last word says how long the record is kept, as in tables that have it behind the value. Of an MX it is one
 * where a priority stands before it; a text may end with a number.
 */
function endsWithTimeToLive(type: string, words: readonly Word[]): boolean {
  const last = words.at(-1)
  if (words.length < 2 || !last || last.quoted || !timeToLive.test(last.text)) return false
  const before = words.slice(0, -1)
  if (type === 'MX')
    return before.some(({ text }) => number.test(text)) && !number.test(before.at(-1)?.text ?? '')
  return type !== 'TXT' || before.some((word) => isValue(type, word))
}

/** Whether a word can only be a value: it holds what no host does. */
function isValue(type: string, { text, quoted }: Word): boolean {
  if (type === 'TXT') return quoted || /[\s=;]/.test(text)
  return number.test(text)
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
