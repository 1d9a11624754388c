import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { askFor, cards, decide, seenBy } from '../support/approvals.ts'
import { confirm, press } from '../support/clicks.ts'
import { csvText, customerRow } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile } from '../support/imports.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

const reads = (world: World, person: string, text: RegExp) =>
  eventually(() => expect(seenBy(world, person)).toMatch(text))
const outsider = (world: World, handle: string) => String(world.outsiders[handle])
const grantsIn = (world: World) =>
  (
    inStore(world, 'select content from policies order by version desc limit 1') as { content: string }[]
  ).flatMap(({ content }) => JSON.parse(content).grants as { subject: string; guest?: boolean }[])

/** Ana gives a role to a guest, and says that a guest is meant. */
async function letIn(world: World, handle: string, role: string) {
  const guest = outsider(world, handle)
  await world.say(`/cmr access grant ${guest} ${role}`)
  await world.sees(new RegExp(`<@${guest}> is a guest of this workspace.*Nothing was done yet`))
  await press(world, 'Let this guest in')
  await world.sees(new RegExp(`<@${guest}> has the role \\*${role.split(' ')[0]}\\* now as a guest`))
  return guest
}

test.each(['gwen', 'sid'])(
  '%s, a guest, is let in by name and with a yes, and has just that role',
  async (handle) => {
    const world = await startWorld({ role: 'operator' })
    const guest = outsider(world, handle)
    const other = outsider(world, handle === 'gwen' ? 'sid' : 'gwen')
    // Asked, and not answered: nothing has changed.
    await world.say(`/cmr access grant ${guest} viewer`)
    await world.sees(/is a guest of this workspace.*they would read everything/)
    await world.say('/cmr users list', guest)
    await reads(world, guest, /guest account\. An admin of the bot can let you in/)
    expect(grantsIn(world)).toEqual([])

    await letIn(world, handle, 'viewer')
    const email: string = (await world.look('users'))[0].email
    await world.say(`/cmr users list ${email}`, guest)
    await reads(world, guest, new RegExp(email))
    // No more than that, though everybody else is an operator.
    await world.say('/cmr users create', guest)
    await reads(world, guest, /users create\* needs an \*operator\*, and you are a \*viewer/)
    await world.interactions.openHome(guest)
    await eventually(() => expect(JSON.stringify(world.home(guest))).toContain('Refresh'))
    await world.say('/cmr users list', other)
    await reads(world, other, /guest account/)

    await world.say(`/cmr access why ${guest} "users list"`)
    await world.sees(/may run \*users list\*, which needs \*viewer\*: viewer as a guest, granted by/)
    await world.say(`/cmr access why ${other} "users list"`)
    await world.sees(
      /may not run \*users list\*: they are a guest of this workspace whom no admin has let in/,
    )
    await world.say(`/cmr access list ${other}`)
    await world.sees(/may do nothing: they are a guest/)
    await world.sees(new RegExp(`<@${guest}>: \\*viewer\\* as a guest, given by`))
    expect(
      JSON.stringify(
        inStore(world, "select arguments from audit where command = 'access.grant' and outcome = 'ok'"),
      ),
    ).toMatch(/\\"guest\\":true/)

    // At once, at every door: App Home is taken away too.
    await world.say(`/cmr access revoke ${guest}`)
    await world.sees(/has no role of their own any more: a guest has no rights without one/)
    await eventually(() => expect(JSON.stringify(world.home(guest))).toMatch(/guest account/))
    const before = seenBy(world, guest)
    await world.say('/cmr users list', guest)
    await eventually(() => expect(seenBy(world, guest).slice(before.length)).toMatch(/guest account/))
  },
)

test('a guest’s role ends in time, and is nobody’s by a group, by default or by CMR_ADMINS', async () => {
  let ahead = 0
  const world = await startWorld({ role: 'operator', clock: () => new Date(Date.now() + ahead) })
  const guest = outsider(world, 'gwen')
  world.env.CMR_ADMINS = `${world.ana.id},${guest}`
  await world.restart()
  world.slack.change = {
    of: /usergroups\.users\.list/,
    change: () => ({ ok: true, users: [guest] }),
  }
  await world.say('/cmr access grant --group S012AB3CD admin')
  await world.sees(/has the role \*admin\* now/)
  await world.say('/cmr users list', guest)
  await reads(world, guest, /guest account/)

  await letIn(world, 'gwen', 'viewer --days 3')
  await world.say('/cmr users create', guest)
  await reads(world, guest, /users create\* needs an \*operator\*, and you are a \*viewer/)
  ahead = 4 * 86_400_000
  const before = seenBy(world, guest)
  await world.say('/cmr users list', guest)
  await eventually(() => expect(seenBy(world, guest).slice(before.length)).toMatch(/guest account/))
})

test('a guest who is let in for some customers reaches those and nothing else', async () => {
  const world = await startWorld({ role: 'operator' })
  const guest = outsider(world, 'gwen')
  const [mine, other] = await world.look('users')
  await letIn(world, 'gwen', `viewer --customers ${mine.email}`)
  await world.sees(/role \*viewer\*, for 1 customer only: of this one they would see everything/)
  await world.say(`/cmr users get ${mine.email}`, guest)
  await reads(world, guest, new RegExp(mine.userId))
  await world.say(`/cmr users get ${other.email}`, guest)
  await reads(world, guest, /your role is not for this customer/)
  await world.say('/cmr users list', guest)
  await reads(world, guest, /Only your customers are shown/)
  expect(seenBy(world, guest)).not.toContain(other.email)
  await world.say('/cmr wallet', guest)
  await reads(world, guest, /your role is for some customers only/)
})

test('nobody else is let in by a role: strangers, those who have left, bots; and a form asks too', async () => {
  const world = await startWorld({ role: 'operator' })
  const why = {
    stan: /another workspace/,
    stella: /another workspace/,
    dora: /deactivated/,
    robo: /is a bot/,
  }
  for (const [handle, reason] of Object.entries(why)) {
    const person = outsider(world, handle)
    const before = world.read()
    await world.say(`/cmr access grant ${person} viewer --guest yes`)
    await eventually(() => expect(world.read().slice(before.length)).toMatch(/No role lets them in/))
    expect(world.read()).toMatch(reason)
    await world.say('/cmr users list', person)
    await reads(world, person, /CMR is only for full members/)
    await world.say(`/cmr access why ${person} "users list"`)
    await world.sees(new RegExp(`<@${person}> may not run \\*users list\\*: their account`))
  }
  expect(grantsIn(world)).toEqual([])

  const guest = outsider(world, 'sid')
  await world.say('/cmr access grant')
  await world.opened()
  await world.submit({ who: guest, role: 'viewer' })
  const asked = await eventually(() => {
    const view = world.modalOf(world.ana.id)
    expect(JSON.stringify(view)).toMatch(/is a guest of this workspace/)
    return view
  })
  expect(asked?.submit).toMatchObject({ text: 'Let this guest in' })
  expect(grantsIn(world)).toEqual([])
  await world.submit({})
  await world.sees(/has the role \*viewer\* now as a guest/)
  // While Slack does not answer, no guest gets in: what they were is not remembered.
  world.slack.fault = { hangs: /users\.info/ }
  await world.restart()
  await world.say('/cmr users list', guest)
  await reads(world, guest, /cannot find out from Slack/)
})

test('what a guest has asked for does not run once they are out', async () => {
  const world = await startWorld({ role: 'operator' })
  const guest = await letIn(world, 'gwen', 'operator')
  const domain = String((await world.look('domains')).filter(isRenewable)[0]?.domainName)
  await world.say(`/cmr approvals set ${world.billing.id}`)
  await world.sees(/Approvals are requested in/)
  await world.say(`/cmr domains renew ${domain}`, guest)
  await askFor(world, guest, 'domains renew')
  await confirm(world, guest)
  await eventually(() => expect(cards(world)).toHaveLength(1))
  await world.say(`/cmr access revoke ${guest}`)
  await world.sees(/has no role of their own any more/)
  await decide(world, 'Approve', world.ana.id)
  await eventually(() => expect(JSON.stringify(cards(world)[0])).toMatch(/Approved by.*guest account/))
  expect(await world.requests('domains.renew')).toEqual([])
})

test('an import of a guest stops once they are out', async () => {
  const world = await startWorld({ role: 'operator', requestsPerSecond: 20 })
  const guest = await letIn(world, 'gwen', 'operator')
  const rows = Array.from({ length: 200 }, (_, at) => customerRow(at))
  await giveFile(world, 'users import', csvText(rows), guest)
  await world.submit({}, guest)
  await eventually(async () => expect((await world.requests('users.create')).length).toBeGreaterThan(2))
  await world.say(`/cmr access revoke ${guest}`)
  await world.sees(/has no role of their own any more/)
  await world.sees(/users import stopped.*guest account/)
  expect((await world.requests('users.create')).length).toBeLessThan(150)
})
