import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createCmr } from '../../src/cmr/client.ts'
import { effectOf } from '../../src/cmr/events/index.ts'
import { parseWebhook } from '../../src/cmr/webhooks.ts'
import { traitsOf } from '../../src/command-list.ts'
import { storedEvent } from '../../src/events/stored-event.ts'
import { createOperationDeadlines } from '../../src/operations/deadlines.ts'
import { createMatch } from '../../src/operations/match-events.ts'
import { createOperationPoller } from '../../src/operations/poller.ts'
import { trackedCmr } from '../../src/operations/sending.ts'
import { expectedResultsOfOperations } from '../../src/operations/store/expected-results.ts'
import { intendOperation, operationOf } from '../../src/operations/store/operations.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { dialects, openTestStore } from '../support/databases.ts'
import { instanceOn } from '../support/ingests.ts'

const apiKey = 'test-key'
const clock = () => new Date()
const deadlines = createOperationDeadlines(traitsOf)
const records = [
  { host: '@', value: 'v=spf1 include:_spf.google.com ~all', recordType: 'TXT' },
  { host: '@', value: 'google-site-verification=abc', recordType: 'TXT' },
  { host: '_dmarc', value: 'v=DMARC1; p=none', recordType: 'TXT' },
  { host: '@', value: 'mx.acme.com', recordType: 'MX', priority: 10 },
] as const

/** Adds four records in one request. @param items hosts that CMR refuses */
async function adding(dialect: string, items?: string[]) {
  const store = await openTestStore(dialect)
  const sandbox = await startSandbox({ apiKey, pace: 0 })
  onTestFinished(() => sandbox.close())
  const look = async (path: string) => (await fetch(`${sandbox.url}/sandbox/${path}`)).json()
  const control = (path: string, body: object) =>
    fetch(`${sandbox.url}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (items) await control('faults', { endpoint: 'dns.add', fault: 'items', items, message: 'No such host.' })
  const [{ userId, domainName: domain }] = await look('domains')
  const cmr = createCmr({ apiKey, apiUrl: `${sandbox.url}/api/v1/integration`, requestsPerSecond: 500 })
  const made = { endpoint: 'dns.add', actor: 'UANA', channel: 'C1', label: domain, at: clock() }
  const id = await intendOperation(store.db, made)
  const tracked = trackedCmr({
    gate: { cents: undefined, admit: async () => undefined, isFrozen: async () => false },
    onLeaving: async () => undefined,
    cmr,
    store,
    clock,
    deadlines,
    traitsOf,
    operationId: id,
  })
  await tracked.cmr.dns.add({ query: { userId }, body: { domain, records: [...records] } })
  const parts = async () =>
    Object.fromEntries(
      (await expectedResultsOfOperations(store.db, [id])).map(({ name, state, detail }) => [
        name.replace(`${domain} `, ''),
        detail ? `${state}: ${detail}` : state,
      ]),
    )
  let at = 0
  const hear = async (record: unknown) => {
    const read = parseWebhook(
      Buffer.from(
        JSON.stringify({ event: 'dns-record.updated', eventId: `E${at++}`, data: { domain, record } }),
      ),
    )
    if (!read.ok) throw new Error(read.reason)
    const event = storedEvent(read.webhook, clock().toISOString())
    const [owner] = await store.db
      .transaction()
      .execute((db) => createMatch({ deadlines, clock })(db, [event]))
    return owner?.id === id
  }
  const logger = pino({ level: 'silent' })
  const poller = createOperationPoller({
    store,
    cmr,
    clock,
    deadlines,
    traitsOf,
    ingestFound: instanceOn(store).ingestFound,
    logger,
  })
  const ended = async () => (await operationOf(store.db, id))?.ended_at !== null
  return { id, domain, parts, hear, check: () => poller.check(id), ended }
}

const spf = 'txt @ v=spf1 include:_spf.google.com ~all'
const verification = 'txt @ google-site-verification=abc'

test.each(dialects)(
  'each record of a request is waited for and ends by its own event on %s',
  async (dialect) => {
    const { parts, hear, ended, domain } = await adding(dialect)
    const waiting = {
      [spf]: 'waiting',
      [verification]: 'waiting',
      'txt _dmarc': 'waiting',
      'mx @': 'waiting',
    }
    expect(await parts()).toEqual(waiting)
    // CMR may write the host in full, and adds tags to a DMARC record.
    expect(
      await hear({ recordType: 'TXT', host: `_dmarc.${domain}.`, value: 'v=DMARC1; p=none; sp=reject' }),
    ).toBe(true)
    expect(await parts()).toEqual({ ...waiting, 'txt _dmarc': 'done' })
    expect(await hear({ type: 'TXT', name: '', value: records[1].value })).toBe(true)
    expect(await hear('MX @')).toBe(true)
    expect(await parts()).toEqual({
      [spf]: 'waiting',
      [verification]: 'done',
      'txt _dmarc': 'done',
      'mx @': 'done',
    })
    expect(await ended()).toBe(false)
    await hear(records[0])
    expect(await ended()).toBe(true)
  },
)

test.each(dialects)('records without an event are looked for one by one on %s', async (dialect) => {
  const { parts, hear, check, ended } = await adding(dialect)
  // An event that does not say which record it is about ends none of several.
  await hear(undefined)
  expect(Object.values(await parts())).toEqual(['waiting', 'waiting', 'waiting', 'waiting'])
  await check()
  expect(Object.values(await parts())).toEqual(['done', 'done', 'done', 'done'])
  expect(await ended()).toBe(true)
})

test.each(dialects)(
  'a record that CMR refuses inside its 200 is refused, the others are done on %s',
  async (dialect) => {
    const { parts, check, ended } = await adding(dialect, ['_dmarc'])
    const refused = 'failed: CMR refused it: No such host.'
    expect(await parts()).toMatchObject({ 'txt _dmarc': refused, 'mx @': 'waiting', [spf]: 'waiting' })
    await check()
    expect(await parts()).toEqual({
      'txt _dmarc': refused,
      'mx @': 'done',
      [spf]: 'done',
      [verification]: 'done',
    })
    expect(await ended()).toBe(true)
  },
)

test('a record alone goes by its domain', () => {
  const sent = { query: {}, body: { domain: 'Acme.com', records: [records[2]] } }
  expect(traitsOf('dns.add').expects?.(sent)).toEqual([{ kind: 'record', name: 'acme.com' }])
  const { parts } = effectOf('dns-record.updated', { domain: 'acme.com', record: 'TXT _dmarc' })
  expect(parts).toContainEqual({ kind: 'record', name: 'acme.com' })
})
