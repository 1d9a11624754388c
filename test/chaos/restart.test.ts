import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { inStore, pastDue, reads } from '../support/alerts.ts'
import { carryOut } from '../support/carry-out.ts'
import { eventually } from '../support/eventually.ts'
import { killProcess, startProcess } from '../support/process.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

interface Domain {
  readonly userId: string
  readonly domainName: string
}

/** What the bot has posted in #ops that stands in no thread and mentions something. */
const receipts = (world: World, text: string) =>
  world
    .messages(world.ops.id)
    .filter((one) => one.author === 'bot' && !one.threadTs && !one.ephemeralFor)
    .map((one) => JSON.stringify(one.blocks))
    .filter((shown) => shown.includes(text))

test('an order in progress outlives kill -9: its receipt still counts to the end, though no webhook comes', {
  timeout: 60_000,
}, async () => {
  const world = await startWorld({ withBot: false, pace: 0.3, env: { DEADLINE_FACTOR: '0.02' } })
  const program = new URL('../support/fast-bot.ts', import.meta.url)
  const bot = await startProcess(world, program)
  const [user] = await world.look('users')
  const people = 'jane Jane Doe\njohn John Roe'
  const line = `/cmr orders create ${user.userId} "slow-1.com slow-2.com" --mailboxes "${people}" --service-provider GOOGLE --google-oauth-route R`
  await carryOut(world, line, {}, () =>
    expect(receipts(world, 'slow-1.com').join()).toMatch(/mailboxes.*0\/4/s),
  )
  await killProcess(bot)
  await startProcess(world, program)
  await vi.waitFor(
    () =>
      expect(receipts(world, 'slow-1.com').join()).toMatch(
        /not able to send yet.*domains 2\/2.*mailboxes 4\/4/s,
      ),
    { timeout: 30_000 },
  )
  expect(receipts(world, 'slow-1.com')).toHaveLength(1)
  expect(await world.requests('orders.create')).toHaveLength(1)
})

test('an event that Slack refuses survives kill -9 and is announced after the restart, once', async () => {
  const world = await startWorld({ withBot: false })
  const first = await startProcess(world)
  world.slack.fault = 'refuses'
  expect(await world.webhook(pastDue('survivor.com'))).toBe(200)
  await killProcess(first)
  world.slack.fault = 'well'
  await startProcess(world)
  await reads(world, world.alerts.id, 'survivor.com')
  expect(await world.webhook(pastDue('survivor.com'))).toBe(200)
  await world.webhook(pastDue('later.com'))
  await reads(world, world.alerts.id, 'later.com')
  expect(world.messages(world.alerts.id)).toHaveLength(2)
})

test('a bot that is asked to stop waits for the answer of CMR first', { timeout: 60_000 }, async () => {
  const world = await startWorld({ withBot: false })
  const domains = (await world.look('domains')) as Domain[]
  const { userId, domainName } = domains.find(isRenewable) ?? {}
  const bot = await startProcess(world)
  await world.say(`/cmr domains renew --userId ${userId} --domains ${domainName} --years 1`)
  await world.opened()
  await world.control('faults', { endpoint: 'domains.renew', fault: 'slow', delayMs: 2000, times: 1 })
  await world.submit({})
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))
  bot.kill('SIGTERM')
  await once(bot, 'exit')
  expect(inStore(world, 'select state from operations')).toMatchObject([{ state: 'accepted' }])
  expect(receipts(world, 'Renewing').join()).toMatch(/Renewing.*domains renewed 0\/1/s)
})
