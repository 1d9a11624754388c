import { expect, test, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startProcess } from '../support/process.ts'
import { startWorld } from '../support/world.ts'

test('a bot token that is revoked while the bot runs is in its log within a minute; webhooks are kept for the next one', {
  timeout: 150_000,
}, async () => {
  const world = await startWorld({ withBot: false, env: { LOG_LEVEL: 'error' } })
  let log = ''
  const child = await startProcess(world, undefined, (text) => {
    log += text
  })
  world.slack.fault = { says: 'token_revoked', of: /./ }
  expect(await world.webhook({ event: 'domain.expired', eventId: 'E1', data: { domain: 'kept.com' } })).toBe(
    200,
  )
  // No direct message leaves: whoever runs the bot reads it.
  await vi.waitFor(
    () => expect(log).toMatch(/"level":50.*"check":"Slack".*Slack refuses the bot token \(token_revoked\)/),
    { timeout: 60_000, interval: 250 },
  )
  expect(log.match(/"check":"Slack"/g)).toHaveLength(1)
  expect(world.messages(world.alerts.id)).toEqual([])
  child.kill('SIGTERM')
  await eventually(() => expect(child.exitCode).toBe(0))
  world.slack.fault = 'well'
  await startProcess(world)
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toContain('kept.com'))
})
