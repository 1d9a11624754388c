import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { docsFile, renderEndpointDocs } from '../../src/cmr/docs.ts'
import { allEndpoints } from '../../src/cmr/endpoints/index.ts'
import { webhookEvents } from '../../src/cmr/webhook-events.ts'
import { handlers } from '../../src/sandbox/api.ts'

test('all 64 endpoints and 23 events are declared, each once', () => {
  expect(new Set(allEndpoints.map(({ id }) => id)).size).toBe(64)
  expect(allEndpoints).toHaveLength(64)
  expect(Object.keys(webhookEvents)).toHaveLength(23)
})

test('the sandbox serves each of them', () => {
  expect(Object.keys(handlers).toSorted()).toEqual(allEndpoints.map(({ id }) => id).toSorted())
})

test('what ends an operation is an event that exists', () => {
  for (const { endsWith } of allEndpoints)
    for (const name of endsWith) expect(webhookEvents).toHaveProperty([name])
})

test('docs/endpoints.md is not stale (npm run docs)', () => {
  expect(readFileSync(docsFile, 'utf8')).toBe(renderEndpointDocs())
})
