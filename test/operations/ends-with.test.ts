import { describe, expect, test } from 'vitest'
import { allEndpoints } from '../../src/cmr/endpoints/index.ts'
import { effectOf, webhookEvents } from '../../src/cmr/events/index.ts'
import { traitsOf } from '../../src/command-list.ts'
import { expectedResultsOf } from '../../src/operations/expected-results.ts'

const name = 'acme.com'
/** A request that names one of everything. */
const fields = {
  domain: name,
  domains: [{ domain: name }],
  mailboxes: { [name]: [{ username: 'jane' }] },
  order: [{ domain: name }],
  orderId: 'O1',
  mailboxId: 'M1',
  mailboxIds: ['M1'],
  mailboxData: { mailboxId: 'M1' },
  subscriptionId: 'S1',
  subscriptionIds: ['S1'],
}
const data = { domainName: name, domain: name, email: `jane@${name}`, mailboxId: 'M1', subscriptionId: 'S1' }

/** CMR promises no event after an export ("Export Mailboxes"); one that comes completes it all the same. */
const unpromised: Readonly<Record<string, string>> = { 'exports.send': 'mailbox.exported' }

/** The kinds of results that an event completes or fails. */
function completedBy(event: string): string[] {
  const { effect, parts, without } = effectOf(event, data)
  if (effect === 'news') return []
  return parts.length === 0 && without ? ['mailbox'] : parts.map(({ kind }) => kind)
}

describe('an endpoint ends with the events that complete what it expects', () => {
  test.each(allEndpoints.map((endpoint) => [endpoint.id, endpoint] as const))('%s', (id, { endsWith }) => {
    const sent = { query: fields, body: fields }
    const expected = expectedResultsOf(id, traitsOf(id), sent, id === 'orders.process' ? sent : undefined)
    const kinds = new Set<string>(expected.map(({ kind }) => kind))
    const completing = Object.keys(webhookEvents).filter(
      (event) => event !== unpromised[id] && completedBy(event).some((kind) => kinds.has(kind)),
    )
    expect([...endsWith].sort()).toEqual(completing.sort())
  })
})
