import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import type { Cmr } from '../../src/cmr/client.ts'
import { CmrError } from '../../src/cmr/errors.ts'
import { traitsOf } from '../../src/command-list.ts'
import type { StoredEvent } from '../../src/events/store/events.ts'
import { createOperationDeadlines, dueTimes } from '../../src/operations/deadlines.ts'
import { FROZEN } from '../../src/operations/expected-results.ts'
import { flag } from '../../src/operations/flag.ts'
import { createMatch } from '../../src/operations/match-events.ts'
import { createOperationPoller } from '../../src/operations/poller.ts'
import { trackedCmr } from '../../src/operations/sending.ts'
import { insertExpectedResults } from '../../src/operations/store/expected-results.ts'
import { flagOperation } from '../../src/operations/store/open-work.ts'
import {
  changeOperation,
  intendOperation,
  type Operation,
  operationOf,
  stepsOf,
} from '../../src/operations/store/operations.ts'
import type { Store } from '../../src/store/store.ts'
import { dialects, openTestStore } from '../support/databases.ts'
import { instanceOn } from '../support/ingests.ts'

const MINUTE = 60_000
const began = new Date('2026-11-24T12:00:00Z')
const minutesIn = (minutes: number) => new Date(began.getTime() + minutes * MINUTE)
const deadlines = createOperationDeadlines(traitsOf)
const sent = { query: {}, body: { userId: 'U-1', domains: ['acme.com', 'beta.com'], years: 1 } }

/** A renewal of two domains of which nothing has been heard. */
async function renewal(store: Store, state: 'accepted' | 'unknown'): Promise<Operation> {
  const made = { endpoint: 'domains.renew', actor: 'UANA', channel: 'C1', label: 'acme.com', at: began }
  const id = await intendOperation(store.db, made)
  const waiting = ['acme.com', 'beta.com'].map((name) => ({ kind: 'renewal', name }))
  await insertExpectedResults(store.db, id, waiting)
  return changeOperation(store.db, id, {
    ...dueTimes(deadlines, state, 'domains.renew', began),
    request: JSON.stringify(sent),
    sent_at: began.toISOString(),
  })
}

/** What the bot has to tell of operations. */
const told = (store: Store) =>
  store.db
    .selectFrom('outbox')
    .innerJoin('events', 'events.event_id', 'outbox.event_id')
    .select('events.event')
    .execute()

const asked = (list: () => Promise<unknown>, transactions: readonly object[] = []) => {
  const cmr = { domains: { list }, wallet: { get: async () => ({ data: { transactions } }) } }
  return { ...cmr, at: () => cmr } as unknown as Cmr
}

describe.each(dialects)('on %s', (dialect) => {
  test('a clock that was set back by an hour puts off no look', async () => {
    const store = await openTestStore(dialect)
    await renewal(store, 'unknown')
    let looks = 0
    const cmr = asked(async () => {
      looks++
      return { data: { domains: [] } }
    })
    let now = minutesIn(-60)
    const operationPoller = createOperationPoller({
      store,
      cmr,
      clock: () => now,
      deadlines,
      traitsOf,
      ingestFound: instanceOn(store).ingestFound,
      logger: pino({ level: 'silent' }),
    })
    await operationPoller.start()
    await vi.waitFor(() => expect(looks).toBeGreaterThan(0), { timeout: 10_000 })
    const before = looks
    now = minutesIn(-120)
    await vi.waitFor(() => expect(looks).toBeGreaterThan(before), { timeout: 10_000 })
    await operationPoller.stop()
  })

  test('an operation is looked at ever more rarely, but a person hears of it in time, whatever breaks', async () => {
    const store = await openTestStore(dialect)
    const { id } = await renewal(store, 'unknown')
    let now = began
    let waitedFor = -1
    const looks: number[] = []
    const cmr = asked(async () => {
      looks.push((now.getTime() - began.getTime()) / 1000)
      if (looks.length % 2) throw new TypeError('CMR lists things in a way that nobody has thought of')
      throw new CmrError('CMR cannot be reached.', {
        kind: 'unavailable',
        endpoint: 'domains.list',
        mayHaveBeenAccepted: false,
      })
    })
    const logger = pino({ level: 'silent' })
    const operationPoller = createOperationPoller({
      store,
      cmr,
      clock: () => now,
      deadlines,
      traitsOf,
      ingestFound: instanceOn(store).ingestFound,
      logger,
    })
    await operationPoller.start()
    await vi.waitFor(
      async () => {
        const { poll_at, polls, flagged_at } = (await operationOf(store.db, id)) as Operation
        // Once for each: while it looks, the row says when to look again should it die.
        if (polls === looks.length && polls > waitedFor) {
          waitedFor = polls
          now = new Date(poll_at ?? '')
        }
        expect(flagged_at).not.toBeNull()
      },
      { timeout: 25_000 },
    )
    await operationPoller.stop()
    expect(looks).toEqual([2, 7, 17, 47, 107, 227, 467, 900])
    expect(await told(store)).toEqual([{ event: 'operation.unknown' }])
  }, 30_000)

  test('what came about while the wallet was asked is not asked about', async () => {
    const store = await openTestStore(dialect)
    const operation = await renewal(store, 'unknown')
    await changeOperation(store.db, operation.id, { state: 'accepted', outcome: null })
    await flag({ store, cmr: asked(async () => ({ data: [] })) }, operation, minutesIn(15))
    expect(await told(store)).toEqual([])
    expect((await operationOf(store.db, operation.id))?.flagged_at).toBeNull()
  })

  test.each([
    [
      'Renewal of ACME.com',
      'The wallet shows since then: $9.00 Renewal of ACME.com; $29.00, which is its price.',
    ],
    ['Renewal of our-acme.com', 'The wallet shows since then: $29.00, which is its price.'],
  ])('of the charges since then only its own are named: of %s', async (description, sentence) => {
    const store = await openTestStore(dialect)
    const { id } = await renewal(store, 'unknown')
    const operation = await changeOperation(store.db, id, { cents: 2900 })
    const debits = [description, 'Order of rival.com'].map((one, at) => ({
      type: 'DEBIT',
      amount: ['9.00', '-29.00'][at],
      description: one,
      createdAt: minutesIn(1).toISOString(),
    }))
    await flag({ store, cmr: asked(async () => ({ data: [] }), debits) }, operation, minutesIn(15))
    const { data } = await store.db.selectFrom('events').select('data').executeTakeFirstOrThrow()
    expect(JSON.parse(data).wallet).toBe(sentence)
    expect(JSON.stringify(await stepsOf(store.db, id))).not.toMatch(/rival|our-acme/)
  })

  test('CMR is not late with what a freeze keeps from leaving', async () => {
    const store = await openTestStore(dialect)
    const operation = await renewal(store, 'accepted')
    const cmr = asked(async () => ({ data: [] }))
    await store.db.updateTable('expected_results').set({ follow_up: '{}', sent_at: null }).execute()
    await store.db
      .updateTable('expected_results')
      .set({ detail: FROZEN })
      .where('name', '=', 'acme.com')
      .execute()
    await flag({ store, cmr }, operation, minutesIn(15))
    expect(await told(store)).toEqual([])
    await store.db.updateTable('expected_results').set({ detail: null }).execute()
    await flag({ store, cmr }, operation, minutesIn(15))
    expect(await told(store)).toEqual([{ event: 'operation.overdue' }])
  })

  test('of two who would flag it, one does', async () => {
    const store = await openTestStore(dialect)
    const operation = await renewal(store, 'accepted')
    expect(await flagOperation(store.db, operation, minutesIn(1))).toMatchObject({ id: operation.id })
    expect(await flagOperation(store.db, operation, minutesIn(1))).toBeUndefined()
  })

  test('what a webhook shows to have happened gets the time that CMR takes for the rest', async () => {
    const store = await openTestStore(dialect)
    const { id } = await renewal(store, 'unknown')
    const event: StoredEvent = {
      event_id: 'E-1',
      event: 'domain.renewal.success',
      severity: 'good',
      data: JSON.stringify({ domainName: 'acme.com' }),
      received_at: minutesIn(10).toISOString(),
      source: 'webhook',
      subject: null,
      user_id: null,
      domain: 'acme.com',
      operation_id: null,
    }
    const match = createMatch({ deadlines, clock: () => minutesIn(10) })
    await store.db.transaction().execute((transaction) => match(transaction, [event]))
    expect(await operationOf(store.db, id)).toMatchObject({
      state: 'accepted',
      deadline_at: minutesIn(10 + 26 * 60).toISOString(),
    })
  })

  test('what was given up before it was sent is not sent any more, and nothing is sent beside it', async () => {
    const store = await openTestStore(dialect)
    const { id } = await renewal(store, 'accepted')
    const left: string[] = []
    const call = async ({ id: endpoint }: { id: string }) => {
      left.push(endpoint)
      return { data: null, message: '', refused: [] }
    }
    const clock = () => minutesIn(6)
    const watch = () =>
      trackedCmr({
        gate: { cents: undefined, admit: async () => undefined, isFrozen: async () => false },
        onLeaving: async () => undefined,
        cmr: { call } as unknown as Cmr,
        store,
        clock,
        deadlines,
        traitsOf,
        operationId: id,
      })
    const body = { userId: 'U-1', domains: ['acme.com'], autoRenew: true }
    const once = watch().cmr
    await once.domains['auto-renew']({ body })
    await expect(once.domains['auto-renew']({ body })).rejects.toThrow('a second change')
    await changeOperation(store.db, id, { state: 'failed', ended_at: minutesIn(5).toISOString() })
    await expect(watch().cmr.domains['auto-renew']({ body })).rejects.toThrow('was not sent at all')
    expect(left).toEqual(['domains.auto-renew'])
  })
})
