import type { Cmr } from '../../cmr/client.ts'
import { totalPagesIn } from '../../cmr/pages.ts'
import { nameOf, type Sent } from '../../operations/expected-results.ts'
import { outcomes, type Reconciler, type Row, rowsIn, textOf } from '../../operations/reconciler.ts'

/** More are found faster by reading every page. */
const SINGLY = 5
const PAGE = 100
/** Where CMR counts no pages. */
const MOST_PAGES = 100

/** Subscriptions by id and by domain, as far as these names need. */
async function subscriptionsOf(cmr: Cmr, named: readonly string[]): Promise<Map<string, Row>> {
  const rows: Row[] = []
  if (named.length <= SINGLY) {
    for (const name of named) {
      const query = name.includes('.') ? { domain: name } : { componentSubscriptionId: name }
      rows.push(...rowsIn((await cmr.subscriptions.list({ query })).data.subscriptions))
    }
  } else {
    for (let page = 1, last = 1; page <= last; page++) {
      const { data } = await cmr.subscriptions.list({ query: { page, limit: PAGE } })
      rows.push(...data.subscriptions)
      last = totalPagesIn(data) ?? (data.subscriptions.length > 0 && page < MOST_PAGES ? page + 1 : page)
    }
  }
  // Of several on one domain, the one that is not over counts.
  const isOver = (row: Row) => /^(CANCELLED|EXPIRED)$/.test(textOf(row, 'subscriptionStatus'))
  const sorted = [...rows.filter(isOver), ...rows.filter((row) => !isOver(row))]
  return new Map(
    sorted.flatMap((row) => [
      [nameOf(textOf(row, 'domain')), row] as const,
      [nameOf(textOf(row, 'subscriptionId')), row] as const,
    ]),
  )
}

const namesIn = ({ body }: Sent) =>
  [body.subscriptionIds ?? body.subscriptionId ?? body.domainNames ?? body.domain ?? []].flat().map(String)

/** Until when each is paid before it is renewed. */
export async function periodBefore(cmr: Cmr, sent: Sent): Promise<Map<string, string>> {
  const rows = await subscriptionsOf(cmr, namesIn(sent))
  return new Map(
    namesIn(sent)
      .map(nameOf)
      .map((name) => [name, textOf(rows.get(name), 'periodEnd')]),
  )
}

/** Renewed is what is paid for longer than before. */
export const reconcileSubscriptionRenewal: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await subscriptionsOf(cmr, namesIn(sent))
  return outcomes(waiting, ({ name, before }) => {
    const row = rows.get(name)
    if (before && Date.parse(textOf(row, 'periodEnd')) > Date.parse(before)) return 'done'
    return textOf(row, 'subscriptionStatus') === 'RENEWING' ? 'begun' : undefined
  })
}

/** Cancelled, or no longer listed. */
export const reconcileCancellation: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await subscriptionsOf(cmr, namesIn(sent))
  return outcomes(waiting, ({ name }) => {
    const status = textOf(rows.get(name), 'subscriptionStatus')
    return status === '' || status === 'CANCELLED' ? 'done' : undefined
  })
}

/** The subscription's id and price: a recreation changes both. */
export async function identityBefore(cmr: Cmr, sent: Sent): Promise<Map<string, string>> {
  const rows = await subscriptionsOf(cmr, namesIn(sent))
  return new Map(
    namesIn(sent)
      .map(nameOf)
      .map((name) => [name, JSON.stringify(identityOf(rows.get(name)))]),
  )
}

interface Identity {
  readonly id: string
  readonly price: string
  readonly domain: string
}

function identityOf(row: Row | undefined): Identity {
  return {
    id: textOf(row, 'subscriptionId'),
    price: textOf(row, 'pricePerMailbox'),
    domain: textOf(row, 'domain'),
  }
}

/** Recreated is what stands on the same domain under a new id, or at the first-year price again. */
export const reconcileRecreation: Reconciler = async ({ cmr, waiting }) => {
  const known = waiting.map(({ before }) => (before ? (JSON.parse(before) as Identity) : undefined))
  const rows = await subscriptionsOf(
    cmr,
    known.flatMap((one) => (one?.domain ? [one.domain] : [])),
  )
  return outcomes(waiting, (part) => {
    const before = known[waiting.indexOf(part)]
    const row = before && rows.get(nameOf(before.domain))
    if (!before || !row) return undefined
    const now = identityOf(row)
    if (now.id !== before.id) return { state: 'done', detail: `new subscriptionId ${now.id}` }
    return Number(now.price) < Number(before.price) ? 'done' : undefined
  })
}

export const reconcileSubscriptionAutoRenew: Reconciler = async ({ cmr, sent, waiting }) => {
  const rows = await subscriptionsOf(cmr, namesIn(sent))
  const same = namesIn(sent).every((name) => rows.get(nameOf(name))?.autoRenew === sent.body.autoRenew)
  return outcomes(waiting, () => (same ? 'done' : undefined))
}
