import { expect, test } from 'vitest'
import { webhookAlerts } from '../../../src/alerts/messages/event-message.ts'
import { allEndpoints } from '../../../src/cmr/endpoints/index.ts'
import { effectOf, webhookEvents } from '../../../src/cmr/events/index.ts'
import { traitsOf } from '../../../src/command-list.ts'
import { endsWithAnswer, type ResultKind } from '../../../src/operations/expected-results.ts'

test('each event has both halves of its declaration', () => {
  expect(Object.keys(webhookAlerts).toSorted()).toEqual(Object.keys(webhookEvents).toSorted())
  for (const { resolves = [] } of Object.values(webhookEvents))
    for (const name of resolves) expect(webhookEvents).toHaveProperty([name])
})

test('whatever an endpoint waits for is completed by an event or by reconciling', () => {
  const data = { domain: 'a.com', email: 'j@a.com', mailboxId: 'm', subscriptionId: 's' }
  const effects = Object.keys(webhookEvents).map((event) => effectOf(event, data))
  const done = effects.filter(({ effect }) => effect === 'done')
  const completed = new Set<ResultKind>(done.flatMap(({ parts }) => parts.map(({ kind }) => kind)))
  const domains = [{ domain: 'a.com' }]
  const fields = {
    ...data,
    domains,
    order: domains,
    mailboxes: { 'a.com': [{ username: 'j' }] },
    mailboxIds: ['m'],
    mailboxData: [{ mailboxId: 'm' }],
    orderId: 'o',
    subscriptionIds: ['s'],
  }
  const waiting = allEndpoints.filter(({ id }) => traitsOf(id).expects)
  expect(waiting.length).toBeGreaterThan(15)
  for (const { id } of waiting) {
    const { expects, reconcile } = traitsOf(id)
    const kinds = (expects?.({ query: fields, body: fields }) ?? []).map(({ kind }) => kind)
    expect(kinds, id).not.toEqual([])
    const open = kinds.filter((kind) => !completed.has(kind) && !endsWithAnswer(kind))
    if (open.length > 0) expect(reconcile, `${id} waits for ${open}`).toBeDefined()
  }
})
