import { type Exchange, objectIn } from '../../directory/answers.ts'
import { type DirectoryUpdate, updatesOfRow } from '../../directory/updates.ts'
import { type ExpectedResult, each, type RequestContent } from '../../operations/expected-results.ts'
import type { EndpointTraits } from '../endpoint-traits.ts'
import { reconcileOrder } from './reconcile.ts'

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

/** Of the endpoints that take an order of domains. */
export const orderTraits: EndpointTraits = {
  expects: confirmed(ordered),
  reconcile: reconcileOrder,
  updates: orderUpdates,
}

/** Of the endpoints that take more mailboxes for a domain. */
export const moreTraits: EndpointTraits = { ...orderTraits, expects: confirmed(mailboxes) }
