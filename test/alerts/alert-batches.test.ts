import { expect, test } from 'vitest'
import { inStore, messageWith, pastDue, pressOn, reads, renewalFailed, textOf } from '../support/alerts.ts'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

interface Known {
  readonly subscriptionId: string
  readonly domain: string
  readonly userId: string
}

/** Seven payments fail at once, of subscriptions that the directory knows. */
async function flood(world: World): Promise<Known[]> {
  await world.say('/cmr subscriptions list')
  await world.say('/cmr users list')
  const known = () =>
    inStore(world, `select id from directory_entries where kind = 'subscription' and status = 'ACTIVE'`)
  await eventually(() => {
    expect(known().length).toBeGreaterThan(7)
    expect(inStore(world, `select id from directory_entries where kind = 'user'`).length).toBeGreaterThan(0)
  })
  const ids = known().map(({ id }) => id)
  const all: Known[] = await world.look('subscriptions')
  const seven = all.filter(({ subscriptionId }) => ids.includes(subscriptionId)).slice(0, 7)
  world.slack.fault = { says: 'ratelimited' }
  for (const { subscriptionId, domain, userId } of seven)
    await world.webhook({
      event: 'subscription.past_due',
      eventId: `due-${domain}`,
      data: { subscriptionId, domain, userId, autoRenew: false },
    })
  world.slack.fault = 'well'
  return seven
}

test('a message of many acts on all of it, says who took it over, and strikes out what is over', async () => {
  const world = await startWorld()
  const seven = await flood(world)
  const [first, second] = seven
  if (!first || !second) throw new Error('The sandbox has no subscriptions')
  const batch = await messageWith(world, world.alerts.id, `Renew all ${seven.length} for `)
  const [, sum = ''] = /Renew all \d+ for (?:about )?\$([\d,]+\.\d\d)/.exec(JSON.stringify(batch)) ?? []
  const held = inStore(world, `select id, price_cents * quantity as cents from directory_entries`)
  const isOfSeven = ({ id }: Record<string, unknown>) =>
    seven.some(({ subscriptionId }) => subscriptionId === id)
  const mailboxes = held.filter(isOfSeven).reduce((cents, one) => cents + Number(one.cents), 0)
  expect(Number(sum.replaceAll(',', ''))).toBe(mailboxes / 100)
  for (const { domain } of seven) expect(JSON.stringify(batch)).toContain(domain)

  await pressOn(world, batch, 'Turn auto-renew on for all')
  const auto = await world.opened(world.ana.id, (view) =>
    JSON.stringify(view).includes('Turn auto-renew on for'),
  )
  expect(auto.callback_id).toBe('renewals.auto-renew')
  await world.interactions.close(world.ana.id)

  await pressOn(world, batch, 'Acknowledge all', world.omar.id)
  await reads(world, world.alerts.id, `<@${world.omar.id}> took it over at`)
  const stands = () => world.messages(world.alerts.id).find(({ ts }) => ts === batch.ts)
  await eventually(() => {
    expect(JSON.stringify(stands())).toMatch(`<@${world.omar.id}> took it over at`)
    expect(JSON.stringify(stands())).not.toContain('Acknowledge all')
  })
  await pressOn(world, batch, 'Acknowledge all')
  await eventually(() => {
    const told = world.messages(world.alerts.id).filter((one) => one.ephemeralFor === world.ana.id)
    expect(JSON.stringify(told)).toContain(`<@${world.omar.id}> took it over at`)
  })

  const { subscriptionId, domain, userId } = first
  const data = { subscriptionId, domain, userId }
  await world.webhook({ event: 'subscription.renewal.success', eventId: 'renewed', data })
  await eventually(() =>
    expect(JSON.stringify(stands())).toMatch(
      new RegExp(`~Subscription on ${domain}[^~]*~ subscription renewed.*Renew all ${seven.length - 1} for`),
    ),
  )
  expect(JSON.stringify(stands())).toMatch(/7 × payment failed\*, 1 resolved/)
  expect(JSON.stringify(stands())).not.toMatch(new RegExp(`~Subscription on ${second.domain}`))

  // The old button means what is left by now: one confirmation, one operation.
  await pressOn(world, batch, batchLabel(batch))
  const question = JSON.stringify(await world.opened())
  expect(question).toMatch(new RegExp(`Renew ${seven.length - 1} subscriptions\\?`))
  expect(question).not.toContain(`${domain}, its mailboxes`)
  await confirm(world)
  await eventually(async () =>
    expect(await world.requests('subscriptions.renew')).toHaveLength(seven.length - 1),
  )
})

function batchLabel(batch: { readonly blocks: unknown }): string {
  return /"text":"(Renew all[^"]*)"/.exec(JSON.stringify(batch.blocks))?.[1] ?? ''
}

test('what was shown in the channel is one line, and turns calm with its root', async () => {
  const world = await startWorld()
  await world.webhook(renewalFailed('calm.com'))
  const root = await messageWith(world, world.alerts.id, 'could not be renewed')
  await world.webhook({ event: 'domain.grace_period', eventId: 'grace', data: { domainName: 'calm.com' } })
  const isReply = (one: { threadTs?: string | undefined }) => one.threadTs === root.ts
  const reply = () => world.messages(world.alerts.id).find(isReply)
  await eventually(() => expect(JSON.stringify(reply())).toContain('7 days of grace'))
  // The root has all of it: the reply does not say it again.
  expect(JSON.stringify(reply())).toContain('"Renew domain"')
  expect(JSON.stringify(reply())).not.toMatch(/To do|Acknowledge|The grace period ends/)
  await world.webhook({
    event: 'domain.renewal.success',
    eventId: 'kept',
    data: { domainName: 'calm.com', price: '14.50' },
  })
  await eventually(() => {
    expect(JSON.stringify(reply())).toMatch(
      /:white_check_mark: ~calm\.com has expired[^~]*~.*Resolved\*: domain renewed/,
    )
    expect(JSON.stringify(reply())).not.toContain('"Renew domain"')
    const now = world.messages(world.alerts.id).find(({ ts }) => ts === root.ts)
    expect(JSON.stringify(now)).toMatch(/is renewed.*Resolved after/)
  })
})

test('an alert says who has muted it, or is reminded of it, and until when; a test alert says that it is one', async () => {
  const world = await startWorld()
  await world.webhook(pastDue('hush.com'))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  const now = () => JSON.stringify(world.messages(world.alerts.id).find(({ ts }) => ts === alert.ts))
  await pressOn(world, alert, 'Remind here in 1 hour', world.omar.id)
  await eventually(() => expect(now()).toMatch(`<@${world.omar.id}> is reminded <!date`))
  // Longer than a day takes alerts away from others: an admin may.
  await pressOn(world, alert, 'Mute this until it is resolved')
  await eventually(() => expect(now()).toMatch(`Muted until it is resolved by <@${world.ana.id}>`))
  await world.say('/cmr alerts unmute subscription:SUB-hush.com')
  await eventually(() => expect(now()).not.toContain('Muted'))
  await world.say('/cmr alerts mute hush.com 7d')
  await eventually(() => expect(now()).toMatch(new RegExp(`Muted until <!date[^>]*> by <@${world.ana.id}>`)))
  inStore(world, `update snoozes set due_at = '2026-01-01T00:00:00.000Z'`)
  await eventually(() => expect(now()).not.toContain('is reminded'))

  await world.say('/cmr alerts add --channel #billing --events subscription.past_due')
  await world.sees(/r1.*gets/)
  await world.say('/cmr alerts test r1')
  const sample = await messageWith(world, world.billing.id, /\*Test\*/)
  for (const words of ['Renew now', 'Acknowledge', 'Remind here in 1 hour', 'Mute this for a day'])
    await pressOn(world, sample, words)
  await eventually(() =>
    expect(textOf(world, world.billing.id).match(/This is a test alert/g)?.length).toBeGreaterThanOrEqual(4),
  )
  expect(world.modalOf(world.ana.id)).toBeUndefined()
})
