import { nameOf } from './parts.ts'

/**
 * What CMR's answer refuses although it accepts the request as a whole: domains that are not available, mailboxes
 * of a bulk update that failed.
 * @param data of the answer
 * @returns reasons by the name of the part
 */
export function refusedIn(data: unknown): ReadonlyMap<string, string> {
  if (Array.isArray(data)) return new Map(data.flatMap(failedItem))
  const { unavailableDomains } = (data ?? {}) as { unavailableDomains?: unknown }
  const domains = Array.isArray(unavailableDomains) ? unavailableDomains : []
  return new Map(
    domains.map((one: unknown) => {
      const named = typeof one === 'object' && one !== null ? one : { domain: one }
      const { domain, domainName } = named as { domain?: unknown; domainName?: unknown }
      return [nameOf(domain ?? domainName), 'not available'] as const
    }),
  )
}

/** "A 200 may hold per-item failures (bulk mailbox updates)." */
function failedItem(item: unknown): [string, string][] {
  const { mailboxId, success, message } = (item ?? {}) as Record<string, unknown>
  return success === false && mailboxId ? [[nameOf(mailboxId), String(message ?? 'CMR refused it')]] : []
}
