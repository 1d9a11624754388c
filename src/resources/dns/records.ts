import { isIPv4 } from 'node:net'
import {
  type DmarcTag,
  dmarcTags,
  isDmarcRecord,
  tagsIn,
  txtFault,
  withAddedTags,
} from '../../cmr/dns-record.ts'

/** A domain and its customer, as buttons carry them. */
export interface OfDomain {
  readonly userId: string
  readonly domain: string
}

/** A record as CMR answers it; every field may be missing. */
export interface DnsRecord {
  readonly recordId?: string | undefined
  readonly host?: string | undefined
  readonly recordType?: string | undefined
  readonly value?: string | undefined
  readonly priority?: unknown
}

/** What a TXT record says: some zones keep it in quotes, a long one in several (RFC 1035, 3.3.14). */
export function textOf({ value = '' }: DnsRecord): string {
  return value.replace(/^"|"$/g, '').replace(/"\s*"/g, '')
}

/** A record as it is about to be sent. */
export interface WantedRecord {
  readonly domain: string
  readonly host: string
  readonly recordType: string
  readonly value: string
  readonly priority?: number | undefined
  readonly excludedDMARCtags?: readonly string[] | undefined
}

/** A host's name: labels of letters, digits, hyphens and underscores, with or without the last dot (RFC 1035). */
const hostname = /^(?=.{1,253}\.?$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}\.?$/i
/** `@`, `*` or labels below the domain. */
const label =
  /^(@|\*|(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*)$/i
/** Eight strings of 255 characters: longer than any key or policy of mail. */
const TXT_LENGTH = 2040

/** Returns whether a text is a host's name, not an address. */
export function isHostname(text: string): boolean {
  return hostname.test(text) && !isIPv4(text)
}

/**
 * What is wrong with a record, by field, before CMR is asked.
 * @param isNew whether a priority can be given: CMR takes none with a change
 */
export function recordFaults(record: WantedRecord): Record<string, string> {
  const { domain, host, recordType, value, priority, excludedDMARCtags } = record
  const faults: Record<string, string> = {}
  if (!label.test(host))
    faults.host = host.endsWith('.')
      ? `${host} is neither ${domain} nor a name below it. If ${host}${domain} is meant, leave out the last dot.`
      : 'A host is @ for the domain itself, or a name below it such as www or _dmarc.'
  if (isIPv4(host)) faults.host = `${host} is an address, not a host. Each address is a record of its own.`
  if (recordType === 'A' && !isIPv4(value)) faults.value = 'An A record holds an IPv4 address: 203.0.113.7'
  if (recordType === 'CNAME' && host === '@')
    faults.host = 'A CNAME cannot be at @, because it would hide every other record. Use a name such as www.'
  if (['CNAME', 'MX', 'NS'].includes(recordType) && !isHostname(value)) {
    faults.value = `${recordType === 'A' ? 'An' : 'A'} ${recordType} record holds the name of a host: mail.acme.com`
  }
  if (recordType === 'MX' && /^\d+\s|\s\d+$/.test(value)) faults.value = priorityBeside(priority)
  if (recordType === 'TXT') {
    const fault = txtFault(value)
    if (fault) faults.value = fault
    if (value.length > TXT_LENGTH)
      faults.value = `A TXT record holds ${TXT_LENGTH} characters; this has ${value.length}.`
  }
  if (recordType !== 'MX' && priority !== undefined) faults.priority = 'Only an MX record has a priority.'
  if (excludedDMARCtags?.length && !isDmarcRecord(record))
    faults.excludedDMARCtags = 'Tags can be left out of a DMARC record only: a TXT record at _dmarc.'
  return faults
}

function priorityBeside(priority: number | undefined): string {
  return priority === undefined
    ? 'CMR cannot change a priority: give the host alone. For another priority, delete the record and add it again.'
    : `The priority is given twice, here and as ${priority}: give it once.`
}

/** What is wrong with a new one: as above, and an MX needs its priority. */
export function newRecordFaults(record: WantedRecord): Record<string, string> {
  const faults = recordFaults(record)
  if (record.recordType !== 'MX') return faults
  if (record.priority === undefined)
    faults.priority = 'An MX record needs a priority: 1 for the first, 10 for the next.'
  else if (record.priority < 0 || record.priority > 65_535) faults.priority = 'A priority is from 0 to 65535.'
  return faults
}

interface NewRecord extends DnsRecord {
  readonly excludedDMARCtags?: readonly DmarcTag[] | undefined
}

/**
 * Returns the tags that CMR is told to leave out of a DMARC record: those that the person chose, and those that stand
 * in the value. CMR does not say what it does with a tag that is there already, so it is never left to add it again.
 */
export function excludedTags({ value = '', excludedDMARCtags = [], ...record }: NewRecord): DmarcTag[] {
  if (!isDmarcRecord(record)) return []
  const own = tagsIn(value)
  return dmarcTags.filter((tag) => own.includes(tag) || excludedDMARCtags.includes(tag))
}

/** Returns a new record as it will stand once CMR has added its tags. */
export function asItWillStand(record: NewRecord): DnsRecord {
  if (!isDmarcRecord(record)) return record
  return {
    ...record,
    value: withAddedTags(record.value ?? '', excludedTags(record), () => '(CMR’s address)'),
  }
}

/**
 * Returns what to know of the tags that CMR adds to a new record, a line each; mrkdwn.
 * @param choose how some are left out, where the form that asks has no field for it; a sentence
 */
export function addedTagsLines(record: NewRecord, choose?: string): string[] {
  if (!isDmarcRecord(record)) return []
  const excluded = excludedTags(record)
  const tags = dmarcTags.filter((tag) => !excluded.includes(tag))
  if (tags.length === 0) return ['CMR adds no tags to it.']
  const choice =
    choose ??
    `To leave some out, choose them in the form or add \`--excludedDMARCtags "${tags.slice(0, 2).join(' ')}"\`.`
  return [
    `CMR adds ${tags.map((tag) => `\`${tag}\``).join(', ')} by itself. ${choice}`,
    ...(tags.includes('sp')
      ? [
          ':warning: `sp=reject` makes receivers refuse mail from subdomains that fails DMARC, whatever `p` says. Leave `sp` out unless you mean it.',
        ]
      : []),
  ]
}

/** Returns what is known of CMR's tags where a DMARC record is changed; mrkdwn. */
export function changedTagsLines(record: DnsRecord): string[] {
  if (!isDmarcRecord(record)) return []
  const missing = dmarcTags.filter((tag) => !tagsIn(record.value ?? '').includes(tag))
  if (missing.length === 0) return []
  return [
    `To a new DMARC record CMR adds ${missing.map((tag) => `\`${tag}\``).join(', ')} by itself${missing.includes('sp') ? ', with `sp=reject`' : ''}. CMR does not document whether it does so when one is changed, and takes no tags to leave out here: look at the record afterwards with *Show DNS*.`,
  ]
}
