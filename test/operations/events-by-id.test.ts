import { expect, test } from 'vitest'
import { carryOut } from '../support/carry-out.ts'
import { storeOf } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

interface Owned {
  readonly userId: string
  readonly domainName: string
  readonly domainId: string
}

const posted = (world: World) =>
  world.messages(world.ops.id).filter((one) => one.author === 'bot' && !one.ephemeralFor)

/** A domain that the directory knows, and whose renewal CMR has accepted and tells nothing of. */
async function renewing(world: World) {
  const domain = ((await world.look('domains')) as Owned[]).find(isRenewable) as Owned
  await world.say(`/cmr domains list ${domain.userId}`)
  await world.sees(domain.domainName)
  const before = posted(world).length
  const line = `/cmr domains renew --userId ${domain.userId} --domains ${domain.domainName} --years 1`
  await carryOut(world, line, {}, () => expect(posted(world).length).toBeGreaterThan(before))
  const { db } = await storeOf(world)
  const operation = await eventually(() =>
    db
      .selectFrom('operations')
      .selectAll()
      .where('action_id', 'is not', null)
      .where('endpoint', '=', 'domains.renew')
      .executeTakeFirstOrThrow(),
  )
  return { ...domain, actionId: operation.action_id }
}

test.each<readonly [string, (of: Awaited<ReturnType<typeof renewing>>) => object]>([
  ['its actionId alone', ({ actionId }) => ({ actionId })],
  ['the id of its domain alone', ({ domainId }) => ({ domainId })],
  ['a list with the id of its domain', ({ domainId }) => ({ domains: [{ domainId }] })],
  ['its actionId and an id that nobody knows', ({ actionId }) => ({ actionId, domainId: 'D-NEW' })],
])('an event with %s completes the operation at once', async (_, dataOf) => {
  const world = await startWorld({ pace: 1000 })
  const domain = await renewing(world)
  const data = { ...dataOf(domain), expiryDate: '2028-01-01' }
  expect(await world.webhook({ event: 'domain.renewal.success', eventId: 'E-ID', data })).toBe(200)
  await eventually(() =>
    expect(JSON.stringify(posted(world))).toMatch(
      /\*Done\*.*domains renewed 1\/1.*domain\.renewal\.success/s,
    ),
  )
  expect(JSON.stringify(posted(world))).toContain(`*${domain.domainName}* is renewed`)
  expect(world.messages(world.alerts.id)).toEqual([])
})

test('an event that does not say which of several it is about completes none of them, and CMR is asked at once', async () => {
  const world = await startWorld({ pace: 1000 })
  const all = ((await world.look('domains')) as Owned[]).filter(isRenewable)
  const userId = all.find((one) => all.filter((other) => other.userId === one.userId).length > 1)?.userId
  const [first, second] = all.filter((one) => one.userId === userId)
  const line = `/cmr domains renew --userId ${userId} --domains "${first?.domainName} ${second?.domainName}" --years 1`
  await carryOut(world, line, {}, () => expect(posted(world)).toHaveLength(1))
  const { db } = await storeOf(world)
  const operation = await eventually(() =>
    db.selectFrom('operations').selectAll().where('action_id', 'is not', null).executeTakeFirstOrThrow(),
  )
  const asked = (await world.requests('domains.list')).length
  const data = { actionId: operation.action_id }
  expect(await world.webhook({ event: 'domain.renewal.failed', eventId: 'E-WHICH', data })).toBe(200)
  const states = () => db.selectFrom('expected_results').select('state').execute()
  expect(await states()).toEqual([{ state: 'waiting' }, { state: 'waiting' }])
  await eventually(async () => expect((await world.requests('domains.list')).length).toBeGreaterThan(asked))
})

test.each<readonly [string, (of: Owned) => object]>([
  ['domain.grace_period', ({ domainId }) => ({ domainId })],
  ['subscription.past_due', ({ domainId }) => ({ domainId, subscriptionId: 'S-UNSEEN' })],
])('the alert of %s names a domain of which the event has only the id', async (event, dataOf) => {
  const world = await startWorld()
  const [domain] = (await world.look('domains')) as [Owned]
  await world.say(`/cmr domains list ${domain.userId}`)
  await world.sees(domain.domainName)
  await world.webhook({ event, eventId: 'E-GRACE', data: dataOf(domain) })
  await eventually(() =>
    expect(JSON.stringify(world.messages(world.alerts.id))).toContain(`*${domain.domainName}*`),
  )
  const { db } = await storeOf(world)
  const stored = await db.selectFrom('events').select('domain').where('event_id', '=', 'E-GRACE').execute()
  expect(stored).toEqual([{ domain: domain.domainName }])
})

test('the alert of a mailbox names one of which the event has only the id', async () => {
  const world = await startWorld()
  const [mailbox] = await world.look('mailboxes')
  await world.say(`/cmr mailboxes list --domain ${mailbox.domain} --userId ${mailbox.userId}`)
  await world.sees(mailbox.email)
  await world.webhook({
    event: 'mailbox.updated',
    eventId: 'E-BOX',
    data: { mailboxId: mailbox.mailboxId, updatedFields: 'firstName' },
  })
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain(mailbox.email))
})
