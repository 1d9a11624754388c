import { z } from 'zod'
import { domain, userId } from '../../../cmr/endpoints/fields.ts'
import { InputError } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { named } from '../../naming/named.ts'
import type { MailProvider } from './mail.ts'
import type { DnsRecord } from './records.ts'

export type Values = Readonly<Record<string, unknown>>

export const whose = z.object({ domain, userId: userId.optional() })

export async function recordsOf({ cmr }: CommandContext, of: { userId: string; domain: string }) {
  const { data } = await cmr.dns.list({ query: { userId: of.userId, domain: of.domain } })
  return { records: data.records as DnsRecord[], disabled: data.disabledRecords as DnsRecord[] }
}

export async function recordOf(
  context: CommandContext,
  of: { userId: string; domain: string; recordId: string },
) {
  const { records } = await recordsOf(context, of)
  const found = records.find((one) => one.recordId === of.recordId)
  if (!found) throw new InputError('recordId', `${of.domain} no longer has that record. Pick it again.`)
  return found
}

/** The customer and domain of a form that is being filled, once both are known. */
export async function idsIn(context: CommandContext, values: Values) {
  if (!values.domain) return undefined
  const { ids } = await named(context, whose, values)
  return { userId: String(ids.userId), domain: String(ids.domain) }
}

export async function domainDetails({ cmr }: CommandContext, of: { userId: string; domain: string }) {
  const { data } = await cmr.domains.get({ query: of })
  const provider: MailProvider = data.serviceProvider === 'MICROSOFT' ? 'MICROSOFT' : 'GOOGLE'
  return { provider, details: data }
}
