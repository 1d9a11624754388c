import { expect, test } from 'vitest'
import { allEndpoints } from '../../src/cmr/endpoints/index.ts'
import { webhookEvents } from '../../src/cmr/events/index.ts'

test('all 23 events are declared', () => {
  expect(Object.keys(webhookEvents)).toHaveLength(23)
})

test('what ends an operation is an event that exists', () => {
  for (const { endsWith } of allEndpoints)
    for (const name of endsWith) expect(webhookEvents).toHaveProperty([name])
})
