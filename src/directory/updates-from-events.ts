import { declarationOf, familyOf } from '../cmr/events/index.ts'
import { domainNamesIn, MOST_REFERENCES } from '../cmr/events/references.ts'
import { isObject, type JsonObject } from '../cmr/json.ts'
import { type DirectoryUpdate, endingOf, type SubscriptionEnd, updatesOfRow } from './updates.ts'

/** What an event has of these is not what CMR's lists show: it would look like a change there. */
const unread = { profilePicture: undefined, domainForwarding: undefined }

/** Returns the subscriptions that are over with an event. */
export function endingsOfEvent(event: string, data: JsonObject): SubscriptionEnd[] {
  const mailboxes = declarationOf(event)?.mailboxesBecome
  if (!mailboxes) return []
  const listed = [data.subscriptions ?? data].flat().filter(isObject)
  return listed.slice(0, MOST_REFERENCES).flatMap((one) => endingOf(one, mailboxes))
}

/** A pre-warmed order is delivered as domains, each with its subscription and mailboxes ("Webhooks"). */
function prewarmedBy(status: string | undefined, data: JsonObject): DirectoryUpdate[] {
  if (!status) return []
  const { userId, orderId, serviceProvider } = data
  const shared = { userId, serviceProvider, status }
  const details = [data.mailboxDetails].flat().filter(isObject).slice(0, MOST_REFERENCES)
  if (details.length === 0) return updatesOfRow.domain({ ...shared, domain: data.domain })
  return details.flatMap(({ domain, subscriptionId, preWarmedUpMailboxes }) => {
    const mailboxes = [preWarmedUpMailboxes].flat().filter(isObject)
    const quantity = mailboxes.length || undefined
    return [
      ...updatesOfRow.domain({ ...shared, domain }),
      ...updatesOfRow.subscription({ ...shared, domain, subscriptionId, quantity }),
      ...mailboxes.flatMap((mailbox) =>
        updatesOfRow.mailbox({ ...mailbox, ...shared, ...unread, domain, subscriptionId, orderId }),
      ),
    ]
  })
}

/** Returns what the directory learns from an event: of each thing that it lists, or of the one that it is about. */
export function updatesFromEvent(event: string, data: JsonObject): DirectoryUpdate[] {
  const listed = ['domains', 'mailboxes', 'subscriptions'].flatMap((name) => data[name]).filter(isObject)
  if (listed.length > 0) {
    const { domains: _, mailboxes: __, subscriptions: ___, ...shared } = data
    return listed.slice(0, MOST_REFERENCES).flatMap((one) => updatesFromEvent(event, { ...shared, ...one }))
  }
  const { describes, namesOrder } = familyOf(event)
  const { status, implies } = declarationOf(event) ?? {}
  const row: JsonObject = { ...(status && { status }), ...data, ...unread, ...implies?.(data) }
  const user = data.userId ? updatesOfRow.user({ userId: data.userId, email: data.userEmail }) : []
  const order = namesOrder ? orderUpdates(data, describes === 'pre-warmed domain') : []
  if (!describes) return user
  if (describes === 'pre-warmed domain') return [...user, ...order, ...prewarmedBy(status, data)]
  return [...user, ...order, ...updatesOfRow[describes](row)]
}

function orderUpdates(data: JsonObject, hasSeveralDomains: boolean): DirectoryUpdate[] {
  const { orderId, userId } = data
  const domain = data.domainName ?? data.domain
  return updatesOfRow.order({
    orderId,
    userId,
    domain,
    ...(hasSeveralDomains && { domains: domainNamesIn(data) }),
  })
}
