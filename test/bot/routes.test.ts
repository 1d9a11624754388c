import { expect, test, vi } from 'vitest'
import type { View } from '../../src/playground/types.ts'
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
    await world.say(`/cmr alerts add --channel #billing ${option}`)
    await world.sees(/r1.*hears/)
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
  await world.sees(/r1.*hears/)
  await vi.waitFor(() =>
    expect(inStore(world, `select id from mirror where kind = 'domain'`).length).toBeGreaterThan(1),
  )
  await world.webhook(renewalFailed(other.domainName))
  await world.webhook(renewalFailed(domain.domainName))
  await reads(world, world.billing.id, domain.domainName)
  await reads(world, world.alerts.id, other.domainName)
  expect(textOf(world, world.billing.id)).not.toContain(other.domainName)
})

test('from inside a channel, /cmr subscribe makes it hear, and /cmr unsubscribe ends it', async () => {
  const world = await startWorld()
  await world.say('/cmr subscribe subscription.* urgent')
  await world.sees(/hears subscription\.\* \(urgent\) of all users/)
  await world.webhook(pastDue('heard.com'))
  await world.sees('heard.com')
  await world.say('/cmr subscribe subscription.* urgent')
  await world.sees(/That is \*r1\* already/)
  await world.say('/cmr unsubscribe')
  await world.sees(/r1\* is removed/)
  await world.webhook(pastDue('unheard.com'))
  await reads(world, world.alerts.id, 'unheard.com')
  expect(world.read()).not.toContain('unheard.com')
})

test('a word that is no event is said to be none, with the family that was meant', async () => {
  const world = await startWorld()
  await world.say('/cmr subscribe subscription')
  await world.sees(/no event called “subscription”.*subscription\.\*/)
  await world.say('/cmr alerts add --channel #billing --quiet 25:00-99:00')
  await world.sees(/Times such as 22:00-07:00/)
})

test('a route is made and changed in a form that shows what it is', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add')
  const form = await world.opened()
  expect(form.callback_id).toBe('alerts.add')
  await world.submit({
    channel: world.billing.id,
    events: 'domain.* subscription.past_due',
    severities: 'urgent bad',
    mention: world.omar.id,
    quiet: '22:00-07:00',
    timezone: 'Europe/Berlin',
  })
  await world.sees(
    new RegExp(
      `hears domain\\.\\* and subscription\\.past_due \\(urgent, bad\\).*calls <@${world.omar.id}> for urgent, quiet 22:00–07:00 Europe/Berlin, urgent ones at once`,
    ),
  )
  await world.say('/cmr alerts edit r1')
  const again = await world.opened(
    world.ana.id,
    (view) => view.callback_id === 'alerts.edit' && !!view.submit,
  )
  expect(initialOf(again, 'events')).toEqual(['subscription.past_due', 'domain.*'].toSorted())
  expect(initialOf(again, 'quiet')).toEqual(['22:00-07:00'])
  await world.submit({ id: 'r1', events: 'domain.expired', quiet: '' })
  await world.sees(/r1.*hears domain\.expired \(urgent, bad\)/)
  const changed = world.messages(world.ops.id).at(-1)
  expect(JSON.stringify(changed)).not.toContain('quiet')
})

function initialOf(view: View, field: string): string[] {
  const element = view.blocks.find((block) => block.block_id === field)?.element as Record<string, unknown>
  const chosen = element.initial_options as { value: string }[] | undefined
  return (chosen?.map(({ value }) => value) ?? [String(element.initial_value)]).toSorted()
}

test('a test alert says that it is one, and goes only where its route goes', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --events domain.expired --mention @omar')
  await world.sees(/r1.*hears domain\.expired/)
  await world.say('/cmr alerts test r1')
  await world.sees(/A test of domain\.expired is on its way to .*just like this/)
  await reads(world, world.billing.id, '*Test*: *example.com* is gone')
  expect(textOf(world, world.alerts.id)).not.toContain('example.com')
  await world.say('/cmr alerts test r1 mailbox.created')
  await world.sees(/A real one would not: the route does not take that kind/)
})

test('a channel that the bot cannot enter is said when the route is made', async () => {
  const world = await startWorld()
  const made = await world.call('conversations.create', { name: 'board', is_private: true }, 'ana')
  const secret = (made.channel as { id: string }).id
  await world.call('conversations.join', { channel: world.billing.id }, 'ana')
  await world.call('conversations.archive', { channel: world.billing.id }, 'ana')
  await world.say('/cmr alerts add --channel C0NOWHERE --events domain.expired')
  await world.sees(/does not see that channel.*\/invite @cmr/)
  await world.say(`/cmr alerts add --channel ${world.billing.id} --events domain.expired`)
  await world.sees(/That channel is archived\. Unarchive it first/)
  await world.say(`/cmr alerts add --channel ${secret} --events domain.grace_period`)
  await vi.waitFor(() => expect(world.read().match(/\/invite @cmr/g)?.length).toBeGreaterThan(1))
  await world.say('/cmr alerts list')
  await world.sees(/No route yet/)
})

test('a user group is called by its id', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --group @owners')
  await world.sees(/A user group’s id, such as S012AB3CD/)
  await world.say('/cmr alerts add --channel #billing --group S012AB3CD')
  await world.sees(/r1.*calls <!subteam\^S012AB3CD> for urgent/)
  await world.webhook(pastDue('group.com'))
  expect(JSON.stringify(await messageWith(world, world.billing.id, 'group.com'))).toContain(
    '<!subteam^S012AB3CD>',
  )
})

test('whoever may only read makes, mutes and tests no route', async () => {
  const world = await startWorld({ role: 'viewer' })
  await world.say('/cmr subscribe subscription.*', world.vera.id)
  await world.sees(/subscribe show\* needs an \*operator\*/)
  await world.say('/cmr alerts', world.vera.id)
  await world.sees(/No route yet/)
})

test('a muted route is silent, and so is a muted domain; both are heard again', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --events domain.*')
  await world.sees(/r1.*hears/)
  await world.say('/cmr alerts mute r1 4h')
  await world.sees(/r1\* is muted until/)
  await world.webhook(renewalFailed('muted.com'))
  await world.say('/cmr alerts unmute r1')
  await world.sees(/r1\* is heard again/)
  await world.say('/cmr alerts mute quiet.com 7d')
  await world.sees(/domain:quiet\.com is muted until.*\/cmr alerts unmute quiet\.com/)
  await world.webhook(renewalFailed('quiet.com'))
  await world.webhook(renewalFailed('loud.com'))
  await reads(world, world.billing.id, 'loud.com')
  expect(textOf(world, world.billing.id) + textOf(world, world.alerts.id)).not.toMatch(
    /muted\.com|quiet\.com/,
  )
  await world.say('/cmr events list --told no')
  await world.sees(/muted\.com.*not told/)
  await world.say('/cmr events why failed-quiet.com')
  await world.sees(/domain:quiet\.com is muted until.*nobody is told/)
})

test('what is urgent and would only meet muted routes is told in the alerts channel', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --events subscription.*')
  await world.sees(/r1.*hears/)
  await world.say('/cmr alerts mute r1 4h')
  await world.sees(/only what is urgent and nobody else hears goes to the alerts channel/)
  await world.webhook(pastDue('missed.com'))
  await reads(world, world.alerts.id, 'missed.com')
  expect(textOf(world, world.billing.id)).not.toContain('missed.com')
  await world.say('/cmr events why past-due-missed.com')
  await world.sees(
    /r1.*takes it and is muted.*It is urgent, and all that take it are muted, so it goes to <#/,
  )
})

test('what is muted until it is resolved is heard again once it is', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts mute domain:again.com resolved')
  await world.sees(/muted until it is resolved/)
  await world.webhook(pastDue('again.com'))
  await world.webhook({
    event: 'subscription.renewal.success',
    eventId: 'renewed',
    data: { subscriptionId: 'SUB-again.com', domain: 'again.com' },
  })
  await reads(world, world.alerts.id, 'is renewed')
  expect(textOf(world, world.alerts.id)).not.toContain('past due')
  await world.webhook({ ...pastDue('again.com'), eventId: 'second' })
  await reads(world, world.alerts.id, 'past due')
})

test('threads: a second alert on the same subject is a reply, or stands alone where threads are off', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --domains threads.com')
  await world.say('/cmr alerts add --channel #ops --domains alone.com --threads no')
  await world.sees(/r2.*no threads/)
  for (const domain of ['threads.com', 'alone.com']) {
    await world.webhook(pastDue(domain))
    await world.webhook({ ...pastDue(domain), event: 'subscription.expired', eventId: `expired-${domain}` })
  }
  await reads(world, world.billing.id, 'has expired')
  await reads(world, world.ops.id, 'has expired')
  const [root] = world.messages(world.billing.id).filter((one) => one.metadata)
  const reply = world.messages(world.billing.id).findLast((one) => one.metadata && one.ts !== root?.ts)
  expect(reply?.threadTs).toBe(root?.ts)
  const alone = world.messages(world.ops.id).filter((one) => one.metadata)
  expect(alone.map(({ threadTs }) => threadTs)).toEqual([undefined, undefined])
})

test('a mention calls for the severities that ask for it, and for no other', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --mention @omar --mention-for urgent')
  await world.sees(/r1.*calls <@/)
  await world.webhook(renewalFailed('calm.com'))
  await world.webhook(pastDue('call.com'))
  const urgent = await messageWith(world, world.billing.id, 'call.com')
  const bad = await messageWith(world, world.billing.id, 'calm.com')
  expect(JSON.stringify(urgent)).toContain(`<@${world.omar.id}>`)
  expect(JSON.stringify(bad)).not.toContain(`<@${world.omar.id}>`)
})

test.each([
  ['quiet hours', '--quiet 00:00-23:59', 'In the quiet hours: 3 events'],
  ['a digest', '--digest daily --digest-at 8', 'The digest: 3 events'],
])(
  '%s: what comes meanwhile is one summary afterwards, and what is urgent comes at once',
  async (_, option, title) => {
    const world = await startWorld()
    await world.say(`/cmr alerts add --channel #billing ${option}`)
    await world.sees(/urgent ones at once all the same/)
    for (const domain of ['one.com', 'two.com', 'three.com']) await world.webhook(renewalFailed(domain))
    await world.webhook(pastDue('urgent.com'))
    await reads(world, world.billing.id, 'urgent.com')
    expect(textOf(world, world.billing.id)).not.toMatch(/one\.com|two\.com|three\.com/)
    await world.say('/cmr events show failed-one.com')
    await world.sees(/Waits for .* to be told in/)
    inStore(world, `update outbox set not_before = '2026-01-01T00:00:00.000Z' where state = 'held'`)
    const summary = await messageWith(world, world.billing.id, 'three.com')
    for (const said of [title, 'one.com', 'two.com']) expect(JSON.stringify(summary)).toContain(said)
  },
)

test('with urgent ones held back too, quiet hours are quiet', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --quiet 00:00-23:59 --urgent-passes no')
  await world.sees(/r1.*quiet 00:00–23:59 UTC\./)
  await world.webhook(pastDue('hushed.com'))
  await world.say('/cmr events show past-due-hushed.com')
  await world.sees(/Waits for .* to be told in/)
  expect(textOf(world, world.billing.id)).not.toContain('hushed.com')
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

test('the log shows an event without its secrets, where it was told, and tells it again under another mark', async () => {
  const world = await startWorld()
  await world.webhook(pastDue('logged.com', { password: 'hunter2', note: 'fine' }))
  await reads(world, world.alerts.id, 'logged.com')
  await world.say('/cmr events list subscription.* --since today --about logged.com')
  await world.sees(/on logged\.com.*webhook · told in one channel/)
  await world.say('/cmr events show past-due-logged.com')
  await world.sees(/logged\.com.*Told in <http[^|]*\|this message> in <#/)
  expect(world.read()).not.toContain('hunter2')
  await world.say('/cmr events why past-due-logged.com')
  await world.sees(/No route takes it, so it goes to/)
  await world.say('/cmr events tell past-due-logged.com')
  await world.sees(/Told again for/)
})

test('the log turns its pages, on the same search', async () => {
  const world = await startWorld()
  for (let at = 10; at < 35; at++) await world.webhook(renewalFailed(`page${at}.com`))
  await world.webhook(pastDue('other.com'))
  await world.say('/cmr events list domain.*')
  const page = async (text: RegExp) => {
    const message = await messageWith(world, world.ops.id, text)
    return { message, names: JSON.stringify(message).match(/page\d\d/g) ?? [] }
  }
  const first = await page(/"\*Events, event domain\.\*\*"/)
  expect(new Set(first.names).size).toBe(10)
  await pressOn(world, first.message, 'Older')
  const second = await page(/domain\.\*, page 2\*/)
  await pressOn(world, second.message, 'Older')
  const third = await page(/domain\.\*, page 3\*/)
  expect(new Set([...first.names, ...second.names, ...third.names]).size).toBe(25)
  expect(JSON.stringify(third.message)).not.toContain('"Older"')
  expect(world.read()).not.toContain('other.com')
  await pressOn(world, third.message, 'Newer')
  await page(/domain\.\*, page 2\*/)
})
