import { expect, test } from 'vitest'
import { inStore, messageWith, pastDue, reads, renewalFailed, textOf } from '../support/alerts.ts'
import { startWorld } from '../support/world.ts'

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
  await world.sees(/r1.*mentions <@/)
  await world.webhook(renewalFailed('calm.com'))
  await world.webhook(pastDue('call.com'))
  const urgent = await messageWith(world, world.billing.id, 'call.com')
  const bad = await messageWith(world, world.billing.id, 'calm.com')
  expect(JSON.stringify(urgent)).toContain(`<@${world.omar.id}>`)
  expect(JSON.stringify(bad)).not.toContain(`<@${world.omar.id}>`)
})

test('a user group is called by its id', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --group @owners')
  await world.sees(/Give a user group’s id, such as S012AB3CD/)
  await world.say('/cmr alerts add --channel #billing --group S012AB3CD')
  await world.sees(/r1.*mentions <!subteam\^S012AB3CD> for urgent/)
  await world.webhook(pastDue('group.com'))
  expect(JSON.stringify(await messageWith(world, world.billing.id, 'group.com'))).toContain(
    '<!subteam^S012AB3CD>',
  )
})

test.each([
  ['quiet hours', '--quiet 00:00-23:59', 'During quiet hours: 3 events'],
  ['a digest', '--digest daily --digest-at 8', 'Digest: 3 events'],
])(
  '%s: what comes meanwhile is one summary afterwards, and what is urgent comes at once',
  async (_, option, title) => {
    const world = await startWorld()
    await world.say(`/cmr alerts add --channel #billing ${option}`)
    await world.sees(/urgent ones at once/)
    for (const domain of ['one.com', 'two.com', 'three.com']) await world.webhook(renewalFailed(domain))
    await world.webhook(pastDue('urgent.com'))
    await reads(world, world.billing.id, 'urgent.com')
    expect(textOf(world, world.billing.id)).not.toMatch(/one\.com|two\.com|three\.com/)
    await world.say('/cmr events show failed-one.com')
    await world.sees(/Waits for .* to be posted in/)
    inStore(world, `update outbox set not_before = '2026-01-01T00:00:00.000Z' where state = 'held'`)
    const summary = await messageWith(world, world.billing.id, 'three.com')
    for (const said of [title, 'one.com', 'two.com']) expect(JSON.stringify(summary)).toContain(said)
  },
)

test('with urgent ones held back too, quiet hours are quiet', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --quiet 00:00-23:59 --urgent-passes no')
  await world.sees(/r1.*quiet `00:00–23:59` UTC\./)
  await world.webhook(pastDue('hushed.com'))
  await world.say('/cmr events show past-due-hushed.com')
  await world.sees(/Waits for .* to be posted in/)
  expect(textOf(world, world.billing.id)).not.toContain('hushed.com')
})
