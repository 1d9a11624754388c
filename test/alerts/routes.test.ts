import { expect, test } from 'vitest'
import type { View } from '../../src/playground/types.ts'
import { inStore, pastDue, reads, textOf } from '../support/alerts.ts'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

test('from inside a channel, /cmr subscribe makes it hear, and /cmr unsubscribe ends it', async () => {
  const world = await startWorld()
  await world.say('/cmr subscribe subscription.* urgent')
  await world.sees(/gets subscription\.\* \(urgent\) of all customers/)
  await world.webhook(pastDue('heard.com'))
  await world.sees('heard.com')
  await world.say('/cmr subscribe subscription.* urgent')
  await world.sees(/That is already \*r1\*/)
  await world.say('/cmr unsubscribe')
  await world.sees(/r1\* is removed/)
  await world.webhook(pastDue('unheard.com'))
  await reads(world, world.alerts.id, 'unheard.com')
  expect(world.read()).not.toContain('unheard.com')
})

test('a family goes by its name, everything by “all”; what CMR never sends is said, with what is near', async () => {
  const world = await startWorld()
  await world.say('/cmr subscribe subscriptions mailbox --severity bad')
  await world.sees(/r1.*gets subscription\.\* and mailbox\.\* \(bad\)/)
  await world.say('/cmr subscribe all')
  await world.sees(/r2.*gets every event of all customers/)
  // A list goes on behind its flag.
  await world.say('/cmr subscribe domain --group S012AB3CD --mention-for urgent bad --severities bad urgent')
  await world.sees(/r3.*gets domain\.\* \(bad, urgent\).*mentions <!subteam\^S012AB3CD> for urgent, bad/)
  await world.say('/cmr alerts edit 3 --events domain.expired domain.grace_period')
  await world.sees(/r3.*gets domain\.expired and domain\.grace_period \(bad, urgent\)/)
  await world.say('/cmr subscribe domain.expire')
  await world.sees(/no event called “domain\.expire”\. Did you mean domain\.expired\?/)
  await world.say('/cmr subscribe domains.*')
  await world.sees(/no event called “domains\.\*”/)
  await world.say('/cmr alerts add domain.* --channel billing --domain "https://www.Acme.com/ *.acme.io"')
  await world.sees(
    new RegExp(
      `<#${world.billing.id}> gets domain\\.\\* of all customers, on acme\\.com and \\*\\.acme\\.io`,
    ),
  )
  await world.say('/cmr alerts add domain.* --channel billing --domain acme')
  await world.sees(/“acme” is not a domain\. Use acme\.com, or \*acme\*/)
  await world.say('/cmr alerts mute 1 4h')
  await world.sees(/r1\* is muted until/)
  await world.say('/cmr alerts add --channel #billing --quiet 25:00-99:00')
  await world.sees(/Give times such as 22:.?00-07:00/)
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
      `gets domain\\.\\* and subscription\\.past_due \\(urgent, bad\\).*mentions <@${world.omar.id}> for urgent, quiet .22:00–07:00. Europe/Berlin, urgent ones at once`,
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
  await world.sees(/r1.*gets domain\.expired \(urgent, bad\)/)
  const changed = world.messages(world.ops.id).at(-1)
  expect(JSON.stringify(changed)).not.toContain('quiet')
})

test('a route is changed by command: what is not said stays, what is said to be nothing goes', async () => {
  const world = await startWorld()
  await world.say(
    '/cmr alerts add --channel #billing --events domain.* --quiet "22:00-07:00 Europe/Berlin" --group S012AB3CD',
  )
  await world.sees(/r1.*gets domain\.\*.*mentions <!subteam\^S012AB3CD>.*quiet `22:00–07:00` Europe\/Berlin/)
  await world.say('/cmr alerts edit r1 --severities urgent --mention @omar')
  await world.sees(
    new RegExp(
      `gets domain\\.\\* \\(urgent\\).*mentions <@${world.omar.id}>.*quiet .22:00–07:00. Europe/Berlin`,
    ),
  )
  await world.say('/cmr alerts edit r1 --quiet "" --digest hourly')
  await world.sees(
    /gets domain\.\* \(urgent\) of all customers; one thread per subject, mentions [^,]*, a digest every hour/,
  )
  await world.say('/cmr alerts edit r9 --digest hourly')
  await world.sees('There is no route r9')
})

function initialOf(view: View, field: string): string[] {
  const element = view.blocks.find((block) => block.block_id === field)?.element as Record<string, unknown>
  const chosen = element.initial_options as { value: string }[] | undefined
  return (chosen?.map(({ value }) => value) ?? [String(element.initial_value)]).toSorted()
}

test('a test alert says that it is one, and goes only where its route goes', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --events domain.expired --mention @omar')
  await world.sees(/r1.*gets domain\.expired/)
  await world.say('/cmr alerts test r1')
  await world.sees(/A test of domain\.expired is on its way to .*just like this/)
  await reads(world, world.billing.id, '*Test*: *example.com* is gone')
  expect(textOf(world, world.alerts.id)).not.toContain('example.com')
  await world.say('/cmr alerts test r1 mailbox.created')
  await world.sees(/A real one would not be posted: the route does not take this kind/)
})

test('a test alert ends nothing that is under way', async () => {
  const world = await startWorld()
  const [{ userId, domainName }] = await world.look('domains')
  await world.say(
    `/cmr dns add --user-id ${userId} --domain ${domainName} --host own --value hello --record-type TXT`,
  )
  await confirm(world)
  await eventually(() =>
    expect(inStore(world, 'select state from operations')).toEqual([{ state: 'accepted' }]),
  )
  await world.say(`/cmr alerts add --channel #billing --domains ${domainName}`)
  await world.sees(/r1.*gets/)
  await world.say('/cmr alerts test r1 dns-record.updated')
  await reads(world, world.billing.id, '*Test*')
  expect(inStore(world, 'select state from operations')).toEqual([{ state: 'accepted' }])
})

test('a channel that the bot cannot enter is said when the route is made', async () => {
  const world = await startWorld()
  const made = await world.call('conversations.create', { name: 'board', is_private: true }, 'ana')
  const secret = (made.channel as { id: string }).id
  await world.call('conversations.join', { channel: world.billing.id }, 'ana')
  await world.call('conversations.archive', { channel: world.billing.id }, 'ana')
  await world.say('/cmr alerts add --channel C0NOWHERE --events domain.expired')
  await world.sees(/cannot see that channel.*\/invite @cmr/)
  await world.say(`/cmr alerts add --channel ${world.billing.id} --events domain.expired`)
  await world.sees(/That channel is archived\. Unarchive it first/)
  await world.say(`/cmr alerts add --channel ${secret} --events domain.grace_period`)
  await eventually(() => expect(world.read().match(/\/invite @cmr/g)?.length).toBeGreaterThan(1))
  await world.say('/cmr alerts list')
  await world.sees(/No route yet/)
})

test('whoever may only read makes, mutes and tests no route', async () => {
  const world = await startWorld({ role: 'viewer' })
  await world.say('/cmr subscribe subscription.*', world.vera.id)
  await world.sees(/subscribe show\* needs an \*operator\*/)
  await world.say('/cmr alerts', world.vera.id)
  await world.sees(/No route yet/)
})
