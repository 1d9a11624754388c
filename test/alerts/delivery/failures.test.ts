import { addSeconds } from 'date-fns/addSeconds'
import pino from 'pino'
import { expect, test } from 'vitest'
import { createFailures, createProbe } from '../../../src/alerts/delivery/failures.ts'
import { claimQueue } from '../../../src/alerts/store/channel-queues.ts'
import { createChannels } from '../../../src/slack/channels.ts'
import { createSlackClient } from '../../../src/slack/client.ts'
import { dialects, openTestStore } from '../../support/databases.ts'
import { all, at, event, lease, take } from '../../support/outbox.ts'

const start = new Date('2026-11-24T12:00:00Z')

test('one channel that Slack lets wait keeps no other waiting', () => {
  const probe = createProbe()
  for (let time = 0; time < 20; time++) probe.paced('C1')
  probe.paced('C2')
  expect(probe.waits(start)).toBeUndefined()
  expect(probe.waits(start)).toBeUndefined()
})

test('where Slack lets everybody wait, one at a time finds out whether it is over, less and less often', () => {
  let seconds = 0
  const probe = createProbe(() => seconds * 1000)
  for (const channel of ['C1', 'C2', 'C3']) probe.paced(channel)
  const asked = Array.from({ length: 60 }, (_, second) => second).filter((second) => {
    seconds = second
    const mayAsk = probe.waits(addSeconds(start, second)) === undefined
    expect(probe.waits(addSeconds(start, second))).toBeInstanceOf(Date)
    return mayAsk
  })
  expect(asked).toEqual([0, 1, 3, 7, 15, 25, 35, 45, 55])
  probe.well()
  expect(probe.waits(addSeconds(start, 60))).toBeUndefined()
  expect(probe.waits(addSeconds(start, 60))).toBeUndefined()
})

test.each(dialects)('the admins hear of alerts that fail in two channels at once, on %s', async (dialect) => {
  const store = await openTestStore(dialect)
  const told: string[] = []
  const failures = createFailures({
    store,
    channels: createChannels(createSlackClient({ SLACK_BOT_TOKEN: 'xoxb-1' })),
    fallback: undefined,
    notifyAdmins: async (text) => told.push(text) > 0,
    clock: () => at,
    monotonic: () => 0,
    logger: pino({ level: 'silent' }),
  })
  const tooLong = Object.assign(new Error('msg_too_long'), {
    code: 'slack_webapi_platform_error',
    data: { error: 'msg_too_long' },
  })
  async function failIn(channel: string, id: string) {
    await take(store, [event(id)], { channel })
    const queue = await claimQueue(store.db, channel, lease('me'))
    const rows = await all(store, channel)
    return () => queue && failures.handle(queue, rows, tooLong)
  }
  const both = [await failIn('C1', 'one'), await failIn('C2', 'two')]
  await Promise.all(both.map((fail) => fail()))
  expect(told.join()).toContain('An alert could not be posted in <#C')
  const before = told.length
  await (await failIn('C3', 'three'))()
  expect(told).toHaveLength(before)
})
