import type { KnownBlock } from '@slack/types'
import { pageOfAll, turning } from '../../commands/paging.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import {
  actions,
  button,
  code,
  context,
  counted,
  cut,
  escapeSentence,
  escapeText,
  type Message,
  section,
} from '../../slack/blocks.ts'
import { listMessage } from '../../slack/list.ts'
import { table, tableRows } from '../../slack/table.ts'
import { byName, byNumber, inOrder, type RowOrder } from '../sorting.ts'
import { type Finding, type MailProvider, providerNames } from './mail.ts'
import type { DnsRecord, OfDomain } from './records.ts'

/** Returns a button's value with the record that is meant; where CMR tells no id of it, the form asks which one. */
export function withRecord(value: string, record: DnsRecord | undefined): string {
  return record?.recordId ? `${value} recordId=${record.recordId}` : value
}

const place = ({ userId, domain }: OfDomain) => `userId=${userId} domain=${domain}`

/** "smtp.google.com, priority 1" */
function contentOf({ value = '', priority }: DnsRecord): string {
  return typeof priority === 'number' ? `${value}, priority ${priority}` : value
}

/** One record in a line: "MX @ → smtp.google.com, priority 1"; mrkdwn. */
export function recordLine(record: DnsRecord): string {
  const { recordType = '', host = '@', value = '', priority } = record
  const rank = typeof priority === 'number' ? `, priority ${priority}` : ''
  return `${escapeText(recordType)} ${code(host)} → ${code(cut(value, 300))}${rank}`
}

/** A record as an option of a select. */
export function recordText({ recordType = '', host = '@', value = '' }: DnsRecord): string {
  return `${recordType} ${host} → ${value}`
}

/** Records by host, the domain's own first, then by type. */
export const recordOrder: RowOrder<DnsRecord> = inOrder(
  byNumber(({ host }) => (!host || host === '@' ? 0 : 1)),
  byName(({ host }) => host),
  byName(({ recordType }) => recordType),
  byNumber(({ priority }) => (typeof priority === 'number' ? priority : 0)),
)

/** A page of the records of a domain as a table, with what can be done about them. */
export function recordList(
  { page = 1, ...of }: OfDomain & { readonly page?: number | undefined },
  records: readonly DnsRecord[],
  disabled: readonly DnsRecord[],
): Message {
  const shown = pageOfAll([...records].sort(recordOrder), page, tableRows)
  const rows = shown.rows.map((record) => [
    `${record.recordType ?? ''} ${record.host || '@'}`.trim(),
    contentOf(record),
  ])
  const value = place(of)
  return listMessage({
    id: 'dns.list',
    title: escapeText(
      `${of.domain}: ${records.length ? counted(records.length, 'DNS record') : 'no DNS records'}`,
    ),
    place: shown.place,
    turn: turning({ ...of }),
    rows: rows.length > 0 ? [table(['Record', 'Value'], rows)] : [],
    notes: [disabled.length > 0 && cut(`Switched off: ${disabled.map(recordLine).join(' · ')}`, 2900)],
    buttons: [
      button({ text: 'Check for mail', actionId: 'dns.check', value, style: 'primary' }),
      button({ text: 'Add', actionId: 'dns.add', value }),
      rows.length > 0 && button({ text: 'Change', actionId: 'dns.update', value }),
      rows.length > 0 && button({ text: 'Delete', actionId: 'dns.delete', value }),
      button({ text: 'Nameservers', actionId: 'dns.nameservers', value }),
    ],
  })
}

/** Before and after, a line each; mrkdwn. */
export function changeLines(before: DnsRecord | undefined, after: DnsRecord | undefined): string {
  const old = before && `Before: ${recordLine(before)}`
  const now = after && `After: ${recordLine(after)}`
  return [old, now].filter(Boolean).join('\n')
}

/** After a record was added, changed or deleted. */
export function recordReceipt(of: OfDomain, did: 'added' | 'changed' | 'deleted', lines: string): Message {
  const value = place(of)
  return receipt({
    text: `:white_check_mark: DNS record ${did} on *${escapeText(of.domain)}*`,
    follows: [lines],
    buttons: [
      button({ text: 'Show DNS', actionId: 'dns.list', value }),
      button({ text: 'Check for mail', actionId: 'dns.check', value }),
    ],
  })
}

/** Old and new nameservers; mrkdwn. */
export function nameserverLines(before: readonly string[], after: readonly string[]): string {
  const list = (names: readonly string[]) => names.map(code).join(', ')
  return `Before: ${before.length ? list(before) : 'CMR does not say'}\nAfter: ${list(after)}`
}

/** After the nameservers were replaced. */
export function nameserverReceipt(
  of: OfDomain,
  before: readonly string[],
  after: readonly string[],
): Message {
  return receipt({
    text: `:white_check_mark: Nameservers of *${escapeText(of.domain)}* replaced`,
    follows: [nameserverLines(before, after)],
    notes: ['It can take up to 48 hours until everybody sees them. If mail stops, put the old ones back.'],
    buttons: [button({ text: 'Show DNS', actionId: 'dns.list', value: place(of) })],
  })
}

const signs: Record<Finding['state'], string> = {
  good: ':white_check_mark:',
  missing: ':x:',
  wrong: ':warning:',
}

/** What mail needs of a domain, each with the way to mend it. */
export function mailCheck(
  of: OfDomain,
  outcomes: readonly Finding[],
  {
    provider,
    details,
  }: { readonly provider: MailProvider; readonly details: Readonly<Record<string, unknown>> },
): Message {
  const open = outcomes.filter((one) => one.state !== 'good')
  const title = open.length
    ? `${of.domain}: ${open.map((one) => one.need).join(', ')} to fix before mail works well`
    : `${of.domain} has all that mail needs`
  const value = place(of)
  const rows = outcomes.map((finding) => {
    const { need, state, sentence, record } = finding
    const text = `${signs[state]} *${need}*  ${escapeSentence(sentence)}`
    if (state === 'good') return section(text)
    const mend = record
      ? {
          text: `Change ${need}`,
          actionId: `dns.update:${need}`,
          value: withRecord(`${value} need=${need}`, record),
        }
      : { text: `Add ${need}`, actionId: `dns.add:${need}`, value: `${value} need=${need}` }
    return section(text, button({ ...mend, style: 'primary' }))
  })
  return {
    text: escapeText(title),
    blocks: [
      section(`*${escapeText(title)}*`),
      ...trouble(details.status),
      ...rows,
      section(forwardingText(details)),
      context(`Checked for ${providerNames[provider]}, using the records that CMR has now.`),
      actions(
        button({ text: 'All records', actionId: 'dns.list', value }),
        button({ text: 'Check again', actionId: 'dns.check:next', value }),
        button({
          text: 'Forward',
          actionId: 'domains.forward',
          value: `userId=${of.userId} domains=${of.domain}`,
        }),
      ),
    ],
  }
}

/** A domain that is lapsing takes its mail along, whatever its records say. */
function trouble(status: unknown): KnownBlock[] {
  if (status !== 'GRACE_PERIOD' && status !== 'EXPIRED') return []
  const follows =
    status === 'EXPIRED'
      ? 'only the registrar can bring it back.'
      : 'renew it first, within 7 days after its expiry.'
  return [
    section(
      `:rotating_light: The domain is *${status}*, so its mail stops whatever these records say; ${follows}`,
    ),
  ]
}

function forwardingText({ domainForwarding, emailForwarding }: Readonly<Record<string, unknown>>): string {
  const web = forwardingTarget(domainForwarding)
  const mail = forwardingTarget(emailForwarding)
  const visitors = web ? `Visitors are sent to ${escapeText(web)}.` : 'Visitors of the domain see no website.'
  const others = mail
    ? ` Mail to addresses without a mailbox goes to ${escapeText(mail)}.`
    : ' Mail to addresses without a mailbox is refused.'
  return `${web ? ':white_check_mark:' : ':information_source:'} *Forwarding*  ${visitors}${others}`
}

/** CMR answers an address, an object around it, or null. */
export function forwardingTarget(forwarding: unknown): string | undefined {
  if (typeof forwarding === 'string' && forwarding) return forwarding
  if (typeof forwarding !== 'object' || forwarding === null) return undefined
  const { forwardTo } = forwarding as { forwardTo?: unknown }
  return typeof forwardTo === 'string' && forwardTo ? forwardTo : undefined
}
