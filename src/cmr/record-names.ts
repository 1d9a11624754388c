import { idIn } from './events/references.ts'
import { isObject } from './json.ts'

/** `TXT _dmarc`, as an event may write a record. */
const inWords = /^\s*(A|CNAME|MX|TXT|NS)\s+(\S+)\s*$/i

/** The names by which a DNS record is waited for: by type and host, and by its value too where two have those. */
export interface RecordNames {
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
  const own = full.endsWith(`.${zone}`) ? full.slice(0, -zone.length - 1) : full
  const short = `${zone} ${type.toLowerCase()} ${own === zone || own === '' ? '@' : own}`
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
