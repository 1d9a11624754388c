import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createIngest } from '../../src/events/ingest.ts'
import { createIntake } from '../../src/events/intake.ts'
import type { StoredEvent } from '../../src/events/store/events.ts'
import type { Store } from '../../src/store/store.ts'
import { dialects, openTestStore } from '../support/databases.ts'
import { event, idsIn } from '../support/outbox.ts'

const logger = pino({ level: 'silent' })
const notifyAdmins = async () => true

/** What goes wrong in one step of taking an event in whose id says so. */
const faults: Readonly<Record<string, 'match' | 'statement' | 'place' | 'follow' | 'onStored'>> = {
  'a throw in matching': 'match',
  'a statement that the database refuses': 'statement',
  'a throw in routing': 'place',
  'a throw in what follows': 'follow',
  'a throw after the commit': 'onStored',
}

function persistOn(store: Store, fault: string) {
  const trips = (step: string, events: readonly StoredEvent[]) => {
    if (step === fault && events.some(({ event_id }) => event_id === 'odd')) throw new TypeError('odd')
  }
  const ingests = createIngest({
    store,
    async match(db, events) {
      trips('match', events)
      const isOdd = events.some(({ event_id }) => event_id === 'odd')
      if (fault === 'statement' && isOdd) await sql`select * from nowhere`.execute(db)
      return events.map(() => ({ id: 'op', actor: 'U1', channel: 'C1', receiptTs: undefined }))
    },
    place(event) {
      trips('place', [event])
      return [{ channel: 'C1' }]
    },
    fallback: () => [{ channel: 'C1' }],
    follow: async (_, events) => trips('follow', events),
    onStored: (news) => trips('onStored', news),
    logger,
  })
  return createIntake({ ingests, store, notifyAdmins, logger }).store
}

const cases = dialects.flatMap((dialect) => Object.keys(faults).map((what) => ({ dialect, what })))

test.each(cases)('$what loses no event of the batch, on $dialect', async ({ dialect, what }) => {
  const store = await openTestStore(dialect)
  const ids = ['a', 'b', 'odd', 'c', 'd']
  const outcomes = await persistOn(store, faults[what] ?? '')(ids.map((id) => event(id)))
  expect(outcomes.map(({ stored }) => stored)).toEqual(ids.map(() => true))
  expect((await idsIn(store)).toSorted()).toEqual(ids.toSorted())
  const rows = await store.db.selectFrom('events').select(['event_id', 'operation_id']).execute()
  const owned = rows.filter(({ operation_id }) => operation_id === 'op').map(({ event_id }) => event_id)
  // The neighbors are understood as ever.
  expect(owned).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd']))
})

test.each(dialects)(
  'what the database takes in no form is stored by its name and id, on %s',
  async (dialect) => {
    const store = await openTestStore(dialect)
    const isBad = (events: readonly StoredEvent[]) => events.some(({ data }) => data.includes('untakable'))
    const plain = persistOn(store, 'none')
    const ingest = async (events: readonly StoredEvent[]) => {
      if (isBad(events)) throw new Error('the database refuses this text')
      await plain(events)
      return events
    }
    const ingests = { ingest, ingestUninterpreted: ingest }
    const intake = createIntake({ ingests, store, notifyAdmins, logger })
    const outcomes = await intake.store([event('a'), event('odd', { data: '{"x":"untakable"}' }), event('b')])
    expect(outcomes.every(({ stored }) => stored)).toBe(true)
    const odd = await store.db.selectFrom('events').selectAll().where('event_id', '=', 'odd').execute()
    expect(odd).toMatchObject([
      { event: 'domain.renewal.failed', data: expect.stringContaining('could not be kept') },
    ])
  },
)

test.each(dialects)(
  'a store that takes nothing says so of every event, and none is cut down, on %s',
  async (dialect) => {
    const store = await openTestStore(dialect)
    const full = { ...store, probe: () => Promise.reject(new Error('database or disk is full')) }
    const refuse = () => Promise.reject(new Error('database or disk is full'))
    const intake = createIntake({
      ingests: { ingest: refuse, ingestUninterpreted: refuse },
      store: full,
      notifyAdmins,
      logger,
    })
    const outcomes = await intake.store([event('a'), event('b')])
    expect(outcomes.map(({ stored }) => stored)).toEqual([false, false])
    expect(await store.db.selectFrom('events').selectAll().execute()).toEqual([])
  },
)
