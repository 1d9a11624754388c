import { type MailNeed, providerNames } from '../../resources/dns/mail.ts'
import { withRecord } from '../../resources/dns/messages.ts'
import { type DnsRecord, textOf } from '../../resources/dns/records.ts'
import { escapeText } from '../../slack/blocks.ts'
import { type DomainFacts, known, placeOf } from '../facts.ts'
import { domainLost, type FixButton, type ProblemCheck } from '../problem.ts'

/** Where the domain itself is gone, nobody asks for its records any more. */
const causes = [...domainLost, 'nameservers-foreign']

/** Without its zone CMR has no records to be looked at. */
const unregistered = ({ domain }: DomainFacts) => 'value' in domain && !domain.value

/** A record that mail needs, and that is missing or wrong. */
function record(need: MailNeed, state: 'missing' | 'wrong'): ProblemCheck {
  return {
    id: `${need.toLowerCase()}-${state}`,
    link: 'DNS',
    level: 'harms',
    follows: causes,
    find(facts) {
      const finding = known(facts.dns)?.findings.find((one) => one.need === need)
      if (unregistered(facts) || finding?.state !== state || areTwoSpf(facts, need)) return undefined
      return {
        short: `${need} ${state}`,
        sentence: `Its ${need} record is ${state}. ${escapeText(finding.sentence)}`,
        buttons: [fixOf(facts, need, finding.record)],
      }
    },
  }
}

function fixOf(facts: DomainFacts, need: MailNeed, standing: DnsRecord | undefined): FixButton {
  const value = `${placeOf(facts)} need=${need}`
  return standing
    ? {
        text: `Change ${need}`,
        actionId: `dns.update:${need}`,
        value: withRecord(value, standing),
      }
    : { text: `Add ${need}`, actionId: `dns.add:${need}`, value }
}

function spfRecords({ dns }: DomainFacts): readonly DnsRecord[] {
  return (known(dns)?.records ?? []).filter(
    (one) => one.recordType === 'TXT' && /^@?$/.test(one.host ?? '@') && /^v=spf1(\s|$)/i.test(textOf(one)),
  )
}

const areTwoSpf = (facts: DomainFacts, need: MailNeed) => need === 'SPF' && spfRecords(facts).length > 1

const spfTwice: ProblemCheck = {
  id: 'spf-twice',
  link: 'DNS',
  level: 'harms',
  follows: causes,
  find(facts) {
    const records = spfRecords(facts)
    if (unregistered(facts) || records.length < 2) return undefined
    const { provider = 'GOOGLE' } = known(facts.dns) ?? {}
    const allows = (one: DnsRecord) =>
      textOf(one)
        .toLowerCase()
        .includes(provider === 'GOOGLE' ? '_spf.google.com' : 'spf.protection.outlook.com')
    const kept = records.find(allows) ?? records[0]
    const other = records.find((one) => one !== kept)
    return {
      short: `${records.length} SPF records`,
      sentence: `It has ${records.length} SPF records, so receivers use none of them and its mail fails their checks.`,
      todo: `Keep the one that allows ${providerNames[provider]}. If other services still send for it, add them to that record first.`,
      buttons: [
        {
          text: 'Delete the other SPF',
          actionId: 'dns.delete',
          value: withRecord(placeOf(facts), other),
        },
        fixOf(facts, 'SPF', kept),
      ],
    }
  },
}

/** In the order in which the mail suffers from them. */
export const dnsChecks: readonly ProblemCheck[] = [
  record('MX', 'missing'),
  record('MX', 'wrong'),
  record('SPF', 'missing'),
  spfTwice,
  record('SPF', 'wrong'),
  record('DKIM', 'missing'),
  record('DMARC', 'missing'),
  record('DMARC', 'wrong'),
]
