import { expect, test } from 'vitest'
import { inStore, reads, textOf } from '../support/alerts.ts'
import { press } from '../support/clicks.ts'
import { doctor } from '../support/doctor.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const companies = /people of other companies \(Slack Connect\)/
const list = (world: World) => inStore(world, 'select id, channel from routes')

/** A guest is in #ops. */
async function withGuest() {
  const world = await startWorld()
  const guest = String(world.outsiders.gwen)
  world.invited.set(world.ops.id, [guest])
  return { world, guest }
}

test('a route into a channel that another company reads is asked about first, and marked ever after', async () => {
  const world = await startWorld()
  world.sharing.set(world.billing.id, { is_shared: true, is_ext_shared: true })
  await world.say(`/cmr alerts add "domain.*" --channel ${world.billing.id}`)
  await world.sees(/is read by people of other companies.*every alert there.*Nothing was done yet/)
  expect(textOf(world, world.billing.id)).toBe('[]')
  expect(list(world)).toEqual([])
  await press(world, 'Post there anyway')
  await world.sees(/\*r1\*: <#C\w+> gets domain\.\*/)
  await reads(world, world.billing.id, /gets domain/)

  await world.say('/cmr alerts add "mailbox.*"')
  await world.sees(/\*r2\*/)
  const listed = await listedWith(world, /Read by/)
  expect(listed.match(/Read by people of other companies/g)).toHaveLength(1)
  expect(listed).toMatch(/\*r1\*[^"]*Read by/)
  // What stays where it posts is not asked about again; what moves there is.
  await world.say('/cmr alerts edit r1 --severities urgent')
  await world.sees(/\*r1\*: <#C\w+> gets domain\.\* \(urgent\)/)
  await world.say(`/cmr alerts edit r2 --channel ${world.billing.id}`)
  await eventually(() => expect(world.read().match(/is read by people of other companies/g)?.length).toBe(4))
  expect(list(world)).toMatchObject([{ channel: world.billing.id }, { channel: world.ops.id }])
})

test('a guest among the members of a channel counts, also for its form and /cmr subscribe', async () => {
  const { world, guest } = await withGuest()
  await world.say('/cmr subscribe "domain.*"')
  await world.sees(new RegExp(`is read by guests of this workspace \\(<@${guest}>\\)`))
  await world.say('/cmr alerts add')
  await world.opened()
  await world.submit({ events: 'mailbox.*' })
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/"Post there anyway".*is read by guests/),
  )
  expect(list(world)).toEqual([])
  await world.submit({})
  await world.sees(/\*r1\*: <#C\w+> gets mailbox\.\*/)
})

test.each([
  ['another company', { is_ext_shared: true }, companies],
  ['an invited company', { is_pending_ext_shared: true }, /another company, once they accept its invitation/],
  ['an invitation that is pending', { pending_shared: ['T9'] }, /once they accept/],
  ['other workspaces', { is_shared: true, is_org_shared: true }, /other workspaces of your organization/],
])('%s: digests and approvals ask too, and doctor tells', async (_, flags, who) => {
  const world = await startWorld()
  world.sharing.set(world.billing.id, flags)
  await world.say(`/cmr digest set 8:00 --channel ${world.billing.id}`)
  await world.sees(/They would read each digest.*the wallet/)
  expect(world.read()).toMatch(who)
  await press(world, 'Post there anyway')
  await world.sees(/gets a digest/)
  await world.say('/cmr digest')
  await world.sees(/:warning: Read by/)
  // It is no new place.
  await world.say(`/cmr digest set 9:00 --channel ${world.billing.id}`)
  await world.sees(/gets a digest at 09:00/)

  await world.say(`/cmr approvals set ${world.billing.id}`)
  await world.sees(/They would read each request.*and its price/)
  await press(world, 'Post there anyway')
  await world.sees(/Approvals are requested in/)
  await world.say('/cmr access')
  await world.sees(/The approvals channel is read by/)

  const { said } = await doctor(world)
  expect(said).toMatch(/^! Readers from outside: #billing \(the digest, approvals\) is read by /m)
  expect(said).toMatch(who)
  expect(said).not.toMatch(/✗ Readers/)
})

test('the alerts channel is marked; where nobody from outside reads, nothing is asked and doctor says so', async () => {
  const world = await startWorld()
  expect((await doctor(world)).said).toMatch(
    /^✓ Readers from outside: none in 1 channel that the bot posts in$/m,
  )
  await world.say('/cmr alerts add "domain.*"')
  await world.sees(/\*r1\*/)
  expect((await doctor(world)).said).toMatch(
    /^✓ Readers from outside: none in 2 channels that the bot posts in$/m,
  )
  world.sharing.set(world.alerts.id, { is_ext_shared: true })
  await listedWith(world, /The alerts channel is read by people of other companies/)
  expect((await doctor(world)).said).toMatch(
    /^! Readers from outside: C\w+ \(CMR_ALERTS_CHANNEL\) is read by/m,
  )
})

test('a channel that is named with a capital is asked about as one that has a name', async () => {
  const world = await startWorld()
  const { channel } = (await world.call('conversations.create', { name: 'customers' }, 'ana')) as {
    channel: { id: string }
  }
  world.sharing.set(channel.id, { is_ext_shared: true })
  await world.say('/cmr alerts add "domain.*" --channel Customers')
  await world.sees(/\*That channel is read by people of other companies/)
})

test('while Slack does not say who is in a channel, routes are made and lists are shown all the same', async () => {
  const world = await startWorld()
  world.slack.fault = { says: 'missing_scope', of: /conversations\.members/ }
  await world.say('/cmr alerts add "domain.*"')
  await world.sees(/\*r1\*/)
  world.slack.fault = { hangs: /conversations\.members|users\.info/ }
  await world.say('/cmr alerts list')
  await world.sees(/\*1 route\*/)
})

test('approvals are set up only where the bot can ask for them', async () => {
  const world = await startWorld()
  const { channel } = (await world.call(
    'conversations.create',
    { name: 'board', is_private: true },
    'ana',
  )) as {
    channel: { id: string }
  }
  await world.say(`/cmr approvals set ${channel.id}`)
  await world.sees(/The bot (cannot see|is not in) that channel/)
  const { channel: direct } = (await world.call('conversations.open', { users: world.ana.id })) as {
    channel: { id: string }
  }
  await world.say(`/cmr approvals set ${direct.id}`)
  await world.sees(/This goes to a channel, not to one person/)
  await world.say('/cmr access')
  await world.sees(/No approvals channel is set/)
})

/** Lists the routes until the list says something: nobody waits for Slack to tell who reads a channel. */
async function listedWith(world: World, text: RegExp): Promise<string> {
  for (;;) {
    const before = world.read().length
    await world.say('/cmr alerts')
    const listed = await eventually(() => {
      const said = world.read().slice(before)
      expect(said).toContain('Add a route')
      return said
    })
    if (text.test(listed)) return listed
  }
}
