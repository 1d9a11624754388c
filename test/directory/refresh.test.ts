import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Cmr, createCmr } from '../../src/cmr/client.ts'
import type { Endpoint } from '../../src/cmr/endpoint.ts'
import { mailboxes } from '../../src/cmr/endpoints/mailboxes.ts'
import { subscriptions } from '../../src/cmr/endpoints/subscriptions.ts'
import { users } from '../../src/cmr/endpoints/users.ts'
import { traitsOf } from '../../src/command-list.ts'
import { createDirectoryRefresh } from '../../src/directory/refresh/refresh.ts'
import { kindsNotWhole } from '../../src/directory/store/passes.ts'
import { countEntries } from '../../src/directory/store/rows.ts'
import { createDirectoryUpdater } from '../../src/directory/updater.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { openTestStore } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { layLine, type Reply } from '../support/line.ts'

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
async function startDirectory(perSecond = 500, watched?: Endpoint) {
  const store = await openTestStore('sqlite')
  const sandbox = await startSandbox({ apiKey: 'k', pace: 0 })
  onTestFinished(() => sandbox.close())
  const clock = () => new Date()
  const logger = pino({ level: 'silent' })
  const directoryUpdater = createDirectoryUpdater({ store, traitsOf, clock, logger })
  const direct = `${sandbox.url}/api/v1/integration`
  const line = watched && (await layLine(direct, watched))
  const cmr = createCmr({
    apiKey: 'k',
    apiUrl: line?.url ?? direct,
    requestsPerSecond: perSecond,
    onAnswer: directoryUpdater.answered,
  })
  const control = (path: string, body: object) =>
    fetch(`${sandbox.url}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
  await control('rate-limit', { perSecond })
  const look = async (path: string) => (await fetch(`${sandbox.url}/sandbox/${path}`)).json()
  return {
    store,
    line,
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

test.each([
  [users.list, 'userId', 'user'],
  [subscriptions.list, 'subscriptionId', 'subscription'],
  [mailboxes.all, 'mailboxId', 'mailbox'],
] as const)(
  'what CMR lists without its id is not forgotten, and hides no other: %#',
  async (endpoint, id, kind) => {
    const { store, filler, whole, line } = await startDirectory(500, endpoint)
    const first = filler(50)
    await first.start()
    await whole()
    const known = (await countEntries(store.db)).get(kind)
    if (line) line.meet = async ({ carry, reply }) => reply(nameless(await carry(), id))
    const passes = async () =>
      (await store.db.selectFrom('directory_passes').select('passes').where('kind', '=', kind).execute())[0]
        ?.passes ?? 0
    const before = await passes()
    await vi.waitFor(async () => expect(await passes()).toBeGreaterThan(before + 3), { timeout: 18_000 })
    expect((await countEntries(store.db)).get(kind)).toBe(known)
  },
  30_000,
)

/** The same answer, in which the first row of the list has lost its id. */
function nameless({ body, ...reply }: Reply, id: string): Reply {
  const answer = JSON.parse(body)
  const list = Object.values<unknown>(answer.data).find(Array.isArray) ?? answer.data
  for (const name of [id, 'id', `component${id[0]?.toUpperCase()}${id.slice(1)}`]) delete list[0]?.[name]
  return { ...reply, body: JSON.stringify(answer) }
}

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
