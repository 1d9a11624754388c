import { z } from 'zod'
import { hostOf, isDmarcRecord, recordNames, tagList } from '../../cmr/dns-record.ts'
import { dns } from '../../cmr/endpoints/dns.ts'
import { domain, userId } from '../../cmr/endpoints/fields.ts'
import type { JsonObject } from '../../cmr/json.ts'
import { AmbiguousError, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { Values } from '../../commands/field.ts'
import type { Consequence } from '../../commands/permissions.ts'
import { named } from '../../directory/names/named.ts'
import {
  nameOf,
  outcomes,
  type ReconcileRequest,
  type Reconciler,
  textOf,
} from '../../operations/expected-results.ts'
import { ownerFollows } from '../endpoint-command.ts'
import { dkimHint, mailNeeds, mailProviderOf } from './mail.ts'
import { recordText } from './messages.ts'
import type { DnsRecord } from './records.ts'

export const ofDomain = { domain: domain.meta({ reloads: true }), userId }

export const record = dns.add.body.shape.records.element.shape

export const fields = {
  recordType: record.recordType,
  host: record.host.meta({
    label: 'Host',
    example: '@',
    hint: '@ for the domain itself, otherwise the part before it, such as www or _dmarc',
  }),
  value: record.value.meta({
    label: 'Value',
    multiline: true,
    example: 'v=spf1 include:_spf.google.com ~all',
    told: ({ need, recordType }: Values) => (need === 'DKIM' ? dkimHint(recordType) : {}),
  }),
}

export const recordId = dns.update.body.shape.recordId.meta({
  label: 'Record',
  offered: true,
  when: (values: Values) => Boolean(values.domain),
})
/** What a record is for, where a button knows it. */
export const need = z.enum(mailNeeds).optional().meta({ label: 'For', hidden: true })

/** A mail exchanger, or another zone, takes the domain's mail elsewhere. */
export function movesMail({ recordType }: Pick<DnsRecord, 'recordType'>): Consequence | undefined {
  return recordType === 'MX' || recordType === 'NS' ? 'moves mail' : undefined
}

/** Puts each fault at its field. */
export function refuse(faults: Readonly<Record<string, string>>, refinement: z.core.$RefinementCtx) {
  for (const [field, message] of Object.entries(faults))
    refinement.addIssue({ code: 'custom', path: [field], message })
}

export const whose = ownerFollows(z.object({ domain, userId }))

export async function recordsOf(
  { cmr }: Pick<CommandContext, 'cmr'>,
  of: { userId: string; domain: string },
) {
  const { data } = await cmr.dns.list({ query: { userId: of.userId, domain: of.domain } })
  return { records: data.records as DnsRecord[], disabled: data.disabledRecords as DnsRecord[] }
}

/** Why a record cannot be changed or deleted. */
export const WITHOUT_ID = 'CMR gives no id, so it can be changed in CMR’s dashboard only.'

/** Returns those that a request can name. */
export const withId = (records: readonly DnsRecord[]) => records.filter(({ recordId: id }) => id)

/** The record that is meant, by its id or as people name it. @throws InputError where none is, AmbiguousError */
export async function recordOf(
  context: CommandContext,
  of: { userId: string; domain: string; recordId: string },
): Promise<DnsRecord> {
  const { records } = await recordsOf(context, of)
  const called = recordsCalled(records, of.recordId, of.domain)
  const [found, ...others] = withId(called)
  if (!found) {
    const sentence = called[0]
      ? `${recordText(called[0])}: ${WITHOUT_ID}`
      : `${of.domain} has no record “${of.recordId}”, or no longer. Pick it again from the list.`
    throw new InputError('recordId', sentence)
  }
  if (others.length === 0) return found
  const choices = [found, ...others].map((one) => ({ label: recordText(one), value: String(one.recordId) }))
  throw new AmbiguousError(
    'recordId',
    `${choices.length} records of ${of.domain} are “${of.recordId}”. Which one?`,
    choices,
  )
}

/** Those with this id, or this host: "TXT _dmarc", "_dmarc TXT", "_dmarc", "_dmarc.acme.com. 3600 IN TXT". */
export function recordsCalled(records: readonly DnsRecord[], name: string, domain: string): DnsRecord[] {
  const byId = records.filter(({ recordId }) => recordId === name)
  if (byId.length > 0) return byId
  const words = name.toLowerCase().trim().split(/\s+/)
  const known = words.filter((word) => !/^(?:in|\d+)$/.test(word))
  // A number beside a type and a host is how long the record is kept, else it is the host.
  const said = (known.length > 1 ? known : words).map((word) => hostOf(word, domain))
  return records.filter(({ recordType = '', host }) => {
    const own = [recordType.toLowerCase(), (host || '@').toLowerCase()]
    return said.every((word) => own.includes(word))
  })
}

/** The customer and domain of a form that is being filled, once both are known. */
export async function idsIn(context: CommandContext, values: Values) {
  if (!values.domain) return undefined
  const { ids } = await named(context, whose, values)
  return { userId: String(ids.userId), domain: String(ids.domain) }
}

export async function domainDetails({ cmr }: CommandContext, of: { userId: string; domain: string }) {
  const { data } = await cmr.domains.get({ query: of })
  return { provider: mailProviderOf(data.serviceProvider), details: data }
}

async function recordsOfRequest({ cmr, sent }: ReconcileRequest): Promise<readonly DnsRecord[]> {
  const domain = String(sent.body.domain ?? sent.query.domain)
  return (await recordsOf({ cmr }, { userId: String(sent.query.userId), domain })).records
}

function sameRecord(row: DnsRecord, wanted: JsonObject): boolean {
  const place = { host: textOf(wanted, 'host'), recordType: textOf(wanted, 'recordType') }
  if ((row.host ?? '') !== place.host || (row.recordType ?? '') !== place.recordType) return false
  const [there, value] = [row.value ?? '', textOf(wanted, 'value')]
  // CMR adds tags of its own.
  return (
    there === value || (isDmarcRecord(place) && tagList(value).every((tag) => tagList(there).includes(tag)))
  )
}

/** Looks for each record that was sent; one that is waited for by its domain alone is all of them. */
export const reconcileAddedRecords: Reconciler = async (asked) => {
  const rows = await recordsOfRequest(asked)
  const wanted = (asked.sent.body.records ?? []) as JsonObject[]
  const names = recordNames(String(asked.sent.body.domain), wanted)
  return outcomes(asked.waiting, (part) => {
    const mine = wanted.filter((_, at) => names[at] === part.name)
    const isThere = mine.length > 0 && mine.every((one) => rows.some((row) => sameRecord(row, one)))
    return isThere ? 'done' : undefined
  })
}

export const reconcileChangedRecord: Reconciler = async (asked) => {
  const { body } = asked.sent
  const rows = await recordsOfRequest(asked)
  const there = rows.some((row) => row.recordId === body.recordId && sameRecord(row, body))
  return outcomes(asked.waiting, () => (there ? 'done' : undefined))
}

export const reconcileDeletedRecord: Reconciler = async (asked) => {
  const rows = await recordsOfRequest(asked)
  const there = rows.some((row) => row.recordId === asked.sent.query.recordId)
  return outcomes(asked.waiting, () => (there ? undefined : 'done'))
}

export const reconcileNameservers: Reconciler = async ({ cmr, sent, waiting }) => {
  const { userId, domain } = sent.query
  const query = { userId: String(userId), domain: String(domain) }
  const { data } = await cmr.domains.get({ query })
  const list = (value: unknown) => [value ?? []].flat().map(nameOf).sort().join(' ')
  const same = list((data as JsonObject).nameservers) === list(sent.body.nameservers)
  return outcomes(waiting, () => (same ? 'done' : undefined))
}
