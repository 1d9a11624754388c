import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'

type Row = Record<string, string>

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ apiKey: 'k', pace: 0 })
  await control('rate-limit', { perSecond: 0 })
})
afterAll(() => sandbox.close())

const control = (path: string, body: object) =>
  fetch(`${sandbox.url}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
const look = async (path: string) => (await fetch(`${sandbox.url}/sandbox/${path}`)).json()
const rowAt = async (path: string, at: number): Promise<Row> => {
  const rows = await look(path)
  return rows[at % rows.length]
}
const api = (method: string, path: string, body: object) =>
  fetch(`${sandbox.url}/api/v1/integration${path}`, {
    method,
    headers: { 'cmr-x-api-key': 'k', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const addFunds = (dollars: string) =>
  fetch(sandbox.url, { method: 'POST', body: new URLSearchParams({ dollars }), redirect: 'manual' })

/** Returns the balance beside what the listed movements add up to, both in cents. */
async function books() {
  const { cents, transactions } = await look('wallet')
  const sum = transactions.reduce((all: number, { amount }: Row) => all + Math.round(Number(amount) * 100), 0)
  return { cents, sum }
}

/** What moves money at CMR; some of it is refused, for want of money or because of the thing's state. */
const operations: readonly ((at: number) => Promise<unknown>)[] = [
  (at) => control('wallet', { balanceCents: (at * 37_411) % 300_000 }),
  (at) => addFunds(String(at / 4)),
  (at) => control('clock', { advanceMs: (at % 45) * 86_400_000 }),
  async (at) => {
    const { userId, domainName } = await rowAt('domains', at)
    return api('POST', `/domains/renew?userId=${userId}`, { domains: [domainName], years: 1 })
  },
  async (at) => {
    const { subscriptionId } = await rowAt('subscriptions', at)
    return api('POST', '/subscriptions/renew-subscriptions', { subscriptionIds: [subscriptionId] })
  },
  async (at) => {
    const { userId, mailboxId } = await rowAt('mailboxes', at)
    return api('POST', `/placement?userId=${userId}`, { mailboxIds: [mailboxId] })
  },
]

test('whatever happens, the wallet’s transactions add up to its balance', async () => {
  const operation = fc.record({ which: fc.nat(operations.length - 1), at: fc.nat(400) })
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 8 }), async (chosen) => {
      await control('reset', {})
      for (const { which, at } of chosen) {
        await operations[which]?.(at)
        const { cents, sum } = await books()
        expect(sum).toBe(cents)
      }
    }),
    { numRuns: 15 },
  )
})

test('the page behind “Add funds” shows the balance, tops the wallet up, and refuses what is no amount', async () => {
  await control('reset', {})
  const page = async (query = '') => (await fetch(sandbox.url + query)).text()
  expect(await page()).toMatch(/\$1,842\.50[\s\S]*Add \$100</)
  const added = await addFunds('250.5')
  expect([added.status, added.headers.get('location')]).toEqual([303, '?added=250.50'])
  expect(await page('?added=250.50')).toMatch(/\$2,093\.00[\s\S]*\$250\.50 added/)
  for (const wrong of ['0', '-5', 'ten', '', '2000000'])
    expect((await addFunds(wrong)).headers.get('location')).toBe('?refused')
  expect(await books()).toEqual({ cents: 209_300, sum: 209_300 })
})
