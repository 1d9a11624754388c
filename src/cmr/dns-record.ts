import { idIn } from './events/references.ts'
import { isObject, type JsonObject } from './json.ts'
import { hostName } from './normal-forms.ts'

/** Strings of a TXT record as zone files write them, one behind the other (RFC 1035, 5.1). */
const zoneStrings = /^\(?\s*"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*\s*\)?$/s
const curlyQuotes = /^[“”„«]([^“”„«»"]*)[“”»]$/su
const escaped = /\\(?:(\d{3})|(.))/gs
/** Records of mail, which are plain ASCII (RFC 7208, 6376, 7489, 8460, 8461). */
const mailRecord = /^\s*(?:v=(?:spf1|DKIM1|DMARC1|TLSRPTv1|STSv1|BIMI1)\b|k=(?:rsa|ed25519)\s*;)/i
/** The beginning of a record of mail behind something else, where receivers do not look for it. */
const laterMark = /(?<=\s)v=(?:spf1|DKIM1|DMARC1)(?=[\s;]|$)/i
const key = /^\s*(?:v=DKIM1\b|k=(?:rsa|ed25519)\s*;)/i

/**
 * Takes a record apart as people copy it: a priority before or behind the host of an MX, a TXT in the strings of a zone
 * file, dots behind names.
 * @param takes whether the form has such a field: CMR takes no priority with a change
 */
export function readRecord(values: JsonObject, takes: (field: string) => boolean): JsonObject {
  const { recordType, value, host } = values
  const read = { ...values }
  if (typeof host === 'string') read.host = hostOf(host, values.domain)
  if (typeof value !== 'string') return read
  if (recordType === 'TXT') read.value = txtValue(value)
  if (['A', 'CNAME', 'NS'].includes(String(recordType))) read.value = hostName(value)
  if (recordType === 'MX')
    Object.assign(read, takes('priority') ? exchange(values) : { value: hostName(value) })
  return read
}

/**
 * Returns a host as CMR takes it. A name of several labels with its last dot is a whole one: where that is not of the
 * domain, the dot stays, for `recordFaults` to refuse.
 */
export function hostOf(said: string, domain: unknown): string {
  const name = hostName(said)
    .replace(/(?<=.)\.$/, '')
    .toLowerCase()
  const host = typeof domain === 'string' ? belowDomain(name, domain.toLowerCase()) : name
  return host === name && /\..*\.$/s.test(said.trim()) ? `${name}.` : host
}

/** `_dmarc.acme.com` of acme.com is _dmarc, and acme.com itself is @: CMR writes the domain behind a host by itself. */
function belowDomain(host: string, domain: string): string {
  if (host === domain) return '@'
  return host.endsWith(`.${domain}`) ? host.slice(0, -domain.length - 1) : host
}

/** With its priority and what a zone file writes before that. */
const LONGEST_HOST = 300

/** The host of an MX and its priority, wherever that stands: `10 mx.acme.com`, `mx.acme.com 10`. */
function exchange({ value, priority }: JsonObject): JsonObject {
  const text = String(value)
  if (text.length > LONGEST_HOST) return { value: text, priority }
  const [, before, target = ''] = /^(?:IN\s+)?(?:MX\s+)?(\d{1,5})[\s:,]+(\S+)$/i.exec(text) ?? []
  const [, source = '', behind] = /^(\S+)[\s,]+(\d{1,5})$/.exec(text) ?? []
  const said = before ?? behind
  if (said === undefined || (priority !== undefined && priority !== Number(said)))
    return { value: hostName(text), priority }
  return { value: hostName(target || source), priority: Number(said) }
}

function txtValue(value: string): string {
  const text = withoutQuotes(value)
  if (!mailRecord.test(text)) return text
  const plain = text.replace(/[‐‑‒–—―−]/g, '-').replace(/\s*[\r\n]+\s*/g, ' ')
  // White space in a key is what wrapped its lines.
  return key.test(plain) ? plain.replace(/\bp=[^;]*/, (part) => part.replace(/\s+/g, '')) : plain
}

function withoutQuotes(value: string): string {
  const curly = curlyQuotes.exec(value)?.[1]
  if (curly !== undefined) return curly
  if (!zoneStrings.test(value)) return value
  const strings = value.match(/"(?:[^"\\]|\\.)*"/gs) ?? []
  return strings
    .map((one) =>
      one
        .slice(1, -1)
        .replace(escaped, (_, code?: string, character?: string) =>
          code ? String.fromCharCode(Number(code)) : (character ?? ''),
        ),
    )
    .join('')
}

/** What is wrong with the text of a TXT record, where it cannot be meant as it stands. */
export function txtFault(value: string): string | undefined {
  if (/^["“„«]/.test(value)) return 'A quote is not closed, or is in the middle. Leave the quotes out.'
  if (/[\r\n]/.test(value)) return 'The value of a TXT record is one line.'
  if (/\\;/.test(value)) return 'Leave out the \\ before the semicolon: only zone files need it.'
  const [late] = laterMark.exec(value.trimStart()) ?? []
  if (late) return `${late} begins a record: leave out what stands before it.`
  if (!mailRecord.test(value)) return undefined
  const strange = /[^\p{ASCII}]/u.exec(value)?.[0]
  if (strange) return `“${strange}” cannot be in such a record. Was it pasted from a document?`
  const bare = /(?:^|;)\s*(ru[af])\s*=\s*(?!mailto:|https?:)([^\s;,]+@[^\s;,]+)/i.exec(value)
  if (bare && /^\s*v=(?:DMARC1|TLSRPTv1)/i.test(value))
    return `Write mailto: before the address: ${bare[1]}=mailto:${bare[2]}`
  return undefined
}

/** `TXT _dmarc`, as an event may write a record. */
const inWords = /^\s*(A|CNAME|MX|TXT|NS)\s+(\S+)\s*$/i

/** The names by which a DNS record is waited for: by type and host, and by its value too where two have those. */
interface RecordNames {
  /** "acme.com txt _dmarc" */
  readonly short: string
  readonly whole: string
}

/**
 * Returns the names of a record, in lower case; nothing where its type or its host is not told.
 * @param record as a request or an event has it; CMR may write the host with its domain behind it
 */
export function namesOfRecord(domain: string, record: unknown): RecordNames | undefined {
  const [, type, host] = (typeof record === 'string' && inWords.exec(record)) || []
  if (type && host !== undefined) return names(domain, type, host, '')
  if (!isObject(record)) return undefined
  const { recordType = record.type, host: at = record.name, value } = record
  if (typeof recordType !== 'string' || typeof at !== 'string') return undefined
  return names(domain, recordType, at, typeof value === 'string' ? value : '')
}

function names(domain: string, type: string, host: string, value: string): RecordNames {
  const zone = domain.trim().toLowerCase()
  const full = host.trim().toLowerCase().replace(/\.$/, '')
  const short = `${zone} ${type.toLowerCase()} ${belowDomain(full, zone) || '@'}`
  return { short, whole: idIn(`${short} ${value.trim().toLowerCase()}`) ?? short }
}

/**
 * Returns what each record of a request is waited for by, in their order. A record alone goes by its domain: an event that does not
 * say which record it is about can mean no other.
 */
export function recordNames(domain: string, given: unknown): string[] {
  const records: unknown[] = [given ?? []].flat()
  if (records.length < 2) return [domain.trim().toLowerCase()]
  const all = records.map((record) => namesOfRecord(domain, record))
  return all.map((one) => {
    if (!one) return domain.trim().toLowerCase()
    return all.filter((other) => other?.short === one.short).length > 1 ? one.whole : one.short
  })
}

/** The tags that CMR adds by itself to a new DMARC record ("Adds dns record"); a value where CMR documents it. */
const added = {
  rua: undefined,
  ruf: undefined,
  fo: '0',
  rf: 'afrf',
  ri: '604800',
  pct: '100',
  sp: 'reject',
  aspf: 'r',
  adkim: 'r',
} as const

export type DmarcTag = keyof typeof added
export const dmarcTags = Object.keys(added) as DmarcTag[]

/** Returns whether CMR adds tags to such a record: TXT at `_dmarc`, or at a name that begins with `_dmarc.`. */
export function isDmarcRecord(record: {
  readonly recordType?: string | undefined
  readonly host?: string | undefined
}): boolean {
  return record.recordType === 'TXT' && /^_dmarc(\.|$)/i.test(record.host ?? '')
}

/** Returns the tags of a value, each as "name=value" in lower case. */
export function tagList(value: string): string[] {
  const tags = value.replaceAll('"', '').toLowerCase().split(';')
  return tags.flatMap((tag) => tag.replace(/\s+/g, '') || [])
}

/** Returns those of the nine tags that a value holds already. */
export function tagsIn(value: string): DmarcTag[] {
  const names = tagList(value).map((tag) => tag.split('=')[0])
  return dmarcTags.filter((tag) => names.includes(tag))
}

/**
 * Returns a DMARC record's value with the tags that CMR adds.
 * @param excluded tags that CMR is told to leave out
 * @param addressOf the address that stands in `rua` and `ruf`: CMR does not document which it takes
 */
export function withAddedTags(
  value: string,
  excluded: readonly string[],
  addressOf: (tag: DmarcTag) => string,
): string {
  const missing = dmarcTags.filter((tag) => !excluded.includes(tag) && !tagsIn(value).includes(tag))
  const tags = missing.map((tag) => `${tag}=${added[tag] ?? addressOf(tag)}`)
  return [value.replace(/(?<![;\s])[;\s]+$/, ''), ...tags].join('; ')
}
