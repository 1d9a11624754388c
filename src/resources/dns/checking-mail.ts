import { isObject } from '../../cmr/json.ts'
import { type ExpectedResult, type FollowUp, nameOf } from '../../operations/expected-results.ts'
import { NOTHING_MISSING } from '../../operations/mail-checks.ts'
import { mailFindings } from './mail.ts'
import type { OfDomain } from './messages.ts'
import type { DnsRecord } from './records.ts'

/**
 * Returns the look at what a domain lacks for mail, which the bot takes by itself.
 * @param after what has to come about before it is worth looking
 */
export function checkingMail({ userId, domain }: OfDomain, after: ExpectedResult): FollowUp {
  return {
    part: { kind: 'mail check', name: nameOf(domain) },
    after,
    endpoint: 'dns.list',
    request: { query: { userId, domain }, body: {} },
    label: domain,
  }
}

/** Returns what mail needs and a domain's records lack: "MX, SPF", or "nothing". */
export function missingIn(data: unknown): string {
  const records = isObject(data) && Array.isArray(data.records) ? (data.records as DnsRecord[]) : []
  // Whether a record is missing does not depend on whose mail it is for.
  const missing = mailFindings(records, 'GOOGLE').filter(({ state }) => state === 'missing')
  return missing.map(({ need }) => need).join(', ') || NOTHING_MISSING
}
