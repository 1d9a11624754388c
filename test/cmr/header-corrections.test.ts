import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createCmr } from '../../src/cmr/client.ts'
import { parseCorrections } from '../../src/cmr/corrections.ts'

test('a correction makes a header of the sandbox’s scenario', async () => {
  const seen: { headers: unknown; body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push({ headers: request.headers, body })
    response.end('{"status":201,"message":"","data":{}}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const header = { 'prewarm.sandbox-order': { headers: { scenario: 'cmr-x-sandbox-scenario' } } }
  const read = parseCorrections(JSON.stringify(header))
  if (!read.ok) throw new Error(read.faults.join(' '))
  const request = {
    query: { userId: 'U1' },
    body: {
      order: [{ domain: 'sandbox.nexora-tech.com' }],
      serviceProvider: 'GOOGLE' as const,
      google: { googleOauthRoute: 'DEFAULT' },
      scenario: 'full_failure' as const,
    },
  }
  const key = { apiKey: 'test-key', apiUrl }
  await createCmr({ ...key, sandbox: key }).prewarm['sandbox-order'](request)
  await createCmr({ ...key, sandbox: key, corrections: read.corrections }).prewarm['sandbox-order'](request)
  const [plain, corrected] = seen
  expect(JSON.parse(plain?.body ?? '')).toMatchObject({ scenario: 'full_failure' })
  expect(JSON.parse(corrected?.body ?? '')).not.toHaveProperty('scenario')
  expect(corrected?.headers).toMatchObject({ 'cmr-x-sandbox-scenario': 'full_failure' })
})

test.each([
  ['a list that narrows a write', 'domains.renew', { domains: 'cmr-x-domains' }],
  ['the key’s header', 'prewarm.sandbox-order', { scenario: 'cmr-x-api-key' }],
  ['an unknown field', 'prewarm.sandbox-order', { scene: 'cmr-x-scene' }],
])('%s is not made a header', (_, id, headers) => {
  expect(parseCorrections(JSON.stringify({ [id]: { headers } }))).toMatchObject({ ok: false })
})
