import type { Kysely } from 'kysely'
import { referenceIn, referencesIn } from '../cmr/events/references.ts'
import { isObject, type JsonObject } from '../cmr/json.ts'
import type { StoredEvent } from '../events/store/events.ts'
import { domainOf, subjectOf } from '../events/stored-event.ts'
import type { Schema } from '../store/schema.ts'
import { directoryEntries, entriesNamed } from './store/rows.ts'

/** What CMR's ids are called: domains by their domainId, mailboxes' addresses by their mailboxId. */
interface KnownNames {
  readonly domains: ReadonlyMap<string, string>
  readonly addresses: ReadonlyMap<string, string>
}

/**
 * Returns events with the names of the domains and mailboxes of which they give only the id, as far as the directory
 * knows them: operations wait for names, and people read them.
 */
export async function withNames(db: Kysely<Schema>, events: readonly StoredEvent[]): Promise<StoredEvent[]> {
  const read = events.map((event) => ({ event, data: dataOf(event) }))
  const references = read.flatMap(({ data }) => (data ? referencesIn(data) : []))
  const domainIds = references.flatMap(({ domain, domainId }) => (domain || !domainId ? [] : domainId))
  const mailboxIds = references.flatMap(({ email, mailboxId }) => (email || !mailboxId ? [] : mailboxId))
  if (domainIds.length + mailboxIds.length === 0) return [...events]
  const named = await entriesNamed({ db }, 'domain', domainIds)
  const boxes = await directoryEntries(
    { db },
    [...new Set(mailboxIds)].map((id) => ({ kind: 'mailbox', id })),
  )
  const known: KnownNames = {
    domains: new Map(named.flatMap(({ id, data }) => pairOf((JSON.parse(data) as JsonObject).domainId, id))),
    addresses: new Map(
      boxes.flatMap(({ id, data }) => {
        const { email } = JSON.parse(data) as JsonObject
        return typeof email === 'string' ? [[id, email] as const] : []
      }),
    ),
  }
  if (known.domains.size + known.addresses.size === 0) return [...events]
  return read.map(({ event, data }) => (data ? withNamesIn(event, data, known) : event))
}

const pairOf = (id: unknown, name: string) =>
  typeof id === 'string' || typeof id === 'number' ? [[String(id), name] as const] : []

/** Returns nothing where the data cannot be read: such an event is stored as it came. */
function dataOf({ data }: StoredEvent): JsonObject | undefined {
  try {
    const read: unknown = JSON.parse(data)
    return isObject(read) ? read : undefined
  } catch {
    return undefined
  }
}

/** The fields in which an event lists what it is about. */
const lists = ['domains', 'mailboxes', 'subscriptions']

function withNamesIn(event: StoredEvent, data: JsonObject, known: KnownNames): StoredEvent {
  const named = { ...data, ...namesFor(data, known) }
  for (const list of lists) {
    const items = data[list]
    if (Array.isArray(items))
      named[list] = items.map((one) => (isObject(one) ? { ...one, ...namesFor(one, known) } : one))
  }
  const text = JSON.stringify(named)
  const [first] = referencesIn(named)
  return {
    ...event,
    data: text,
    subject: event.subject ?? subjectOf(event.event, named),
    domain: event.domain ?? (first ? domainOf(first) : null),
  }
}

function namesFor(data: JsonObject, { domains, addresses }: KnownNames): JsonObject {
  const { domain, domainId, email, mailboxId } = referenceIn(data)
  const domainName = domain || !domainId ? undefined : domains.get(domainId)
  const address = email || !mailboxId ? undefined : addresses.get(mailboxId)
  return { ...(domainName && { domainName }), ...(address && { email: address }) }
}
