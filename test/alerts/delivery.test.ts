import { expect, test } from 'vitest'
import { repairQueue } from '../../src/alerts/store/channel-queues.ts'
import { failedDeliveries, retryFailed } from '../../src/events/store/outbox.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { adjustableClock, delivered, storeOf, subscription } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

test('a channel that is archived gives its alerts to the alerts channel, says why, and the admins are told once', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --events subscription.* --also-in-alerts no')
  await world.sees(/r1/)
  await world.call('conversations.join', { channel: world.billing.id }, 'ana')
  await world.call('conversations.archive', { channel: world.billing.id }, 'ana')
  await world.webhook(subscription('past_due', 'one'))
  await world.webhook(subscription('past_due', 'two'))
  const messages = await delivered(world, world.alerts.id, ['one-past_due', 'two-past_due'])
  expect(JSON.stringify(messages)).toContain(
    `Meant for <#${world.billing.id}>, where the channel is archived`,
  )
  const direct = await eventually(async () => {
    const { channel } = (await world.call('conversations.open', { users: world.ana.id })) as {
      channel: { id: string }
    }
    const found = world.messages(channel.id).filter(({ text }) => text.includes('cannot be posted'))
    expect(found).toHaveLength(1)
    return found
  })
  expect(direct[0]?.text).toContain(`<#${world.alerts.id}> instead`)

  await world.say('/cmr alerts repair #billing')
  await world.sees('That channel is archived. Unarchive it first')
  await world.call('conversations.unarchive', { channel: world.billing.id }, 'ana')
  await world.say('/cmr alerts repair #billing')
  await world.sees(`<#${world.billing.id}> is tried again. Its alerts go there from now on`)
  await world.say('/cmr alerts repair #billing')
  await world.sees(`<#${world.billing.id}> works: the bot can post there`)
  await world.webhook(subscription('expired', 'three'))
  await delivered(world, world.billing.id, ['three-expired'])
})

test('the admins are told once of alerts that Slack takes in no form, and they can be posted again', async () => {
  const world = await startWorld()
  const told = () =>
    world
      .messages(world.directMessages(world.ana.id))
      .filter(({ text }) => text.includes('takes the message in no form (msg_too_long)'))
  for (const [times, id] of [
    [2, 'one'],
    [4, 'two'],
  ] as const) {
    world.slack.fault = { says: 'msg_too_long', of: /chat\.postMessage/, times: 2 }
    await world.webhook(subscription('past_due', id))
    await eventually(async () => {
      expect(world.slack.fault).toBe('well')
      expect(world.slack.calls.filter((call) => call === 'chat.postMessage').length).toBeGreaterThanOrEqual(
        times,
      )
      expect(told()).toHaveLength(1)
    })
  }
  await world.say('/cmr alerts retry all')
  await delivered(world, world.alerts.id, ['one-past_due', 'two-past_due'])
  expect(told()).toHaveLength(1)
})

test('where the alerts channel itself is archived alerts wait, and the bot stays in service and says so', async () => {
  const world = await startWorld()
  await world.call('conversations.join', { channel: world.alerts.id }, 'ana')
  await world.call('conversations.archive', { channel: world.alerts.id }, 'ana')
  await world.webhook(subscription('past_due', 'acme'))
  await eventually(async () => {
    const answer = await fetch(`${world.botUrl}/readyz`)
    expect(answer.status).toBe(200)
    const text = await answer.text()
    expect(text).toMatch(/one alert waits.*archived/)
    expect(text).toContain('#cmr-alerts is archived')
  })
  const metrics = await (await fetch(`${world.botUrl}/metrics`)).text()
  expect(metrics).toContain('cmr_part_up{part="Channels"} 0')
  expect(metrics).toContain('cmr_part_up{part="Alerts channel"} 0')
  await world.say('/cmr status')
  await world.sees(/Alerts: needs attention.*Alerts channel: .*Channels: /)
  await world.call('conversations.unarchive', { channel: world.alerts.id }, 'ana')
  await repairQueue((await storeOf(world)).db, [world.alerts.id], new Date())
  await delivered(world, world.alerts.id, ['acme-past_due'])
  expect((await fetch(`${world.botUrl}/readyz`)).status).toBe(200)
})

test('a channel is one queue by its name and by its id, and keeps it when it is renamed', async () => {
  const world = await startWorld({ env: { CMR_ALERTS_CHANNEL: '#news' } })
  const made = await world.call('conversations.create', { name: 'news' }, 'ana')
  const channel = (made.channel as { id: string }).id
  await world.webhook(subscription('past_due', 'one'))
  await delivered(world, channel, ['one-past_due'])
  await world.call('conversations.rename', { channel, name: 'old-news' }, 'ana')
  await world.webhook(subscription('past_due', 'two'))
  await delivered(world, channel, ['one-past_due', 'two-past_due'])
})

test('a token that Slack no longer takes loses nothing', async () => {
  const time = adjustableClock()
  const world = await startWorld({ clock: time.clock })
  world.slack.fault = { says: 'token_revoked' }
  expect(await world.webhook(subscription('past_due', 'acme'))).toBe(200)
  await eventually(async () =>
    expect(await (await fetch(`${world.botUrl}/readyz`)).text()).toContain('token_revoked'),
  )
  world.slack.fault = 'well'
  time.runFast()
  await delivered(world, world.alerts.id, ['acme-past_due'])
})

test('blocks that Slack refuses are told as text; what it takes in no form is listed and can be tried again', async () => {
  const world = await startWorld()
  world.slack.fault = { says: 'invalid_blocks' }
  await world.webhook(subscription('past_due', 'acme'))
  const failed = () => fetch(`${world.botUrl}/metrics`).then((answer) => answer.text())
  await eventually(async () => expect(await failed()).toContain('cmr_alerts_failed 1'))
  world.slack.fault = 'well'
  const { db } = await storeOf(world)
  expect(await failedDeliveries(db)).toMatchObject([{ event_id: 'acme-past_due', error: 'invalid_blocks' }])
  await retryFailed(db, new Date())
  await delivered(world, world.alerts.id, ['acme-past_due'])
})

test.each(dialects)('on %s, alerts for a channel that is not there yet wait for it', async (dialect) => {
  const DATABASE_URL = await testUrl(dialect)
  const world = await startWorld({ env: { DATABASE_URL, CMR_ALERTS_CHANNEL: '#later' } })
  await world.say('/cmr alerts add --channel #nowhere --events domain.expired --also-in-alerts no')
  await world.sees(/cannot see that channel/)
  await world.webhook(subscription('past_due', 'acme'))
  await eventually(async () =>
    expect(await (await fetch(`${world.botUrl}/readyz`)).text()).toMatch(/one alert waits for #later/),
  )
  await world.say('/cmr alerts list')
  await world.sees(
    /#later has received nothing since .*\. Its alerts wait: nothing is lost\. 1 still waits for it/,
  )
  const made = await world.call('conversations.create', { name: 'later' }, 'ana')
  const channel = (made.channel as { id: string }).id
  await world.say(`/cmr alerts repair ${channel}`)
  await world.sees(`<#${channel}> is tried again`)
  await delivered(world, channel, ['acme-past_due'])
})
