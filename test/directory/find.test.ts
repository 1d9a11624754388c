import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { press } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

type World = Awaited<ReturnType<typeof startWorld>>

const filling = { env: { CMR_SYNC_INTERVAL: '1' } }

/** A world whose mirror has seen everything. */
async function startFilled() {
  const world = await startWorld(filling)
  await filled(world)
  return world
}

/** Asks until the bot no longer says that something is missing. */
async function filled(world: World) {
  await eventually(async () => {
    await world.say('/cmr find kestrel', world.omar.id)
    expect(answers(world, world.omar.id).at(-1)?.blocks ?? [], 'still filling').not.toHaveLength(0)
    expect(JSON.stringify(answers(world, world.omar.id).at(-1))).not.toMatch(/has not read everything/)
  })
}

const answers = (world: World, person: string) =>
  world.messages(world.ops.id).filter((one) => one.ephemeralFor === person)

async function find(world: World, text: string) {
  const before = answers(world, world.ana.id).length
  await world.say(`/cmr find ${text}`)
  return eventually(() => {
    const all = answers(world, world.ana.id)
    if (all.length === before) throw new Error('no answer yet')
    return all.at(-1)
  })
}

interface Pressable {
  readonly action_id: string
  readonly value: string
}

function buttonsIn(message: { blocks: unknown[] } | undefined): Pressable[] {
  const blocks = (message?.blocks ?? []) as { type: string; elements?: Pressable[] }[]
  return blocks.filter(({ type }) => type === 'actions').flatMap(({ elements = [] }) => elements)
}

test('I find a customer, a domain, a mailbox and a subscription by a part of the name, and each has its buttons', async () => {
  const world = await startFilled()
  const [subscription] = await world.look('subscriptions')
  const part = subscription.domain.slice(2, -5)
  const message = await eventually(async () => {
    const found = await find(world, part)
    const ids = buttonsIn(found).map(({ action_id }) => action_id.split(':')[0])
    expect(ids).toEqual(expect.arrayContaining(['domains.get', 'mailboxes.get', 'subscriptions.renew']))
    return found
  })
  expect(JSON.stringify(message)).toContain(subscription.domain)

  const whole = await find(world, subscription.domain.toUpperCase())
  expect(buttonsIn(whole)[0]).toMatchObject({
    action_id: 'domains.get:0',
    value: `domain=${subscription.domain} userId=${subscription.userId}`,
  })
  const byId = await find(world, subscription.subscriptionId)
  expect(byId?.text).toBe(`${subscription.domain} (subscription)`)
  // The end of an id, as somebody might read it out.
  expect((await find(world, subscription.subscriptionId.slice(-9)))?.text).toContain(subscription.domain)
  expect((await find(world, 'zzzzqqq'))?.text).toMatch(/Nothing matches “zzzzqqq”/)
  for (const sign of ['%', '_', '🔥']) expect((await find(world, sign))?.text).toMatch(/Nothing matches/)
})

test('every button of what was found does what it says', async () => {
  const world = await startFilled()
  const { byId } = declaredCommands()
  const [subscription] = await world.look('subscriptions')
  const user = (await world.look('users')).find(
    (one: { userId: string }) => one.userId === subscription.userId,
  )
  for (const text of [user.email, subscription.domain]) {
    const message = await find(world, text)
    if (!message) throw new Error('nothing found')
    for (const pressed of buttonsIn(message)) {
      const id = pressed.action_id.split(':')[0] ?? ''
      const isRead = byId(id)?.effect === 'read'
      const before = answers(world, world.ana.id).length
      await world.interactions.act(
        { person: world.ana.id, message: { channel: message.channel, ts: message.ts }, values: {} },
        { type: 'button', ...pressed },
      )
      if (isRead) {
        await eventually(() => expect(answers(world, world.ana.id).length, id).toBeGreaterThan(before))
        expect(answers(world, world.ana.id).at(-1)?.text, id).not.toMatch(/^:warning:/)
      } else {
        const view = await world.opened(world.ana.id, (one) => one.callback_id === id && one.submit !== null)
        expect(JSON.stringify(view.blocks), id).not.toContain(':warning:')
        await world.interactions.close(world.ana.id)
      }
    }
  }
})

test('what CMR tells by webhook is found a moment later, even before the mirror has been filled', async () => {
  const world = await startWorld()
  expect(
    await world.webhook({
      event: 'domain.order.success',
      eventId: 'find-1',
      data: {
        userId: 'USERNEW00001',
        userEmail: 'new@brandnew.io',
        orderId: 'ORDERNEW0001',
        domainId: 'DOMAINNEW001',
        domainName: 'brandnew.io',
        expiryDate: '2027-11-24T00:00:00Z',
      },
    }),
  ).toBe(200)
  await eventually(async () => {
    const said = JSON.stringify(await find(world, 'brandnew'))
    expect(said).toMatch(/brandnew\.io\* {2}domain.*ACTIVE/)
    expect(said).toMatch(/brandnew\.io\* {2}order/)
    expect(said).toMatch(/The bot has not read everything from CMR yet; so far 1 customer/)
  })
})

test('of a subscription that is over, no mailbox is found as if it were alive', async () => {
  const world = await startFilled()
  const subscriptions: Record<string, string>[] = await world.look('subscriptions')
  const boxes: Record<string, string>[] = await world.look('mailboxes')
  const [cancelled, expired] = subscriptions.filter((one) => one.subscriptionStatus === 'ACTIVE')
  const boxOf = (one: Record<string, string> | undefined) =>
    boxes.find(({ subscriptionId }) => subscriptionId === one?.subscriptionId)?.email ?? ''
  expect((await find(world, boxOf(cancelled)))?.text).toBe(`${boxOf(cancelled)} (mailbox)`)

  await world.say(`/cmr subscriptions cancel ${cancelled?.subscriptionId}`)
  await world.opened()
  await world.submit({ confirmName: cancelled?.domain ?? '' })
  await world.sees(/Cancelling the subscription/)
  await eventually(async () => expect((await find(world, boxOf(cancelled)))?.text).toMatch(/Nothing matches/))
  const { subscriptionId, domain } = expired ?? {}
  await world.webhook({
    event: 'subscription.expired',
    eventId: 'over-1',
    data: { subscriptionId, domain, subscriptionStatus: 'EXPIRED' },
  })
  await eventually(async () => {
    const found = await find(world, boxOf(expired))
    expect(JSON.stringify(found)).toMatch(/EXPIRED/)
    expect(buttonsIn(found).map(({ action_id }) => action_id)).toEqual(['mailboxes.get:0'])
  })
})

test('what CMR answered to anybody is found by everybody, and is gone when CMR says so', async () => {
  const world = await startWorld()
  await world.say('/cmr users list kestrel')
  await world.sees(/1 customer for “kestrel”/)
  await eventually(async () =>
    expect((await find(world, 'strel'))?.text).toBe('Kestrel Analytics (customer)'),
  )
  const [row] = (await world.look('users')).filter((one: { company: string }) => /Kestrel/.test(one.company))
  const { userId } = row
  for (const one of await world.look('mailboxes')) if (one.userId === userId) throw new Error('not empty')
  await world.say(`/cmr users delete ${userId}`)
  await world.opened()
  await world.submit({ confirmName: row.email })
  await world.sees(/deleted for good/)
  await eventually(async () => expect((await find(world, 'strel'))?.text).toMatch(/Nothing matches/))
})

test('a user’s card leads to the subscriptions and orders that are known of them', async () => {
  const world = await startFilled()
  const [{ userId, domain }] = await world.look('subscriptions')
  const user = (await world.look('users')).find((one: { userId: string }) => one.userId === userId)
  await world.say(`/cmr users get ${userId}`)
  await press(world, 'Subscriptions')
  await world.sees(/\d+ subscriptions? of /)
  expect(JSON.stringify(answers(world, world.ana.id).at(-1))).toContain(domain)
  await world.say(`/cmr users get ${userId}`)
  await press(world, 'Orders')
  await world.sees(`${user.company.replace('&', '&amp;')} (${user.email}): no order is known`)
})

test('of one kind only I find by --kind', async () => {
  const world = await startFilled()
  const [{ domain }] = await world.look('subscriptions')
  const message = await find(world, `${domain} --kind subscription`)
  expect(new Set(buttonsIn(message).map(({ action_id }) => action_id.split('.')[0]))).toEqual(
    new Set(['subscriptions']),
  )
})
