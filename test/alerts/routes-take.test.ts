import { expect, test } from 'vitest'
import {
  type Envelope,
  inStore,
  messageWith,
  pastDue,
  pressOn,
  reads,
  renewalFailed,
  textOf,
} from '../support/alerts.ts'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

const options: [option: string, match: Envelope, nearMiss: Envelope][] = [
  ['--events subscription.past_due', pastDue('kind.com'), renewalFailed('miss.com')],
  ['--events "subscription.*"', pastDue('family.com'), renewalFailed('miss.com')],
  ['--severities urgent', pastDue('urgent.com'), renewalFailed('miss.com')],
  ['--domains "*.acme.com"', pastDue('mail.acme.com'), pastDue('acme.com')],
  [
    '--provider GOOGLE',
    pastDue('google.com', { workspaceType: 'GOOGLE' }),
    pastDue('miss.com', { workspaceType: 'MICROSOFT' }),
  ],
]

test.each(options)(
  'a route with %s hears what it asks for, and not its neighbour',
  async (option, match, nearMiss) => {
    const world = await startWorld()
    await world.say(`/cmr alerts add --channel #billing ${option} --also-in-alerts no`)
    await world.sees(/r1.*gets/)
    expect(await world.webhook(nearMiss)).toBe(200)
    expect(await world.webhook(match)).toBe(200)
    await reads(world, world.billing.id, String(match.data.domain))
    await reads(world, world.alerts.id, String(nearMiss.data.domain ?? nearMiss.data.domainName))
    expect(textOf(world, world.billing.id)).not.toContain(
      `*${nearMiss.data.domain ?? nearMiss.data.domainName}*`,
    )
    expect(textOf(world, world.alerts.id)).not.toContain(`*${match.data.domain}*`)
  },
)

test('a route adds: what it takes still comes to the alerts channel, and a button moves it', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add')
  const form = JSON.stringify(await world.opened())
  expect(form).toMatch(/Keep them in the alerts channel too.*“No” moves them/)
  await world.interactions.close(world.ana.id)
  await world.say('/cmr alerts add --channel #billing --events subscription.past_due')
  const added = await messageWith(world, world.ops.id, `They are still posted in <#${world.alerts.id}> too`)
  await world.webhook(pastDue('both.com'))
  await reads(world, world.billing.id, 'both.com')
  await reads(world, world.alerts.id, 'both.com')
  await pressOn(world, added, 'Only in the route’s channel')
  const moved = await messageWith(world, world.ops.id, `They are no longer posted in <#${world.alerts.id}>`)
  await world.webhook(pastDue('moved.com'))
  await reads(world, world.billing.id, 'moved.com')
  expect(textOf(world, world.alerts.id)).not.toContain('moved.com')
  await pressOn(world, moved, 'Keep them there too')
  await eventually(() => expect(world.read().match(/They are still posted in/g)?.length).toBeGreaterThan(2))
  await world.say('/cmr alerts list')
  await world.sees(/1 route.*They are still posted in/)
  // A route to the alerts channel itself says that it posts there, once.
  await world.say(`/cmr alerts add --channel ${world.alerts.id} --events subscription.past_due`)
  await world.sees(/r2.*gets/)
  expect((await messageWith(world, world.ops.id, 'r2')).text).not.toMatch(/still|no longer/)
  await world.webhook(pastDue('once.com'))
  await reads(world, world.billing.id, 'once.com')
  await reads(world, world.alerts.id, 'once.com')
})

test('a route by user is made with an e-mail, and hears of nobody else', async () => {
  const world = await startWorld()
  const [user, other] = await world.look('users')
  await world.say(`/cmr alerts add --channel #billing --users ${user.email}`)
  await world.sees(new RegExp(`of ${user.email}`))
  await world.webhook(pastDue('miss.com', { userId: other.userId }))
  await world.webhook(pastDue('hers.com', { userId: user.userId }))
  await reads(world, world.billing.id, 'hers.com')
  await reads(world, world.alerts.id, 'miss.com')
  expect(textOf(world, world.billing.id)).not.toContain('miss.com')
})

test('a route by user hears of the user’s domains too, where CMR names nobody', async () => {
  const world = await startWorld()
  const [domain] = await world.look('domains')
  const other = (await world.look('domains')).find((one: typeof domain) => one.userId !== domain.userId)
  await world.say(`/cmr domains list ${domain.userId}`)
  await world.say(`/cmr domains list ${other.userId}`)
  await world.sees(other.domainName)
  await world.say(`/cmr alerts add --channel #billing --users ${domain.userId}`)
  await world.sees(/r1.*gets/)
  await eventually(() =>
    expect(inStore(world, `select id from directory_entries where kind = 'domain'`).length).toBeGreaterThan(
      1,
    ),
  )
  await world.webhook(renewalFailed(other.domainName))
  await world.webhook(renewalFailed(domain.domainName))
  await reads(world, world.billing.id, domain.domainName)
  await reads(world, world.alerts.id, other.domainName)
  expect(textOf(world, world.billing.id)).not.toContain(other.domainName)
})

test('a route for what people did through the bot hears that, and nothing else; others do not hear it', async () => {
  const world = await startWorld({ pace: 0.1 })
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await world.say('/cmr alerts add --channel #billing --operations own')
  await world.sees(/r1.*only what people did through the bot/)
  const [domain] = await world.look('domains')
  const { userId, domainName } = domain
  await world.say(
    `/cmr dns add --user-id ${userId} --domain ${domainName} --host own --value hello --record-type TXT`,
  )
  await confirm(world)
  await reads(world, world.billing.id, /DNS record of .* has changed/)
  await world.webhook(pastDue('foreign.com'))
  await reads(world, world.alerts.id, 'foreign.com')
  expect(textOf(world, world.billing.id)).not.toContain('foreign.com')
  expect(textOf(world, world.alerts.id)).not.toContain('has changed')
})
