import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { startWorld } from '../support/world.ts'

test('I read in the status that nobody is told of anything, though everything runs', async () => {
  const world = await startWorld({ env: { CMR_ALERTS_CHANNEL: '' } })
  await world.say('/cmr status')
  await world.sees(/Alerts channel: needs attention.*CMR_ALERTS_CHANNEL is not set/)
  expect((await fetch(`${world.botUrl}/readyz`)).status).toBe(200)
})

test('Prometheus is answered while the store is not, and the bot lives on', async () => {
  const world = await startWorld()
  const metrics = async () => {
    const answer = await fetch(`${world.botUrl}/metrics`, { signal: AbortSignal.timeout(3000) })
    return { status: answer.status, text: await answer.text() }
  }
  expect((await metrics()).text).toContain('cmr_alerts_waiting 0')
  const db = new DatabaseSync(String(world.env.DATABASE_URL).replace('file:', ''))
  db.exec('alter table outbox rename to lost')
  const without = await metrics()
  expect(without.status).toBe(200)
  expect(without.text).toMatch(/cmr_alerts_waiting nan/i)
  expect(without.text).toContain('cmr_part_up{part="Slack"} 1')
  db.exec('alter table lost rename to outbox')
  db.close()
  expect((await metrics()).text).toContain('cmr_alerts_waiting 0')
})
