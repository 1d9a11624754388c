import type { WebClient } from '@slack/web-api'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createUserGroups } from '../../src/access/user-groups.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const minutes = (count: number) => count * 60_000

test('a group is asked for once a minute, its last members count while Slack is away, and nobody’s where Slack says so', async () => {
  let now = 1
  let asked = 0
  let answer = async (): Promise<unknown> => ({ users: ['U1'] })
  const list = () => {
    asked++
    return answer()
  }
  const slack = { usergroups: { users: { list } } } as unknown as WebClient
  const groups = createUserGroups(slack, { logger: pino({ level: 'silent' }), monotonic: () => now })
  expect([await groups.members('S1'), await groups.members('S1')]).toEqual([['U1'], ['U1']])
  expect(asked).toBe(1)

  now += minutes(2)
  answer = () => new Promise(() => undefined)
  const begun = performance.now()
  expect(await groups.members('S1')).toEqual(['U1'])
  expect(await groups.members('S2')).toEqual([])
  expect(performance.now() - begun).toBeLessThan(2500)

  now += minutes(2)
  answer = async () => {
    throw new Error('away')
  }
  expect(await groups.members('S1')).toEqual(['U1'])
  now += minutes(10)
  expect(await groups.members('S1')).toEqual([])

  answer = async () => ({ users: ['U1'] })
  expect(await groups.members('S1')).toEqual(['U1'])
  now += minutes(2)
  answer = async () => {
    throw Object.assign(new Error(), { data: { error: 'no_such_subteam' } })
  }
  expect(await groups.members('S1')).toEqual([])
})

const seenBy = (world: World, person: string) =>
  JSON.stringify(world.everything().messages.filter((one) => one.ephemeralFor === person))

test('a role comes with a user group and goes with it, and one that was given for a day ends by itself', async () => {
  let ahead = 0
  const world = await startWorld({
    role: 'viewer',
    clock: () => new Date(Date.now() + ahead),
    monotonic: () => performance.now() + ahead,
  })
  const [omar, vera] = [world.omar.id, world.vera.id]
  let members = [omar]
  world.slack.change = { of: /usergroups\.users\.list/, change: () => ({ ok: true, users: members }) }
  const refusedTimes = (person: string) =>
    seenBy(world, person).match(/users create\* needs an \*operator\*/g)?.length ?? 0
  await world.say('/cmr access grant --group S012AB3CD operator')
  await world.sees(/<!subteam\^S012AB3CD> has the role \*operator\* now/)
  await world.say('/cmr users create', omar)
  await world.opened(omar)
  await world.interactions.close(omar)
  await world.say('/cmr users create', vera)
  await eventually(() => expect(refusedTimes(vera)).toBeGreaterThan(0))

  members = []
  ahead += minutes(2)
  await world.say('/cmr users create', omar)
  await eventually(() => expect(refusedTimes(omar)).toBeGreaterThan(0))

  await world.say(`/cmr access grant ${vera} operator --days 1`)
  await world.sees(/has the role \*operator\* now, until/)
  // Slack takes the question about the group and never answers: nobody waits for it.
  world.slack.fault = { hangs: /usergroups/ }
  ahead += minutes(2)
  await world.say('/cmr users create', vera)
  await world.opened(vera)
  await world.interactions.close(vera)
  const before = refusedTimes(vera)
  ahead += minutes(25 * 60)
  await world.say('/cmr users create', vera)
  await eventually(() => expect(refusedTimes(vera)).toBeGreaterThan(before))
})
