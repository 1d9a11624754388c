import { isObject } from '../../cmr/json.ts'
import {
  type ExpectedResult,
  type FollowUp,
  NOTHING_MISSING,
  nameOf,
} from '../../operations/expected-results.ts'
import { type DnsRecord, type OfDomain, textOf } from './records.ts'

/** What mail needs of a domain's DNS. */
export const mailNeeds = ['MX', 'SPF', 'DKIM', 'DMARC'] as const
export type MailNeed = (typeof mailNeeds)[number]

export type MailProvider = 'GOOGLE' | 'MICROSOFT'

/** One thing that was looked at. */
export interface Finding {
  readonly need: MailNeed
  readonly state: 'good' | 'missing' | 'wrong'
  /** Plain text. */
  readonly sentence: string
  /** The record that is to be changed; without it one is to be added. */
  readonly record?: DnsRecord | undefined
}

/** A record that mail needs, as the form takes it; DKIM's value is the provider's to make. */
export interface NeededRecord {
  readonly host: string
  readonly recordType: 'MX' | 'TXT' | 'CNAME'
  readonly value: string
  readonly priority?: number
}

/** Google Workspace and Microsoft 365: "Set up SPF", "Set up MX records", "DNS records for Microsoft 365". */
const spfIncludes: Record<MailProvider, string> = {
  GOOGLE: 'include:_spf.google.com',
  MICROSOFT: 'include:spf.protection.outlook.com',
}
const mailHosts: Record<MailProvider, RegExp> = {
  GOOGLE: /(^|\.)(google|googlemail)\.com\.?$/i,
  MICROSOFT: /\.mail\.protection\.outlook\.com\.?$/i,
}
/** Returns whose mail a domain has; Google's where CMR does not say it. */
export function mailProviderOf(serviceProvider: unknown): MailProvider {
  return serviceProvider === 'MICROSOFT' ? 'MICROSOFT' : 'GOOGLE'
}

/** Providers as people call them. */
export const providerNames: Readonly<Record<MailProvider, string>> = {
  GOOGLE: 'Google',
  MICROSOFT: 'Microsoft',
}

/** Where the key of DKIM is made; nobody else can. */
export const dkimSource: Record<MailProvider, string> = {
  GOOGLE:
    'Google Admin console → Apps → Google Workspace → Gmail → Authenticate email → Generate new record, then paste its value.',
  MICROSOFT:
    'Microsoft Defender portal → Email & collaboration → Policies & rules → Email authentication settings → DKIM, then paste the CNAME’s target.',
}

/** What stands at the value of a DKIM record, which Microsoft publishes as a CNAME. */
export function dkimHint(recordType: unknown): { hint: string; example: string } {
  const isMicrosoft = recordType === 'CNAME'
  return {
    hint: dkimSource[isMicrosoft ? 'MICROSOFT' : 'GOOGLE'],
    example: isMicrosoft ? 'selector1-acme-com._domainkey.acme.onmicrosoft.com' : 'v=DKIM1; k=rsa; p=…',
  }
}

/** More than ten lookups and receivers give up (RFC 7208, 4.6.4). */
const MOST_LOOKUPS = 10

/**
 * Looks at what mail needs, in the order in which it matters.
 * @param records of the domain, as CMR lists them
 */
export function mailFindings(records: readonly DnsRecord[], provider: MailProvider): Finding[] {
  const at = (host: RegExp, type: string) =>
    records.filter((one) => one.recordType === type && host.test(one.host ?? '@'))
  const root = /^@?$/
  const spf = at(root, 'TXT').filter((one) => /^v=spf1(\s|$)/i.test(textOf(one)))
  const dmarc = at(/^_dmarc$/i, 'TXT').filter((one) => /^v=DMARC1/i.test(textOf(one)))
  const keys = [...at(/\._domainkey$/i, 'TXT'), ...at(/\._domainkey$/i, 'CNAME')]
  return [
    mxFinding(at(root, 'MX'), provider),
    spfFinding(spf, provider),
    keys.length
      ? good('DKIM', `A key is published at ${keys.map((one) => one.host).join(', ')}.`)
      : missing(
          'DKIM',
          `Mail is not signed, so much of it goes to spam. The key comes from ${providerNames[provider]}: ${dkimSource[provider]}`,
        ),
    dmarcFinding(dmarc, spf.length > 0 || keys.length > 0),
  ]
}

const good = (need: MailNeed, sentence: string): Finding => ({ need, state: 'good', sentence })
const missing = (need: MailNeed, sentence: string): Finding => ({ need, state: 'missing', sentence })
const wrong = (need: MailNeed, sentence: string, record: DnsRecord | undefined): Finding => ({
  need,
  state: 'wrong',
  sentence,
  record,
})

function mxFinding(found: readonly DnsRecord[], provider: MailProvider): Finding {
  if (found.length === 0) return missing('MX', 'No mail can arrive.')
  const foreign = found.filter((one) => !mailHosts[provider].test(one.value ?? ''))
  if (foreign.length === 0)
    return good('MX', `Mail arrives at ${providerNames[provider]}: ${valuesOf(found)}.`)
  const some = foreign.length === found.length ? 'Mail goes' : 'Some mail goes'
  return wrong('MX', `${some} to ${valuesOf(foreign)} instead of ${providerNames[provider]}.`, foreign[0])
}

function spfFinding(found: readonly DnsRecord[], provider: MailProvider): Finding {
  const [record] = found
  if (!record) return missing('SPF', 'Receivers cannot tell who may send mail for this domain.')
  const fault = (sentence: string) => wrong('SPF', sentence, record)
  if (found.length > 1)
    return fault(`There are ${found.length} SPF records, so receivers use none of them. Merge them into one.`)
  const policy = textOf(record)
  if (!policy.toLowerCase().includes(spfIncludes[provider]))
    return fault(`It does not allow ${providerNames[provider]} to send: ${spfIncludes[provider]} is missing.`)
  if (/\s\+?all$/i.test(policy.trim()))
    return fault('It ends in +all, which lets anybody send in your name. End it with ~all.')
  const lookups = policy.match(/\b(include:|redirect=|exists:|a\b|mx\b|ptr\b)/gi)?.length ?? 0
  if (lookups > MOST_LOOKUPS)
    return fault(`It asks for ${lookups} lookups, and receivers stop at ${MOST_LOOKUPS}. Take some out.`)
  return good('SPF', `${providerNames[provider]} may send: ${policy}`)
}

function dmarcFinding(found: readonly DnsRecord[], authenticated: boolean): Finding {
  const [record] = found
  if (!record) return missing('DMARC', 'Google and Yahoo refuse bulk mail of domains without a policy.')
  const fault = (sentence: string) => wrong('DMARC', sentence, record)
  if (found.length > 1) return fault(`There are ${found.length} policies, so receivers use none of them.`)
  if (!/;\s*p=(none|quarantine|reject)\b/i.test(textOf(record)))
    return fault('It names no policy: add p=none, p=quarantine or p=reject.')
  if (!authenticated) return fault('A policy without SPF and DKIM fails every mail. Add those first.')
  return good('DMARC', `A policy is published: ${textOf(record)}`)
}

/**
 * The record that mends a finding, as far as it can be known.
 * @param standing the record that is to be changed, if there is one
 */
export function neededRecord(
  need: MailNeed,
  of: { domain: string; provider: MailProvider; standing?: DnsRecord | undefined },
): NeededRecord {
  const { domain, provider, standing } = of
  switch (need) {
    case 'MX':
      // Microsoft names its hosts after the domain, with hyphens for dots.
      return provider === 'GOOGLE'
        ? { host: '@', recordType: 'MX', value: 'smtp.google.com', priority: 1 }
        : {
            host: '@',
            recordType: 'MX',
            value: `${domain.replaceAll('.', '-')}.mail.protection.outlook.com`,
            priority: 0,
          }
    case 'SPF':
      return {
        host: '@',
        recordType: 'TXT',
        value: withInclude(standing && textOf(standing), spfIncludes[provider]),
      }
    case 'DKIM':
      return provider === 'GOOGLE'
        ? { host: 'google._domainkey', recordType: 'TXT', value: '' }
        : { host: 'selector1._domainkey', recordType: 'CNAME', value: '' }
    case 'DMARC':
      return { host: '_dmarc', recordType: 'TXT', value: 'v=DMARC1; p=none' }
  }
}

/** A policy that allows one more sender; what else it says stays, but for +all. */
function withInclude(policy: string | undefined, include: string): string {
  if (!policy || !/^v=spf1/i.test(policy)) return `v=spf1 ${include} ~all`
  const words = policy.split(/\s+/).map((word) => (/^\+?all$/i.test(word) ? '~all' : word))
  if (words.some((word) => word.toLowerCase() === include)) return words.join(' ')
  const [version = 'v=spf1', ...rest] = words
  return [version, include, ...rest].join(' ')
}

function valuesOf(records: readonly DnsRecord[]): string {
  return records.map((one) => one.value).join(', ')
}

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
