import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type Account, standingOf } from '../../src/access/accounts.ts'
import { createMembershipGuard, lastStanding, type MembershipGuard } from '../../src/access/membership.ts'
import { dialects, openTestStore } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'

const here = { teamId: 'T1' }
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const accounts: [what: string, account: Account, standing: string][] = [
  ['a full member', { team_id: 'T1' }, 'member'],
  ['a multi-channel guest', { team_id: 'T1', is_restricted: true }, 'guest'],
  ['a single-channel guest', { team_id: 'T1', is_restricted: true, is_ultra_restricted: true }, 'guest'],
  ['somebody of another company', { team_id: 'T2' }, 'foreign'],
  ['a stranger', { team_id: 'T1', is_stranger: true }, 'foreign'],
  ['somebody deactivated', { team_id: 'T1', deleted: true }, 'deactivated'],
  ['a bot', { team_id: 'T1', is_bot: true }, 'bot'],
  ['Slackbot', { id: 'USLACKBOT', team_id: 'T1', is_bot: false }, 'bot'],
  ['an account without a workspace', {}, 'foreign'],
  [
    'a member of another workspace of the grid',
    { team_id: 'T2', enterprise_user: { teams: ['T2'] } },
    'foreign',
  ],
  [
    'a member of both workspaces of a grid',
    { team_id: 'T2', enterprise_user: { teams: ['T2', 'T1'] } },
    'member',
  ],
]

test.each(accounts)('%s is found out', (_, account, standing) => {
  expect(standingOf(account, here)).toBe(standing)
})

test('a person is asked for once at a time, and again when five minutes are over', async () => {
  const world = await startGuard()
  const all = Promise.all(Array.from({ length: 20 }, () => world.guard.admit({ userId: 'U1' }, 5000)))
  await world.answer({ team_id: 'T1' })
  expect((await all).every(({ admitted }) => admitted)).toBe(true)
  expect(world.asked).toEqual(['U1'])
  expect(world.guard.known({ userId: 'U1' })).toEqual({ admitted: true })
  world.pass(6 * MINUTE)
  expect(world.guard.known({ userId: 'U1' })).toBeUndefined()
  const again = world.guard.admit({ userId: 'U1' }, 5000)
  await world.answer({ team_id: 'T1', deleted: true })
  expect(await again).toMatchObject({ admitted: false, refusal: expect.stringContaining('deactivated') })
})

test('a request from another workspace is refused without asking, whatever the account is', async () => {
  const world = await startGuard({ admins: ['U1'] })
  const first = world.guard.admit({ userId: 'U2', teamId: 'T1' }, 5000)
  await world.answer({ team_id: 'T1' })
  await first
  expect(await world.guard.admit({ userId: 'U1', teamId: 'T2' }, 5000)).toMatchObject({ admitted: false })
  expect(world.asked).toEqual(['U2'])
})

test('people of the grid who have no account in the installed workspace stay out', async () => {
  const world = await startGuard({ workspace: { teamId: 'T1', enterpriseId: 'E1' } })
  const away = world.guard.admit({ userId: 'U1', teamId: 'T2' }, 5000)
  await world.answer({ team_id: 'T2', enterprise_user: { teams: ['T2'] } })
  expect(await away).toMatchObject({ admitted: false })
  const both = world.guard.admit({ userId: 'U2', teamId: 'T2' }, 5000)
  await world.answer({ team_id: 'T2', enterprise_user: { teams: ['T2', 'T1'] } })
  expect(await both).toEqual({ admitted: true })
})

test.each(dialects)(
  'while Slack is silent, a member of the last seven days is let in on %s, and an admin by name; nobody else',
  async (dialect) => {
    const world = await startGuard({ dialect, admins: ['UADMIN'] })
    const member = world.guard.admit({ userId: 'U1', teamId: 'T1' }, 5000)
    await world.answer({ team_id: 'T1' })
    await member
    await world.noted('U1')
    const admitted = async (userId: string, teamId?: string) =>
      (await world.guard.admit({ userId, teamId }, 10)).admitted
    world.pass(6 * DAY)
    expect(await admitted('U1', 'T1')).toBe(true)
    expect(await admitted('U1', 'T2')).toBe(false)
    expect(await admitted('U2', 'T1')).toBe(false)
    expect(await admitted('UADMIN', 'T1')).toBe(true)
    expect(await admitted('UADMIN', 'T2')).toBe(false)
    world.pass(2 * DAY)
    expect(await admitted('U1', 'T1')).toBe(false)
  },
)

test.each(dialects)(
  'an admin by name who was seen to be a guest stays out while Slack is silent on %s',
  async (dialect) => {
    const world = await startGuard({ dialect, admins: ['UADMIN'] })
    const first = world.guard.admit({ userId: 'UADMIN' }, 5000)
    await world.answer({ team_id: 'T1', is_restricted: true })
    expect(await first).toMatchObject({ admitted: false })
    await world.noted('UADMIN')
    world.pass(DAY)
    expect((await world.guard.admit({ userId: 'UADMIN' }, 10)).admitted).toBe(false)
  },
)

/** A guard whose Slack answers when the test says so. */
async function startGuard(
  options: {
    dialect?: string
    admins?: string[]
    workspace?: { teamId: string; enterpriseId?: string }
  } = {},
) {
  const store = await openTestStore(options.dialect ?? 'sqlite')
  const asked: string[] = []
  let now = Date.parse('2026-01-01')
  let next = Promise.withResolvers<Account>()
  const info = ({ user }: { user: string }) => {
    asked.push(user)
    return next.promise.then((account) => ({ user: account }))
  }
  const guard: MembershipGuard = createMembershipGuard({
    slack: { users: { info } } as never,
    workspace: async () => options.workspace ?? here,
    store,
    admins: options.admins ?? [],
    notifyAdmins: async () => true,
    clock: () => new Date(now),
    logger: pino({ level: 'silent' }),
    elapsed: () => now,
  })
  return {
    guard,
    asked,
    closeStore: () => store.close(),
    pass(ms: number) {
      now += ms
    },
    async answer(account: Account) {
      next.resolve(account)
      await new Promise((resolve) => setTimeout(resolve, 5))
      next = Promise.withResolvers()
    },
    /** Waits until it is written down what somebody was seen to be: nobody waits for that otherwise. */
    noted: (userId: string) =>
      eventually(async () => expect(await lastStanding(store.db, userId)).toBeDefined()),
  }
}

test('a guest of whom the store cannot say whether they are let in is told to try again, not to ask an admin', async () => {
  const world = await startGuard()
  const asking = world.guard.admit({ userId: 'UGUEST' }, 5000)
  await world.closeStore()
  await world.answer({ team_id: 'T1', is_restricted: true })
  expect(await asking).toMatchObject({
    admitted: false,
    refusal: expect.stringContaining('Try again in a minute'),
  })
})
