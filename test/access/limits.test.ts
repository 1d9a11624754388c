import { pino } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createAccess } from '../../src/access/access.ts'
import { createAudit } from '../../src/access/audit/audit.ts'
import { verifyAudit } from '../../src/access/audit/verify.ts'
import { changePolicy, type firstPolicy } from '../../src/access/policy.ts'
import { domains } from '../../src/cmr/endpoints/domains.ts'
import { command } from '../../src/commands/command.ts'
import { notice } from '../../src/commands/failure.ts'
import { createOperationDeadlines } from '../../src/operations/deadlines.ts'
import { type OperationContext, perform } from '../../src/operations/perform.ts'
import { openStore } from '../../src/store/store.ts'
import { confirm } from '../support/clicks.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

const keys = ['key']
let now = new Date('2026-11-28T12:00:00Z')

/** A renewal of a dollar. */
const renewal = command({
  noun: 'domains',
  verb: 'renew',
  summary: 'Renew',
  effect: 'charge',
  input: z.object({ domain: z.string() }),
  positional: ['domain'],
  confirm: async (_, { domain }) => ({ text: domain, cents: domain === 'unpriced' ? undefined : 100 }),
  async run({ cmr }, { domain }) {
    await cmr.call(domains.renew, { body: { userId: 'U', domains: [domain] } })
    return { message: notice(domain) }
  },
})

describe.each(dialects)('on %s', (dialect) => {
  /** Instances of the bot on one database: SQLite has one. */
  async function instances(limits: (typeof firstPolicy)['limits'], budget?: number, zone = 'UTC') {
    now = new Date('2026-11-28T12:00:00Z')
    const url = await testUrl(dialect)
    const stores = await Promise.all(
      dialect === 'postgres' ? [openStore(url), openStore(url)] : [openStore(url)],
    )
    onTestFinished(async () => {
      for (const store of stores) await store.close()
    })
    const sent: string[] = []
    const deadlines = createOperationDeadlines(() => ({}))
    const contexts = stores.map((store) => {
      const audit = createAudit({ store, keys })
      const groups = { members: async () => [] }
      const access = createAccess({
        store,
        admins: ['UADMIN'],
        defaultRole: 'operator',
        groups,
        clock: () => now,
      })
      const cmr = {
        async call(_: unknown, { body }: { body: { domains: string[] } }) {
          // Its row is on disk before a write leaves: whoever kills the bot now takes nothing out of the audit.
          const { outcome } = await store.db
            .selectFrom('audit')
            .select('outcome')
            .where('arguments', '=', JSON.stringify({ domain: body.domains[0] }))
            .executeTakeFirstOrThrow()
          expect(outcome).toBe('pending')
          sent.push(...body.domains)
          return { data: {}, refused: [] }
        },
      }
      return {
        cmr,
        store,
        audit,
        access,
        approvals: { request: async () => undefined },
        deadlines,
        traitsOf: () => ({}),
        clock: () => now,
        zone,
        logger: pino({ level: 'silent' }),
      } as unknown as OperationContext
    })
    const [first] = contexts
    if (!first) throw new Error('no instance')
    const about = { at: now, actor: 'UADMIN', command: 'access.limit', arguments: {} }
    await changePolicy(first, about, (policy) => ({ ...policy, limits, ...(budget && { budget }) }))
    const spend = async (domain: string, user = 'U1', instance = 0) => {
      const context = contexts[instance % contexts.length] ?? first
      return perform(renewal, { ...context, caller: { userId: user, teamId: 'T' } }, { domain })
    }
    return {
      sent,
      spend,
      store: first.store,
      freeze: () =>
        changePolicy(first, about, (policy) => ({ ...policy, frozen: { by: 'U9', at: now.toISOString() } })),
    }
  }

  test('of 100 spends at once against a limit that allows 10, exactly 10 run, over two instances', async () => {
    const { sent, spend, store } = await instances([{ subject: 'operator', operation: 100, month: 1000 }])
    const results = await Promise.all(Array.from({ length: 100 }, (_, at) => spend(`d${at}.com`, 'U1', at)))
    expect(sent).toHaveLength(10)
    expect(results.filter(({ kind }) => kind === 'done')).toHaveLength(10)
    const refused = results.filter((one) => one.kind === 'refused')
    expect(refused).toHaveLength(90)
    expect(refused[0]).toMatchObject({
      sentence: expect.stringContaining(
        'it costs $1.00, $10.00 is spent, and $10.00 is your limit per month',
      ),
    })
    // Another person has a limit of their own, and a new month begins anew.
    expect(await spend('other.com', 'U2')).toMatchObject({ kind: 'done' })
    now = new Date('2026-12-01T00:00:01Z')
    expect(await spend('december.com')).toMatchObject({ kind: 'done' })
    expect(await verifyAudit(store.db, keys)).toMatchObject({ ok: true })
    const rows = await store.db.selectFrom('audit').select(['outcome', 'cents', 'reason']).execute()
    expect(rows.filter(({ outcome, cents }) => outcome === 'ok' && cents === 100)).toHaveLength(12)
    expect(rows.at(-1)?.reason).toMatch(/operator by default, within a limit/)
  })

  // Midnight there in UTC, on a usual day, as clocks go forward or back, and at the end of a month.
  test.each([
    ['Pacific/Kiritimati', '2026-11-27T10:00:00Z', 'day'],
    ['Pacific/Honolulu', '2026-11-28T10:00:00Z', 'day'],
    ['America/New_York', '2026-03-09T04:00:00Z', 'day'],
    ['America/New_York', '2026-11-02T05:00:00Z', 'day'],
    ['Australia/Lord_Howe', '2026-04-05T13:30:00Z', 'day'],
    ['Asia/Kathmandu', '2026-12-31T18:15:00Z', 'month'],
    ['Pacific/Kiritimati', '2026-02-28T10:00:00Z', 'month'],
  ] as const)('in %s a limit begins anew at %s, and no second earlier', async (zone, midnight, span) => {
    const { spend } = await instances([{ subject: 'operator', operation: 100, [span]: 100 }], undefined, zone)
    now = new Date(Date.parse(midnight) - 60_000)
    expect(await spend('first.com')).toMatchObject({ kind: 'done' })
    now = new Date(Date.parse(midnight) - 1)
    expect(await spend('late.com')).toMatchObject({ kind: 'refused' })
    now = new Date(midnight)
    expect(await spend('new.com')).toMatchObject({ kind: 'done' })
    expect(await spend('more.com')).toMatchObject({ kind: 'refused' })
  })

  test('a person’s limit counts for more than the role’s, the budget for all, and what has no price is kept', async () => {
    const { sent, spend, freeze } = await instances(
      [
        { subject: 'operator', operation: 50 },
        { subject: 'U2', operation: 500, day: 200 },
        { subject: 'UADMIN', day: 100_000 },
      ],
      400,
    )
    expect(await spend('a.com')).toMatchObject({
      kind: 'refused',
      sentence: expect.stringContaining('$0.50 is your limit per operation'),
    })
    expect(await spend('b.com', 'U2')).toMatchObject({ kind: 'done' })
    expect(await spend('c.com', 'U2')).toMatchObject({ kind: 'done' })
    expect(await spend('d.com', 'U2')).toMatchObject({
      sentence: expect.stringContaining('your limit per day'),
    })
    expect(await spend('unpriced', 'UADMIN')).toMatchObject({ kind: 'refused' })
    expect(await spend('e.com', 'UADMIN')).toMatchObject({ kind: 'done' })
    expect(await spend('f.com', 'UADMIN')).toMatchObject({ kind: 'done' })
    expect(await spend('g.com', 'UADMIN')).toMatchObject({
      sentence: expect.stringContaining('the team’s budget'),
    })
    await freeze()
    expect(await spend('h.com', 'UADMIN')).toMatchObject({ sentence: expect.stringContaining('frozen') })
    expect(sent).toEqual(['b.com', 'c.com', 'e.com', 'f.com'])
  })
})

const seenBy = (world: World, person: string) =>
  JSON.stringify(world.everything().messages.filter((one) => one.ephemeralFor === person))

test('an operator spends nothing until a limit is set, then up to it, by the price that CMR tells', async () => {
  const world = await startWorld()
  const omar = world.omar.id
  const all: { domainName: string }[] = (await world.look('domains')).filter(isRenewable)
  const [first, second] = all.map(({ domainName }) => domainName)
  await world.say(`/cmr domains renew ${first}`, omar)
  await eventually(() => expect(seenBy(world, omar)).toMatch(/domains renew\* needs the role \*finance/))
  await world.say('/cmr access limit --role operator --operation 100 --month 20')
  await world.sees(/Every \*operator\* may spend \$100\.00 at once, \$20\.00 a month/)
  await world.say(`/cmr domains renew ${first}`, omar)
  await confirm(world, omar)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))
  await world.say(`/cmr domains renew ${second}`, omar)
  await confirm(world, omar)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(omar))).toMatch(/beyond a limit.*your limit per month/),
  )
  expect(await world.requests('domains.renew')).toHaveLength(1)
  // What is not named stays, and nothing named takes nothing away.
  await world.say('/cmr access limit --role operator')
  await world.sees(/Give an amount, such as 50/)
  await world.say('/cmr access limit --role operator --operation 50,5')
  await world.sees(/An amount in dollars such as 50\.00/)
  await world.say('/cmr access limit --role operator --operation 50')
  await world.sees(/Every \*operator\* may spend \$50\.00 at once, \$20\.00 a month/)
  await world.say('/cmr access limit --role operator --operation none --month none')
  await world.sees(/Every \*operator\* has no limit now/)
})

test.each([
  ['@omar 50', /may spend \$50\.00 at once\./],
  ['50 @omar', /may spend \$50\.00 at once\./],
  ['@omar $50/day', /may spend \$50\.00 a day\./],
  ['@omar day 50 month 200', /may spend \$50\.00 a day, \$200\.00 a month\./],
  ['20 operator', /Every \*operator\* may spend \$20\.00 at once\./],
  ['operator 20 per operation 200 USD a month', /may spend \$20\.00 at once, \$200\.00 a month\./],
  ['@omar 50 a week', /\*Per operation\*: An amount in dollars.*per operation, per day or per month/],
  ['@omar 5 000 a day', /\*Per day\*: An amount in dollars/],
  ['@omar 50 200', /\*Per operation\*: An amount in dollars/],
  ['@omar', /Give an amount, such as 50, 50 a day or 500 a month/],
])('“access limit %s” is understood as it is typed, or says what is wrong', async (typed, answer) => {
  const world = await startWorld()
  await world.say(`/cmr access limit ${typed}`)
  await world.sees(answer)
})

test('a budget is an amount a month, however that is said', async () => {
  const world = await startWorld()
  await world.say('/cmr access budget $500 per month')
  await world.sees(/Everybody together may spend \$500\.00 a month/)
  await world.say('/cmr access budget 500 a day')
  await world.sees(/An amount in dollars such as 50\.00, or none/)
})
