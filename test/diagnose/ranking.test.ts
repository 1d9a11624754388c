import { rmSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccess } from '../../src/access/access.ts'
import { createCmr } from '../../src/cmr/client.ts'
import type { DiagnosisContext } from '../../src/diagnose/asking.ts'
import { chainOf } from '../../src/diagnose/chain.ts'
import { domainFacts } from '../../src/diagnose/collect.ts'
import { customerFacts } from '../../src/diagnose/customer.ts'
import type { DomainFacts } from '../../src/diagnose/facts.ts'
import { diagnosis } from '../../src/diagnose/message.ts'
import { overview } from '../../src/diagnose/overview.ts'
import { ownProblems, problemChecks, problemsIn } from '../../src/diagnose/problems/index.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { newDatabaseIn } from '../support/databases.ts'
import { makeFolder } from '../support/folder.ts'
import { limitsBroken } from '../support/limits.ts'

/**
 * The troubles of the sandbox with the problem that each is, in the order in which somebody who wants mail to leave
 * would look at them. It is written out here, and not read off the checks.
 */
const inOrder = [
  ['customer-gone', 'customer-gone'],
  ['order-parked', 'order-parked'],
  ['order-failed', 'order-failed'],
  ['order-stuck', 'order-stuck'],
  ['domain-lapsed', 'domain-lapsed'],
  ['domain-transferred', 'domain-transferred'],
  ['domain-in-grace', 'domain-in-grace'],
  ['nameservers-foreign', 'nameservers-foreign'],
  ['mailbox-order-failed', 'mailbox-order-failed'],
  ['subscription-cancelled', 'subscription-cancelled'],
  ['subscription-expired', 'subscription-expired'],
  ['workspace-gone', 'workspace-gone'],
  ['mailbox-suspended', 'mailbox-off'],
  ['mailbox-failed', 'mailbox-failed'],
  ['mailbox-stuck', 'mailbox-stuck'],
  ['past-due', 'subscription-past-due'],
  ['mx-missing', 'mx-missing'],
  ['mx-wrong', 'mx-wrong'],
  ['spf-missing', 'spf-missing'],
  ['spf-twice', 'spf-twice'],
  ['spf-wrong', 'spf-wrong'],
  ['dkim-missing', 'dkim-missing'],
  ['dmarc-missing', 'dmarc-missing'],
  ['dmarc-invalid', 'dmarc-wrong'],
  ['placement-bad', 'placement-bad'],
  ['domain-ends-soon', 'domain-ends-soon'],
  ['subscription-ends-soon', 'subscription-ends-soon'],
  ['wallet-empty', 'wallet-too-low'],
  ['auto-renew-off', 'subscription-auto-renew-off'],
  ['domain-auto-renew-off', 'domain-auto-renew-off'],
  ['warmup-paused', 'warmup-paused'],
  ['oauth-expired', 'export-login-expired'],
  ['export-failed', 'export-failed'],
  ['warmup-missing', 'warmup-missing'],
] as const

/** Troubles of the same thing: planting one takes the place of the other. */
const exclusive = [
  ['domain-lapsed', 'domain-transferred', 'domain-in-grace', 'domain-ends-soon', 'domain-auto-renew-off'],
  ['past-due', 'subscription-ends-soon', 'subscription-expired', 'subscription-cancelled', 'auto-renew-off'],
  // Nothing is paid that does not renew.
  ['wallet-empty', 'auto-renew-off'],
  // Without mailboxes there is no subscription that could be over.
  ['mailbox-order-failed', 'subscription-cancelled'],
  ['mailbox-suspended', 'mailbox-failed', 'mailbox-stuck'],
  ['mx-missing', 'mx-wrong'],
  ['spf-missing', 'spf-twice', 'spf-wrong'],
  ['dmarc-missing', 'dmarc-invalid'],
  ['warmup-paused', 'warmup-missing'],
  ['oauth-expired', 'export-failed'],
  ['order-parked', 'order-failed', 'order-stuck', 'mailbox-order-failed'],
]
const areExclusive = (a: string, b: string) => exclusive.some((all) => all.includes(a) && all.includes(b))
/** These leave nothing to plant another trouble in. */
const isFinal = (trouble: string) => /order|customer/.test(trouble)

let sandbox: Sandbox
let store: Store
let context: DiagnosisContext
const folder = makeFolder('ranking')

const control = async (path: string, body: object) => {
  const answer = await fetch(`${sandbox.url}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  return (await answer.json()) as { userId: string; orderId?: string }
}

beforeAll(async () => {
  sandbox = await startSandbox({ apiKey: 'k', pace: 0, seeded: false })
  store = await openStore(newDatabaseIn(folder))
  await control('rate-limit', { perSecond: 0 })
  const cmr = createCmr({ apiKey: 'k', apiUrl: `${sandbox.url}/api/v1/integration`, requestsPerSecond: 500 })
  const prices = { mailbox: 300, mailboxAfterYear: 500, warmup: 200, warmupGuessed: true }
  const clock = () => new Date()
  const groups = { members: async () => [] }
  const access = createAccess({ store, admins: ['U1'], defaultRole: 'viewer', groups, clock })
  context = { cmr, store, clock, prices, access, caller: { userId: 'U1', teamId: 'T1' } }
})
afterAll(async () => {
  await store.close()
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

let made = 0

/** A healthy domain into which troubles are planted, as diagnose finds it. */
async function withTroubles(...troubles: readonly string[]): Promise<DomainFacts> {
  const domain = `n${made++}.test`
  await control('wallet', { balanceCents: 100_000 })
  const customer = { company: 'Acme', domains: [domain, `a-${domain}`, `b-${domain}`], mailboxes: 2 }
  const { userId } = await control('customers', customer)
  let orderId: string | undefined
  for (const trouble of [...troubles].sort((a, b) => Number(isFinal(a)) - Number(isFinal(b))))
    orderId = (await control('troubles', { trouble, domain })).orderId ?? orderId
  return domainFacts(context, { userId, domain }, orderId ? { orderId } : {})
}

const first = (facts: DomainFacts) =>
  ownProblems(problemsIn(facts)).filter(({ link }) => link !== 'Webhooks')[0]?.id

test('of any two troubles the one that keeps mail from leaving rather is named first', async () => {
  const places = fc.nat({ max: inOrder.length - 1 })
  const pairs = fc.tuple(places, places).filter(([a, b]) => {
    const [one, other] = [inOrder[a]?.[0] ?? '', inOrder[b]?.[0] ?? '']
    return a < b && !areExclusive(one, other) && !(isFinal(one) && isFinal(other))
  })
  await fc.assert(
    fc.asyncProperty(pairs, async ([a, b]) => {
      const [[worse = '', id] = [], [lesser = ''] = []] = [inOrder[a], inOrder[b]]
      // An empty wallet is why it is past due: the cause comes first.
      const isCause = worse === 'past-due' && lesser === 'wallet-empty'
      expect(first(await withTroubles(worse, lesser)), `${worse} and ${lesser}`).toBe(
        isCause ? 'wallet-empty-past-due' : id,
      )
    }),
    { numRuns: 60 },
  )
}, 60_000)

test('what follows from something else is not to be mended by itself', async () => {
  const facts = await withTroubles('domain-lapsed', 'dkim-missing', 'subscription-expired')
  const problems = problemsIn(facts)
  expect(
    ownProblems(problems)
      .map(({ id }) => id)
      .filter((id) => id !== 'webhooks-silent'),
  ).toEqual(['domain-lapsed'])
  expect(problems.find(({ id }) => id === 'dkim-missing')?.because).toBe('domain-lapsed')
})

test('each problem has a name of its own, and every cause is one of them, above what follows from it', () => {
  const ids = problemChecks.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { id, follows = [] } of problemChecks)
    for (const cause of follows) {
      expect(ids, id).toContain(cause)
      expect(ids.indexOf(cause), `${cause} before ${id}`).toBeLessThan(ids.indexOf(id))
    }
})

test('what was not checked is never green, whatever it is', async () => {
  const facts = { ...(await withTroubles()), lastWebhookAt: new Date() }
  expect(diagnosis(facts).text).toContain('is fine')
  const links = {
    domain: 'Domain',
    dns: 'DNS',
    mailboxes: 'Mailboxes',
    subscriptions: 'Subscription',
    workspace: 'Subscription',
    balance: 'Wallet',
    logins: 'Exports',
    placement: 'Placement',
    order: 'Order',
    customer: 'Customer',
  } as const
  fc.assert(
    fc.property(fc.subarray(Object.keys(links) as (keyof typeof links)[], { minLength: 1 }), (names) => {
      const unchecked = Object.fromEntries(
        names.map((name) => [name, { unchecked: 'CMR did not answer in time' }]),
      )
      const some = { ...facts, ...unchecked } as DomainFacts
      expect(diagnosis(some).text).toMatch(/could be checked/)
      const chain = chainOf(some, problemsIn(some))
      for (const name of names)
        expect(chain.find((link) => link.name === links[name])?.state, name).toBe('unchecked')
    }),
  )
})

test('what does not answer in time leaves the rest, and nobody waits for it', async () => {
  for (const endpoint of ['dns.list', 'placement.reports'])
    await control('faults', { endpoint, fault: 'timeout' })
  const { userId } = await control('customers', { company: 'Slow', domains: ['slow.test'] })
  const began = performance.now()
  const facts = await domainFacts(context, { userId, domain: 'slow.test' }, {}, 400)
  expect(performance.now() - began).toBeLessThan(3000)
  await control('faults/clear', {})
  expect(facts.dns).toEqual({ unchecked: 'CMR did not answer in time' })
  expect(facts.domain).toMatchObject({ value: { status: 'ACTIVE' } })
  expect(facts.subscriptions).toMatchObject({ value: [{ subscriptionStatus: 'ACTIVE' }] })
})

test('a customer of three hundred domains is told of in one message and few requests', async () => {
  const names = Array.from({ length: 300 }, (_, at) => `big${at}.test`)
  const { userId } = await control('customers', {
    company: 'Big & Sons <!channel>',
    domains: names,
    mailboxes: 1,
  })
  for (const [at, [trouble]] of inOrder.filter(([one]) => !isFinal(one)).entries())
    for (let more = 0; more < 5; more++)
      await control('troubles', { trouble, domain: `big${at * 6 + more}.test` })
  const before = ((await (await fetch(`${sandbox.url}/sandbox/requests`)).json()) as unknown[]).length
  const facts = await customerFacts(context, { userId })
  const after = ((await (await fetch(`${sandbox.url}/sandbox/requests`)).json()) as unknown[]).length
  expect(after - before).toBeLessThanOrEqual(24)
  const message = overview(facts, 'Big & Sons <!channel>')
  expect(limitsBroken('message', { ...message, ts: '1.1', channel: 'C1' })).toEqual([])
  expect(message.text).toMatch(/^:x: \*Big &amp; Sons &lt;!channel&gt;\*: \d+ of 300 domains cannot send/)
  expect(JSON.stringify(message.blocks)).toMatch(
    /Not checked: its subscriptions were not checked.*DNS was read of 10 of 300/,
  )
})
