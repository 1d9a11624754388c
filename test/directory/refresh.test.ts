import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Cmr, createCmr } from '../../src/cmr/client.ts'
import { traitsOf } from '../../src/command-list.ts'
import { createDirectoryRefresh } from '../../src/directory/refresh/refresh.ts'
import { kindsNotWhole } from '../../src/directory/store/passes.ts'
import { countEntries } from '../../src/directory/store/rows.ts'
import { createDirectoryUpdater } from '../../src/directory/updater.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { openTestStore } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'

const HOUR_MS = 3_600_000

interface Request {
  readonly endpoint: string
  readonly at: string
  readonly status: number
}

/**
 * A store, the local CMR, and what goes between them.
 * @param perSecond requests that the client allows itself and the local CMR counts
 */
async function startDirectory(perSecond = 500) {
  const store = await openTestStore('sqlite')
  const sandbox = await startSandbox({ apiKey: 'k', pace: 0 })
  onTestFinished(() => sandbox.close())
  const clock = () => new Date()
  const logger = pino({ level: 'silent' })
  const directoryUpdater = createDirectoryUpdater({ store, traitsOf, clock, logger })
  const cmr = createCmr({
    apiKey: 'k',
    apiUrl: `${sandbox.url}/api/v1/integration`,
    requestsPerSecond: perSecond,
    onAnswer: directoryUpdater.answered,
  })
  const control = (path: string, body: object) =>
    fetch(`${sandbox.url}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
  await control('rate-limit', { perSecond })
  const look = async (path: string) => (await fetch(`${sandbox.url}/sandbox/${path}`)).json()
  return {
    store,
    cmr,
    look,
    directoryUpdater,
    filler(intervalMs = HOUR_MS) {
      const filler = createDirectoryRefresh({
        cmr,
        store,
        directoryUpdater,
        intervalMs,
        requestsPerSecond: perSecond,
        clock,
        logger,
      })
      onTestFinished(() => filler.stop())
      return filler
    },
    whole: () =>
      vi.waitFor(async () => expect(await kindsNotWhole(store.db)).toEqual([]), { timeout: 18_000 }),
    requests: (): Promise<Request[]> => look('requests'),
    fail: (fault: object) => control('faults', fault),
  }
}

test('everything that CMR has is in the mirror a while after the start', async () => {
  const { store, filler, whole, look, requests, cmr } = await startDirectory(20)
  await filler().start()
  // Somebody who asks meanwhile is not kept waiting.
  await eventually(async () => expect((await requests()).length).toBeGreaterThan(5))
  const before = (await requests()).length
  await cmr.geo.countries()
  const order = (await requests()).map(({ endpoint }) => endpoint)
  expect(order.indexOf('geo.countries')).toBeLessThanOrEqual(before + 5)

  await whole()
  const counts = await countEntries(store.db)
  for (const [kind, path] of [
    ['user', 'users'],
    ['domain', 'domains'],
    ['subscription', 'subscriptions'],
    ['mailbox', 'mailboxes'],
  ] as const) {
    expect(counts.get(kind), kind).toBe((await look(path)).length)
  }
  // The local CMR answers one request more within a second with 429.
  expect((await requests()).filter(({ status }) => status === 429)).toEqual([])
})

test('a pass that was interrupted goes on where it was', async () => {
  const { filler, whole, look, requests } = await startDirectory(50)
  const first = filler()
  await first.start()
  const count = async (endpoint: string) =>
    (await requests()).filter((one) => one.endpoint === endpoint).length
  await eventually(async () => expect(await count('domains.list')).toBeGreaterThan(4))
  await first.stop()
  await filler().start()
  await whole()
  expect(await count('users.list')).toBe(1)
  // The one that was under way may have been asked for twice.
  expect(await count('domains.list')).toBeLessThanOrEqual((await look('users')).length + 1)
})

test('CMR is unwell for a while: the mirror is filled all the same, and nothing is forgotten for it', async () => {
  const { store, filler, whole, look, fail } = await startDirectory()
  await fail({ endpoint: 'subscriptions.list', fault: '429', times: 1 })
  await filler().start()
  await whole()
  expect((await countEntries(store.db)).get('subscription')).toBe((await look('subscriptions')).length)
})

test('CMR answers nothing, or misses somebody once: nobody is forgotten until two passes in a row have missed them', async () => {
  const { store, directoryUpdater } = await startDirectory()
  const [jane, omar, zoe] = ['jane', 'omar', 'zoe'].map((name) => ({
    userId: `USER${name}`,
    email: `${name}@acme.com`,
  }))
  // Known before the first pass, and moved to another page during it.
  const known = { endpoint: 'users.get', request: { query: { userId: zoe?.userId } }, data: zoe }
  directoryUpdater.answered({ ...known, refused: [], sentMsAgo: 60_000 })
  await directoryUpdater.settled()
  const answers = [[jane, omar], [], [jane, omar, zoe], [jane, omar], [jane], [jane]]
  const before: number[] = []
  const list = async (request: { query: { page: number } }) => {
    const first = request.query.page === 1
    if (first) before.push((await countEntries(store.db)).get('user') ?? 0)
    const data = { rows: first ? (answers.shift() ?? [jane]) : [] }
    directoryUpdater.answered({ endpoint: 'users.list', request, data, refused: [], sentMsAgo: 0 })
    return { data }
  }
  const none = async () => ({ data: { rows: [] } })
  const cmr = {
    wallet: { get: none },
    users: { list },
    domains: { list: none },
    mailboxes: { all: none },
    subscriptions: { list: none },
  } as unknown as Cmr
  const clock = () => new Date()
  const filler = createDirectoryRefresh({
    cmr,
    store,
    directoryUpdater,
    intervalMs: 20,
    requestsPerSecond: 500,
    clock,
    logger: pino({ level: 'silent' }),
  })
  onTestFinished(() => filler.stop())
  await filler.start()
  await eventually(() => expect(before.length).toBeGreaterThan(6))
  expect(before.slice(0, 7)).toEqual([1, 3, 3, 3, 3, 2, 1])
})
