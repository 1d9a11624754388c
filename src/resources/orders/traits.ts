import type { Domain } from '../../cmr/answers/domains.ts'
import type { Mailbox } from '../../cmr/answers/mailboxes.ts'
import type { Cmr } from '../../cmr/client.ts'
import type { JsonObject } from '../../cmr/json.ts'
import { type Exchange, objectIn } from '../../directory/answers.ts'
import { type DirectoryUpdate, updatesOfRow } from '../../directory/updates.ts'
import {
  type ExpectedResult,
  each,
  type FollowUp,
  nameOf,
  outcomes,
  type ReconciledResult,
  type ReconcileRequest,
  type Reconciler,
  type RequestContent,
  textOf,
} from '../../operations/expected-results.ts'
import type { ExpectedResultRow } from '../../operations/store/expected-results.ts'
import { millisecondsInDay } from '../../process/dates.ts'
import type { EndpointTraits } from '../endpoint-traits.ts'

/** Addresses, from `{domain: [{username}]}`. */
const mailboxes = ({ body }: RequestContent): ExpectedResult[] =>
  Object.entries((body.mailboxes ?? {}) as Record<string, { username: string }[]>).flatMap(
    ([domain, people]) =>
      each(
        'mailbox',
        people.map(({ username }) => `${username}@${domain}`),
      ),
  )

/** The domains of an order and their mailboxes. */
export const ordered = (sent: RequestContent): ExpectedResult[] => [
  ...each(
    'domain',
    ((sent.body.domains ?? []) as { domain: string }[]).map(({ domain }) => domain),
  ),
  ...mailboxes(sent),
]

/** An order that was not confirmed is over when CMR has accepted it: processing it is an operation of its own. */
const confirmed = (expects: (sent: RequestContent) => ExpectedResult[]) => (sent: RequestContent) =>
  sent.body.confirm === false ? [] : expects(sent)

/** What CMR answers about an order, and what it was sent with. */
export function orderUpdates({ query, body, data }: Exchange): DirectoryUpdate[] {
  return objectIn(data).flatMap((row) =>
    updatesOfRow.order({ domains: body.domains, mailboxes: body.mailboxes, ...query, ...body, ...row }),
  )
}

const failed = /FAIL|REJECT|CANCEL/i
const ready = /^(ACTIVE|COMPLETED?|SUCCESS|REGISTERED)$/i

/**
 * The status of an order tells of its domains and mailboxes where CMR lists them there; the customer's own lists
 * tell of the others, and of everything while the orderId is not known.
 */
export const reconcileOrder: Reconciler = async (asked) => {
  const processed = asked.sent.body.orderId !== undefined
  const items = asked.orderId ? await itemsOf(asked, asked.orderId) : new Map<string, JsonObject>()
  const told = outcomes(asked.waiting, ({ kind, name, before }) => {
    const item = items.get(`${kind} ${name}`)
    const status = textOf(item, 'status')
    const reason = textOf(item, 'reason', 'message')
    if (failed.test(status)) return { state: 'failed', detail: reason || status }
    if (ready.test(status)) return 'done'
    // It was there before it was processed: only another status tells that it is.
    const tells = !processed || (before !== null && before !== status)
    return status && tells ? 'begun' : undefined
  })
  const settled = new Set(told.filter(({ state }) => state !== 'begun').map(({ part }) => part))
  const rest = asked.waiting.filter((part) => !settled.has(part))
  return [...told, ...(await listed({ ...asked, waiting: rest }))]
}

/** How an order stood, and what it holds, before it was processed: the statuses by name. */
export async function statusBefore(cmr: Cmr, sent: RequestContent): Promise<Map<string, string>> {
  const items = await itemsOf({ cmr, sent }, String(sent.body.orderId))
  return new Map([...items].map(([key, row]) => [key.slice(key.indexOf(' ') + 1), textOf(row, 'status')]))
}

/** Rows by "domain acme.com", "mailbox jane@acme.com", "order ID". */
async function itemsOf(
  { cmr, sent }: Pick<ReconcileRequest, 'cmr' | 'sent'>,
  orderId: string,
): Promise<Map<string, JsonObject>> {
  const query = { userId: String(sent.query.userId), orderId }
  const { data } = await cmr.orders.status({ query })
  const order = data as JsonObject
  const list = (kind: string, rows: unknown, ...fields: string[]) =>
    (Array.isArray(rows) ? (rows as JsonObject[]) : []).map((row): [string, JsonObject] => [
      `${kind} ${nameOf(textOf(row, ...fields))}`,
      row,
    ])
  return new Map([
    [`order ${nameOf(orderId)}`, order],
    ...list('domain', order.domains, 'domainName', 'domain'),
    ...list('mailbox', order.mailboxes, 'email'),
  ])
}

async function listed({ cmr, sent, waiting, sentAt }: ReconcileRequest): Promise<ReconciledResult[]> {
  const userId = String(sent.query.userId)
  const ofKind = (kind: ExpectedResultRow['kind']) => waiting.filter((part) => part.kind === kind)
  const domains = ofKind('domain').length ? (await cmr.domains.list({ query: { userId } })).data.rows : []
  const mailboxes = ofKind('mailbox').length
    ? (await cmr.mailboxes.list({ query: { userId } })).data.rows
    : []
  const domainRows = new Map(domains.map((row) => [nameOf(row.domainName), row]))
  const mailboxRows = new Map(mailboxes.map((row) => [nameOf(row.email), row]))
  return [
    ...outcomes(ofKind('domain'), ({ name }) => stateOf(domainRows.get(name), sentAt)),
    ...outcomes(ofKind('mailbox'), ({ name }) => stateOf(mailboxRows.get(name), sentAt)),
  ]
}

/** A domain that was registered before is not this order's; dates may come without a time. */
function stateOf(row: Domain | Mailbox | undefined, sentAt: Date): ReconciledResult['state'] | undefined {
  if (!row) return undefined
  const since = Date.parse(textOf(row, 'registeredOn', 'createdAt'))
  if (since < sentAt.getTime() - millisecondsInDay) return undefined
  return ready.test(textOf(row, 'status')) ? 'done' : 'begun'
}

/** Of the endpoints that take an order of domains. */
export const orderTraits: EndpointTraits = {
  expects: confirmed(ordered),
  reconcile: reconcileOrder,
  updates: orderUpdates,
}

/** Of the endpoints that take more mailboxes for a domain. */
export const moreTraits: EndpointTraits = { ...orderTraits, expects: confirmed(mailboxes) }

/** Returns what the bot sends for each domain of an order once it is registered: CMR's orders cannot ask for it. */
export function turningAutoRenewOn(userId: string, domains: readonly string[]): FollowUp[] {
  return domains.map((domain) => ({
    part: { kind: 'auto-renew', name: nameOf(domain) },
    after: { kind: 'domain', name: nameOf(domain) },
    endpoint: 'domains.auto-renew',
    request: { query: {}, body: { userId, domains: [domain], autoRenew: true } },
    label: domain,
  }))
}
