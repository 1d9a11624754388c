import { expect, test, vi } from 'vitest'
import type { Message, View } from '../../src/playground/types.ts'
import { startWorld } from '../support/world.ts'

type World = Awaited<ReturnType<typeof startWorld>>
type Envelope = { event: string; eventId: string; data: Record<string, unknown> }

const pastDue = (domain: string, more: Record<string, unknown> = {}): Envelope => ({
  event: 'subscription.past_due',
  eventId: `past-due-${domain}`,
  data: { subscriptionId: `SUB-${domain}`, domain, autoRenew: true, ...more },
})
const renewalFailed = (domain: string): Envelope => ({
  event: 'domain.renewal.failed',
  eventId: `renewal-failed-${domain}`,
  data: { domainName: domain },
})

const textOf = (world: World, channel: string) => JSON.stringify(world.messages(channel))
const reads = (world: World, channel: string, text: string) =>
  vi.waitFor(() => expect(textOf(world, channel)).toContain(text), { timeout: 8000 })

/** The message in a channel that says this. */
async function messageWith(world: World, channel: string, text: string): Promise<Message> {
  await reads(world, channel, text)
  const found = world.messages(channel).findLast((one) => JSON.stringify(one).includes(text))
  if (!found) throw new Error(`Nothing says ${text}`)
  return found
}

/** Presses a button, or an entry of the menu, by its words. */
async function press(world: World, message: Message, words: string, person = world.ana.id) {
  for (const element of message.blocks.flatMap(elementsIn)) {
    const place = { person, message: { channel: message.channel, ts: message.ts }, values: {} }
    if ((element.text as { text?: string } | undefined)?.text === words)
      return world.interactions.act(place, { type: 'button', ...element })
    const options = (element.options ?? []) as { text: { text: string }; value: string }[]
    const selected_option = options.find((option) => option.text.text === words)
    if (selected_option)
      return world.interactions.act(place, {
        type: 'overflow',
        action_id: element.action_id,
        selected_option,
      })
  }
  throw new Error(`There is no button “${words}” in ${JSON.stringify(message.blocks)}`)
}

function elementsIn(block: Record<string, unknown>): Record<string, unknown>[] {
  const elements = [...((block.elements as Record<string, unknown>[] | undefined) ?? [])]
  return block.accessory ? [...elements, block.accessory as Record<string, unknown>] : elements
}

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
  ['--operations foreign', pastDue('foreign.com'), pastDue('never.com')],
]

test.each(options.slice(0, 5))(
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
  await world.say('/cmr alerts add --channel C0NOWHERE --events domain.expired')
  await world.sees(/does not see that channel.*\/invite @cmr/)
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

test('a muted route is silent, and so is a muted domain; both are heard again', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --events subscription.*')
  await world.sees(/r1.*hears/)
  await world.say('/cmr alerts mute r1 4h')
  await world.sees(/r1\* is muted until/)
  await world.webhook(pastDue('muted.com'))
  await world.say('/cmr alerts unmute r1')
  await world.sees(/r1\* is heard again/)
  await world.say('/cmr alerts mute quiet.com 7d')
  await world.sees(/domain:quiet\.com is muted until/)
  await world.webhook(pastDue('quiet.com'))
  await world.webhook(pastDue('loud.com'))
  await reads(world, world.billing.id, 'loud.com')
  expect(textOf(world, world.billing.id) + textOf(world, world.alerts.id)).not.toMatch(
    /muted\.com|quiet\.com/,
  )
  await world.say('/cmr events list --told no')
  await world.sees(/on muted\.com.*not told/)
  await world.say('/cmr events why past-due-quiet.com')
  await world.sees(/domain:quiet\.com is muted until.*nobody is told/)
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

test('a button acts on what its event tells, and a stale one says what has happened since', async () => {
  const world = await startWorld()
  const [subscription] = await world.look('subscriptions')
  const { subscriptionId, domain } = subscription
  await world.webhook(pastDue(domain, { subscriptionId }))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await press(world, alert, 'Renew now')
  const form = await world.opened(world.ana.id, (view) => JSON.stringify(view).includes(subscriptionId))
  expect(form.callback_id).toBe('subscriptions.renew')
  await world.interactions.close(world.ana.id)

  await world.webhook({
    event: 'subscription.renewal.success',
    eventId: 'renewed-meanwhile',
    data: { subscriptionId, domain },
  })
  await reads(world, world.alerts.id, 'is renewed')
  await press(world, alert, 'Renew now')
  const late = await messageWith(world, world.alerts.id, 'Since this alert')
  expect(JSON.stringify(late)).toMatch(/is renewed.*Nothing was done/)
  expect(world.modalOf(world.ana.id)).toBeUndefined()
  await press(world, late, 'Renew subscriptions all the same')
  expect((await world.opened()).callback_id).toBe('subscriptions.renew')
  expect(await world.requests('subscriptions.renew')).toEqual([])
})

test('whoever may not renew is told so by the button too', async () => {
  const world = await startWorld()
  await world.webhook(pastDue('viewer.com'))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await press(world, alert, 'Renew now', world.omar.id)
  await reads(world, world.alerts.id, 'needs an *admin*')
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
