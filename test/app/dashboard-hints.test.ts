import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { anyUser, confirming, titleOf } from '../support/order-form.ts'
import { startWorld } from '../support/world.ts'

const walletPage =
  /Wallet page of the CMR dashboard \(https:\/\/customers\.coldmailreseller\.com\)[^"]*auto top-up/

test('before any webhook the status says where CMR may have switched it off; after one it is silent about that', async () => {
  const world = await startWorld()
  await world.say('/cmr status')
  await world.sees(/No webhook has come yet.*Settings → Webhooks.*turned off, or its events not selected/)
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await world.control('events', { event: 'domain.expired' })
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('is gone'))
  await world.say('/cmr status')
  await eventually(() => {
    const status = world
      .messages(world.ops.id)
      .findLast(({ text }) => /Everything works|needs attention/.test(text))
    expect(JSON.stringify(status)).toContain('Last webhook from CMR')
    expect(JSON.stringify(status)).not.toContain('Settings → Webhooks')
  })
})

test('a silence of days in which reading CMR found no change says nothing of webhooks that are off', async () => {
  let aheadMs = 0
  const world = await startWorld({
    env: { CMR_SYNC_INTERVAL: '300' },
    clock: () => new Date(Date.now() + aheadMs),
  })
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await world.control('events', { event: 'domain.expired' })
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('is gone'))
  aheadMs = 3 * 86_400_000
  await world.say('/cmr status')
  await world.sees('Last webhook from CMR')
  expect(world.read()).not.toMatch(/No webhook|Settings → Webhooks/)
})

test('wherever the wallet is too low I read where its page with auto top-up is', async () => {
  const world = await startWorld()
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await world.control('wallet', { balanceCents: 100 })
  await world.say('/cmr wallet')
  await world.sees(walletPage)
  const user = await anyUser(world)
  await world.say(
    `/cmr orders create ${user.email} too-dear.com --mailboxes "Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
  )
  expect(titleOf(await world.opened(world.ana.id, confirming))).toMatch(walletPage)
  const alerts = () => JSON.stringify(world.messages(world.alerts.id))
  for (const [event, text] of [
    ['subscription.past_due', 'is past due'],
    ['domain.order.failed', 'could not be registered'],
    ['mailbox.order.failed', 'could not be ordered'],
  ] as const) {
    await world.control('events', { event, data: { reason: 'Insufficient wallet balance' } })
    await eventually(() => expect(alerts()).toContain(text))
    const told = world.messages(world.alerts.id).find((one) => JSON.stringify(one).includes(text))
    expect(JSON.stringify(told)).toMatch(walletPage)
  }
})
