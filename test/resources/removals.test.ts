import { DatabaseSync } from 'node:sqlite'
import { subHours } from 'date-fns/subHours'
import { expect, test } from 'vitest'
import { mailboxes } from '../../src/cmr/endpoints/mailboxes.ts'
import { confirm } from '../support/clicks.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { layLine } from '../support/line.ts'
import { asked, type Box, idsSent, threeBoxes } from '../support/removals.ts'
import { startWorld, type World } from '../support/world.ts'

const removals = async (world: World) =>
  idsSent((await world.requests('mailboxes.remove')).map(({ body }) => body))
const refusal = { status: 409, headers: { 'content-type': 'application/json' } }

test('several mailboxes are as many requests of one id each, and a list is refused', async () => {
  const world = await startWorld({ deadlines: 0.01 })
  const [one, two, three] = await threeBoxes(world)
  const text = await asked(world, [one, two])
  expect(text).toContain('Remove 2 mailboxes for good?')
  expect(text).toContain('Their seats stay paid until the renewal and can be filled again')
  expect(text).not.toContain('whole workspace')
  await confirm(world)
  await world.sees(/CMR removes \*2 mailboxes\* for good/)
  await world.sees(/mailboxes removed 2\/2/)
  expect(await removals(world)).toEqual([one.mailboxId, two.mailboxId])
  await eventually(async () => {
    const left: Box[] = await world.look('mailboxes')
    expect(left.filter(({ domain }) => domain === one.domain)).toMatchObject([{ email: three.email }])
  })
  const subscription = (await world.look('subscriptions')).find(
    (row: Box) => row.subscriptionId === one.subscriptionId,
  )
  expect(subscription).toMatchObject({ subscriptionStatus: 'ACTIVE', emptySeats: 2 })
  const list = await fetch(`${world.env.CMR_API_URL}/mailboxes/remove?userId=${subscription.userId}`, {
    method: 'DELETE',
    headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
    body: JSON.stringify({ mailboxId: [three.mailboxId] }),
  })
  expect(list.status).toBe(422)
})

test('a mailbox that CMR takes and does not remove is looked for, and people read that it is still there', async () => {
  // Nothing comes about at this CMR for hours.
  const world = await startWorld({ pace: 10_000, deadlines: 0.002 })
  const [one, two] = await threeBoxes(world)
  await asked(world, [one, two])
  await confirm(world)
  await world.sees(new RegExp(`:hourglass_flowing_sand: ${one.email}: CMR has taken it`))
  expect(world.read()).not.toMatch(/mailboxes removed 2\/2/)
  await world.sees(/is overdue: CMR should have finished by now.*Missing: /)
  expect(world.read()).not.toContain(`:white_check_mark: ${one.email}`)
  const listed = (await world.requests('mailboxes.list')).length
  expect(listed).toBeGreaterThan(2)
  // It is gone after all: the bot still looks.
  await world.control('clock', { advanceMs: 24 * 60 * 60_000 })
  await world.sees(/mailboxes removed 2\/2/)
  expect(await removals(world)).toEqual([one.mailboxId, two.mailboxId])
})

test('a single mailbox that CMR takes is over once it is gone', async () => {
  const world = await startWorld({ deadlines: 0.01 })
  const [one] = await threeBoxes(world)
  await asked(world, [one])
  await confirm(world)
  await world.sees(/mailboxes removed 1\/1/)
  expect(JSON.stringify(await world.look('mailboxes'))).not.toContain(one.mailboxId)
})

test('the last mailboxes of a workspace take it along: it is named, and the domain is typed', async () => {
  const world = await startWorld()
  const [one, two, three] = await threeBoxes(world)
  const { domain } = one
  const text = await asked(world, [one, two, three])
  expect(text).toContain(`the whole workspace of ${domain}`)
  expect(text).toContain(`Type ${domain} to confirm`)
  await confirm(world)
  await world.sees(new RegExp(`The whole workspace of \\*${domain}\\* goes with its last mailbox`))
  await eventually(async () => {
    const rows: (Box & { subscriptionStatus: string })[] = await world.look('subscriptions')
    expect(rows.find((row) => row.domain === domain)?.subscriptionStatus).toBe('CANCELLED')
  })
})

test('what became the last mailbox since somebody was asked is not removed', async () => {
  const world = await startWorld()
  const [one, two, three] = await threeBoxes(world)
  await asked(world, [one, two])
  const { userId } = (await world.look('users')).find(() => true)
  await fetch(`${world.env.CMR_API_URL}/mailboxes/remove?userId=${userId}`, {
    method: 'DELETE',
    headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
    body: JSON.stringify({ mailboxId: three.mailboxId }),
  })
  await eventually(async () =>
    expect(JSON.stringify(await world.look('mailboxes'))).not.toContain(three.mailboxId),
  )
  await confirm(world)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toContain('Nothing was removed. Meanwhile'),
  )
  expect(await removals(world)).toEqual([three.mailboxId])
})

test.each(dialects)(
  'of two who each remove one of the last two mailboxes at once, one is asked again, on %s',
  async (dialect) => {
    const world = await startWorld({ withBot: false, env: { DATABASE_URL: await testUrl(dialect) } })
    const line = await layLine(world.env.CMR_API_URL ?? '', mailboxes.list)
    world.env.CMR_ADMINS = `${world.ana.id},${world.omar.id}`
    world.env.CMR_API_URL = line.url
    await world.start()
    const [one, two, three] = await threeBoxes(world)
    await asked(world, [three])
    await confirm(world)
    await world.sees(new RegExp(`CMR removes \\*${three.email}\\* for good`))
    await eventually(async () =>
      expect(JSON.stringify(await world.look('mailboxes'))).not.toContain(three.mailboxId),
    )

    for (const [box, person] of [
      [one, world.ana.id],
      [two, world.omar.id],
    ] as const) {
      await world.say(`/cmr mailboxes remove ${box.email}`, person)
      const view = await world.opened(person, (open) => JSON.stringify(open).includes('for good?'))
      expect(JSON.stringify(view.blocks)).not.toContain('whole workspace')
    }
    // Both have CMR's list before either has begun.
    line.meet = async ({ carry, reply }) => {
      const answer = await carry()
      setTimeout(() => reply(answer), 1000)
    }
    await Promise.all([confirm(world), confirm(world, world.omar.id)])
    const views = () => JSON.stringify([world.modalOf(world.ana.id), world.modalOf(world.omar.id)])
    await eventually(() => expect(views()).toContain('Nothing was removed. Meanwhile'))
    await eventually(async () => expect(await removals(world)).toHaveLength(2))
  },
)

test('a removal of which CMR refuses every mailbox is not audited as ok', async () => {
  const world = await startWorld()
  const [one, two] = await threeBoxes(world)
  await asked(world, [one, two])
  const message = 'It is being migrated.'
  await world.control('faults', { endpoint: 'mailboxes.remove', fault: '409', times: 2, message })
  await confirm(world)
  await world.sees(/No mailbox was removed/)
  const file = String(world.env.DATABASE_URL).replace('file:', '')
  await eventually(() => {
    const db = new DatabaseSync(file, { readOnly: true })
    const [row] = db
      .prepare("select outcome, detail from audit where command = 'mailboxes.remove' order by id desc")
      .all()
    db.close()
    expect(row).toEqual({ outcome: 'failed', detail: message })
  })
})

test('in the last 24 hours of the period the confirmation says that CMR refuses it, and CMR does', async () => {
  let now = new Date()
  const world = await startWorld({ clock: () => now })
  const [one] = await threeBoxes(world)
  const rows: (Box & { periodEnd: string })[] = await world.look('subscriptions')
  const { periodEnd = '' } = rows.find(({ domain }) => domain === one.domain) ?? {}
  now = subHours(new Date(periodEnd), 25)
  expect(await asked(world, [one])).not.toContain('CMR refuses to remove')
  await world.interactions.close(world.ana.id)
  now = subHours(new Date(periodEnd), 23)
  await world.control('clock', { now: now.toISOString() })
  expect(await asked(world, [one])).toContain('in the last 24 hours before that CMR refuses to remove')
  await confirm(world)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toContain('within 24 hours before the end'),
  )
})

test.each(dialects)('removed, refused and unknown are told one by one, on %s', async (dialect) => {
  const env = { DATABASE_URL: await testUrl(dialect) }
  const world = await startWorld({ withBot: false, deadlines: 0.002, env })
  const line = await layLine(world.env.CMR_API_URL ?? '', mailboxes.remove)
  world.env.CMR_API_URL = line.url
  await world.start()
  const [one, two, three] = await threeBoxes(world)
  const sent: unknown[] = []
  line.meet = async ({ body, carry, reply }) => {
    const [id] = idsSent([body])
    sent.push(id)
    if (id === one.mailboxId) return reply(await carry())
    if (id === two.mailboxId)
      return reply({ ...refusal, body: '{"status":409,"message":"It is being migrated.","data":null}' })
    throw new Error('it never arrives, and nobody answers')
  }
  await asked(world, [one, two, three])
  await confirm(world)
  await world.sees(new RegExp(`:white_check_mark: ${one.email}`))
  await world.sees(new RegExp(`:x: ${two.email}: It is being migrated`))
  await world.sees(new RegExp(`:grey_question: ${three.email}: unknown`))
  await world.sees(/Unknown whether it happened: somebody has to check/)
  expect(sent).toEqual([one.mailboxId, two.mailboxId, three.mailboxId])
})
