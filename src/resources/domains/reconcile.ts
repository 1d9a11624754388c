import type { Domain } from '../../cmr/answers/domains.ts'
import type { Cmr } from '../../cmr/client.ts'
import type { JsonObject } from '../../cmr/json.ts'
import {
  nameOf,
  outcomes,
  type Reconciler,
  type RequestContent,
  textOf,
} from '../../operations/expected-results.ts'

/** The customer's domains, by name. */
async function domainsOf(cmr: Cmr, sent: RequestContent): Promise<Map<string, Domain>> {
  const userId = String(sent.body.userId ?? sent.query.userId)
  const { data } = await cmr.domains.list({ query: { userId } })
  return new Map(data.rows.map((row) => [nameOf(row.domainName), row]))
}

const names = (sent: RequestContent) => [sent.body.domains ?? sent.body.domain ?? []].flat().map(nameOf)

/** When each domain expires before it is renewed. */
export async function expiryBefore(cmr: Cmr, sent: RequestContent): Promise<Map<string, string>> {
  const rows = await domainsOf(cmr, sent)
  return new Map(names(sent).map((name) => [name, rows.get(name)?.expiryDate ?? '']))
}

/** Renewed is what expires later than before. */
export const reconcileRenewal: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await domainsOf(cmr, sent)
  return outcomes(waiting, ({ name, before }) => {
    const row = rows.get(name)
    if (before && Date.parse(row?.expiryDate ?? '') > Date.parse(before)) return 'done'
    return row?.status === 'RENEWING' ? 'begun' : undefined
  })
}

/** All of the domains that were named pass a test: the whole change is there. */
const whenAll =
  (passes: (row: Domain | undefined, sent: RequestContent) => boolean): Reconciler =>
  async ({ cmr, sent, waiting }) => {
    const rows = await domainsOf(cmr, sent)
    const all = names(sent).every((name) => passes(rows.get(name), sent))
    return outcomes(waiting, () => (all ? 'done' : undefined))
  }

export const reconcileAutoRenew = whenAll((row, { body }) => row?.autoRenew === body.autoRenew)

/** Gone from the customer's list. */
export const reconcileRemoval = whenAll((row) => row === undefined)

/** Each domain that points to the new target. */
export const reconcileForwarding: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await domainsOf(cmr, sent)
  const userId = String(sent.body.userId)
  const there = new Set<string>()
  for (const { name } of waiting) {
    const listed = rows.get(name)
    const tells = listed && ('domainForwarding' in listed || 'emailForwarding' in listed)
    // Only the details of a domain are documented to tell of it.
    const row = tells ? listed : (await cmr.domains.get({ query: { userId, domain: name } })).data
    if (targetsOf(row).includes(targetNamed(sent.body.forwardTo))) there.add(name)
  }
  return outcomes(waiting, ({ name }) => (there.has(name) ? 'done' : undefined))
}

function targetsOf({ domainForwarding, emailForwarding }: Domain): string[] {
  return [domainForwarding, emailForwarding].map((one) =>
    targetNamed(
      typeof one === 'object' ? textOf((one ?? {}) as JsonObject, 'forwardTo', 'target', 'url') : one,
    ),
  )
}

/** "https://acme.com/" is "https://acme.com". */
const targetNamed = (target: unknown) => nameOf(target).replace(/\/$/, '')
