import type { JsonObject } from './json.ts'
import { hostName } from './normal-forms.ts'

/** Strings of a TXT record as zone files write them, one behind the other (RFC 1035, 5.1). */
const zoneStrings = /^\(?\s*"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*\s*\)?$/s
const curlyQuotes = /^[“”„«]([^“”„«»"]*)[“”»]$/su
const escaped = /\\(?:(\d{3})|(.))/gs
/** Records of mail, which are plain ASCII (RFC 7208, 6376, 7489, 8460, 8461). */
const mailRecord = /^\s*(?:v=(?:spf1|DKIM1|DMARC1|TLSRPTv1|STSv1|BIMI1)\b|k=(?:rsa|ed25519)\s*;)/i
const key = /^\s*(?:v=DKIM1\b|k=(?:rsa|ed25519)\s*;)/i

/**
 * Takes a record apart as people copy it: a priority before or behind the host of an MX, a TXT in the strings of a zone
 * file, dots behind names.
 * @param takes whether the form has such a field: CMR takes no priority with a change
 */
export function readRecord(values: JsonObject, takes: (field: string) => boolean): JsonObject {
  const { recordType, value, host } = values
  const read = { ...values }
  if (typeof host === 'string')
    read.host = hostName(host)
      .replace(/(?<=.)\.$/, '')
      .toLowerCase()
  if (typeof value !== 'string') return read
  if (recordType === 'TXT') read.value = txtValue(value)
  if (['A', 'CNAME', 'NS'].includes(String(recordType))) read.value = hostName(value)
  if (recordType === 'MX')
    Object.assign(read, takes('priority') ? exchange(values) : { value: hostName(value) })
  return read
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
  if (!mailRecord.test(value)) return undefined
  const strange = /[^\p{ASCII}]/u.exec(value)?.[0]
  if (strange) return `“${strange}” cannot be in such a record. Was it pasted from a document?`
  const bare = /(?:^|;)\s*(ru[af])\s*=\s*(?!mailto:|https?:)([^\s;,]+@[^\s;,]+)/i.exec(value)
  if (bare && /^\s*v=(?:DMARC1|TLSRPTv1)/i.test(value))
    return `Write mailto: before the address: ${bare[1]}=mailto:${bare[2]}`
  return undefined
}
