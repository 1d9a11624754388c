import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAccess } from '../../src/access/access.ts'
import { createAudit } from '../../src/access/audit/audit.ts'
import { changePolicy, firstPolicy, type Grant, type Policy, readPolicy } from '../../src/access/policy.ts'
import { neededBy, standingsOf } from '../../src/access/roles.ts'
import { declaredCommands } from '../../src/command-list.ts'
import type { Role } from '../../src/commands/permissions.ts'
import { permissionDocsFile, renderPermissionDocs } from '../../src/docs.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { inStore } from '../support/alerts.ts'
import { choose, press } from '../support/clicks.ts'
import { dialects, openTestStore, testUrl } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const now = new Date('2026-11-28T12:00:00Z')
const given = (subject: string, role: Role, more: Partial<Grant> = {}): Grant => ({
  subject,
  role,
  by: 'U1',
  at: '2026-11-01T00:00:00Z',
  ...more,
})
const groups = { members: async (id: string) => (id === 'S1' ? ['U5', 'U6'] : []) }
const standing = (user: string, grants: readonly Grant[]) =>
  standingsOf(user, {
    policy: { ...firstPolicy, grants: [...grants] },
    admins: new Set(['U1']),
    defaultRole: 'viewer',
    groups,
    now,
  })

test('a role comes from the environment, a grant, a group or the default, in this order, and ends in time', async () => {
  const all = [
    given('U1', 'none'),
    given('U2', 'finance'),
    given('U3', 'admin', { until: '2026-11-28T11:59:59Z' }),
    given('U4', 'none'),
    given('S1', 'operator'),
    given('U6', 'none'),
    given('U7', 'admin', { customers: ['C1'] }),
  ]
  const roleOf = async (user: string) => (await standing(user, all)).general.role
  expect(await Promise.all(['U1', 'U2', 'U3', 'U4', 'U5', 'U6', 'U7', 'U8'].map(roleOf))).toEqual([
    'admin',
    'finance',
    'viewer',
    'none',
    'operator',
    'none',
    'viewer',
    'viewer',
  ])
  expect((await standing('U7', all)).scoped).toMatchObject([{ role: 'admin', customers: ['C1'] }])
})

/** What each command needs: a change of this list is a change of what people may do. */
test('every command needs the role that its effect asks for, or more where that is declared', () => {
  const commands = [...declaredCommands().nouns.values()].flat()
  const least = { read: 'viewer', write: 'operator', charge: 'finance', destroy: 'admin' } as const
  const order: readonly Role[] = ['none', 'viewer', 'operator', 'finance', 'admin']
  for (const command of commands) {
    const needs = neededBy(command)
    expect(order.indexOf(needs), `${command.noun} ${command.verb}`).toBeGreaterThanOrEqual(
      order.indexOf(least[command.effect]),
    )
  }
  const adminReads = commands.filter((one) => one.effect === 'read' && one.needs === 'admin')
  expect(adminReads.map((one) => `${one.noun} ${one.verb}`)).toEqual(['mailboxes admin', 'audit list'])
})

test('docs/permissions.md is what npm run docs writes', () => {
  expect(readFileSync(permissionDocsFile, 'utf8')).toBe(renderPermissionDocs())
})

describe.each(dialects)('on %s', (dialect) => {
  async function opened(policy: (before: Policy) => Policy) {
    const store = await openTestStore(dialect)
    const audit = createAudit({ store, keys: ['key'] })
    const change = (to: (before: Policy) => Policy) =>
      changePolicy({ store, audit }, { at: now, actor: 'U1', command: 'access.grant', arguments: {} }, to)
    await change(policy)
    const access = createAccess({ store, admins: ['U1'], defaultRole: 'viewer', groups, clock: () => now })
    return { store, access, change }
  }

  test('changes at once are all kept, each a version of its own with its row in the audit', async () => {
    const { store, change } = await opened((policy) => policy)
    const add = (subject: string) =>
      change((policy) => ({ ...policy, grants: [...policy.grants, given(subject, 'operator')] }))
    const people = Array.from({ length: 30 }, (_, at) => `U${at + 100}`)
    await Promise.all(people.map(add))
    const { version, policy } = await readPolicy(store.db)
    expect(version).toBe(31)
    expect(policy.grants.map(({ subject }) => subject).sort()).toEqual(people)
    const { count } = await store.db
      .selectFrom('audit')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBe(31)
  })

  test('a role that another instance has taken away is lost for every change at once, and for a look within a second', async () => {
    const url = await testUrl(dialect)
    const [store, other] = [await openStore(url), await openStore(url)]
    onTestFinished(async () => {
      await store.close()
      await other.close()
    })
    const access = createAccess({ store, admins: ['U1'], defaultRole: 'none', groups, clock: () => now })
    const about = { at: now, actor: 'U1', command: 'access.grant', arguments: {} }
    const grant = (where: Store, role: Role) =>
      changePolicy(
        { store: where, audit: createAudit({ store: where, keys: ['key'] }) },
        about,
        (policy) => ({
          ...policy,
          grants: [given('U2', role)],
        }),
      )
    const may = async (effect: 'read' | 'write') => (await access.decide('U2', { effect }, 'x')).allowed
    await grant(store, 'operator')
    expect(await may('read')).toBe(true)
    await grant(store, 'none')
    expect(await may('read')).toBe(false)
    await grant(store, 'operator')
    expect([await may('read'), await may('write')]).toEqual([true, true])
    await grant(other, 'none')
    expect(await may('write')).toBe(false)
    await eventually(async () => expect(await may('read')).toBe(false))
  })

  test('a role for some customers reaches those, nobody else, and no list of all', async () => {
    const { access } = await opened((policy) => ({
      ...policy,
      grants: [given('U2', 'none'), given('U2', 'operator', { customers: ['C1'] })],
    }))
    const may = async (effect: 'read' | 'write' | 'charge', customers?: readonly string[]) =>
      (await access.decide('U2', { effect }, 'x', customers && { customers: async () => customers })).allowed
    expect(await may('write')).toBe(true)
    expect(await may('write', ['C1'])).toBe(true)
    expect(await may('write', ['C2'])).toBe(false)
    expect(await may('write', ['C1', 'C2'])).toBe(false)
    expect(await may('read', [])).toBe(false)
    expect(await may('charge', ['C1'])).toBe(false)
  })

  test('while it is frozen nobody charges or destroys, an admin neither; all else goes on', async () => {
    const { access } = await opened((policy) => ({ ...policy, frozen: { by: 'U9', at: now.toISOString() } }))
    const may = async (effect: 'read' | 'write' | 'charge' | 'destroy') =>
      (await access.decide('U1', { effect }, 'x')).allowed
    expect(await Promise.all((['read', 'write', 'charge', 'destroy'] as const).map(may))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})

const seenBy = (world: World, person: string) =>
  JSON.stringify(world.everything().messages.filter((one) => one.ephemeralFor === person))

test('what ends mailboxes, moves mail or silences others is no plain write; a role that is given lets one in at once', async () => {
  const world = await startWorld()
  const omar = world.omar.id
  const domain = (await world.look('domains'))[0].domainName
  const reads = (text: RegExp) => eventually(() => expect(seenBy(world, omar)).toMatch(text))

  await world.say(`/cmr domains auto-renew ${domain} off`, omar)
  await reads(/needs the role \*finance\*.*ends later, unless somebody acts/)
  expect(await world.requests('domains.auto-renew')).toEqual([])

  await world.say('/cmr alerts add "domain.*"', world.ana.id)
  await world.sees(/\*r1\*/)
  await world.say('/cmr alerts mute r1 1d', omar)
  await reads(/alerts mute\* needs an \*admin\*.*Other people would no longer get/)

  await world.say(`/cmr access grant ${omar} finance --days 3`)
  await world.sees(/has the role \*finance\* now, until/)
  await world.say('/cmr access', omar)
  await reads(/is \*finance\* \(finance, granted by/)
  await world.say(`/cmr domains auto-renew ${domain} off`, omar)
  await world.opened(omar)
  await world.submit({}, omar)
  await eventually(async () => expect(await world.requests('domains.auto-renew')).toHaveLength(1))
  await world.say(`/cmr access why ${omar} "domains remove"`)
  await world.sees(/may not run \*domains remove\*, which needs \*admin\*/)
})

test('a role that is lost while a form is open closes every door of it', async () => {
  const world = await startWorld()
  const omar = world.omar.id
  await world.say('/cmr users create', omar)
  const form = await world.opened(omar)
  await world.say(`/cmr access grant ${omar} none`)
  await world.sees(/has the role \*none\* now/)
  const country = { action_id: 'form.country', block_id: 'country' }
  const place = { person: omar, view: form.id, values: {} }
  expect(await world.interactions.options(place, { ...country, value: 'ger' })).toEqual({ options: [] })
  await choose(world, 'country', { country: 'DE' }, omar)
  await eventually(() => expect(JSON.stringify(world.modalOf(omar))).toMatch(/you have no role here/))
  await world.interactions.close(omar)
  await world.interactions.openHome(omar)
  await eventually(() => expect(JSON.stringify(world.home(omar))).toMatch(/you have no role here/))
  await world.say('/cmr', omar)
  await eventually(() => expect(seenBy(world, omar)).toMatch(/you have no role here/))

  await world.say(`/cmr access revoke ${omar}`)
  await world.sees(/no role of their own any more/)
  await world.say('/cmr orders create', omar)
  await eventually(() => expect(seenBy(world, omar)).toMatch(/orders create\* needs the role \*finance/))
})

test('anybody who writes may freeze; then nothing charges, and only an admin lifts it', async () => {
  const world = await startWorld()
  await world.say('/cmr freeze "the wallet is checked"', world.omar.id)
  await world.opened(world.omar.id)
  await world.submit({}, world.omar.id)
  await eventually(() => expect(seenBy(world, world.omar.id)).toMatch(/is stopped/))
  await world.say('/cmr orders create')
  await world.sees(/orders create\* is stopped: <@U[A-Z0-9]+> has frozen.*the wallet is checked/)
  await world.say('/cmr unfreeze', world.omar.id)
  await eventually(() => expect(seenBy(world, world.omar.id)).toMatch(/unfreeze show\* needs an \*admin/))
  await world.say('/cmr unfreeze')
  await world.opened()
  await world.submit({})
  await world.sees(/allowed again/)
  await world.say('/cmr orders create')
  await world.opened()
})

test('a word that is nobody’s id is no person: nobody gets a role, a limit or an answer by it', async () => {
  const world = await startWorld()
  const odd = ['Sam', 'viewer', 'S012AB3CD', 'u012ab3cd', '@ana-nobody', '<!channel>', 'U', 'U1 or 1=1']
  const asked = [
    'access grant WHO viewer',
    'access revoke WHO',
    'access limit WHO --operation 5',
    'access list WHO',
  ]
  for (const who of odd)
    for (const line of asked) {
      const before = world.read().length
      await world.say(`/cmr ${line.replace('WHO', `"${who}"`)}`)
      await eventually(() => expect(world.read().slice(before)).toMatch(/Name a person as Slack does/))
    }
  const [{ count } = {}] = inStore(world, 'select count(*) as count from policies')
  expect(count).toBe(0)
  // Slack's own spelling, and the id alone.
  await world.say('/cmr access list @omar')
  await world.sees(new RegExp(`<@${world.omar.id}> is \\*operator`))
  await world.say(`/cmr access list @${world.vera.id}`)
  await world.sees(new RegExp(`<@${world.vera.id}> is \\*operator`))
})

test('no customers named in a role is doubted, as it would be a role for everybody’s', async () => {
  const world = await startWorld()
  for (const empty of ['--customers ""', '--customers=""', '--customers " "']) {
    const before = world.read().length
    await world.say(`/cmr access grant @vera finance ${empty}`)
    await eventually(() => expect(world.read().slice(before)).toMatch(/names nothing.*Nothing was done/))
  }
  const [{ count } = {}] = inStore(world, 'select count(*) as count from policies')
  expect(count).toBe(0)
  await press(world, 'Leave out --customers')
  await world.sees(/has the role \*finance\* now\./)
})
