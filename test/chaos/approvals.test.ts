import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { killProcess, startProcess } from '../support/process.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

const states = (world: World) =>
  inStore(world, 'select state, operation_id from approvals order by created_at').map(({ state }) => state)

/** Omar may spend a dollar, and asks for more. */
async function asked() {
  const world = await startWorld({ withBot: false, env: { DEADLINE_FACTOR: '0.02' } })
  const program = new URL('../support/fast-bot.ts', import.meta.url)
  const bot = await startProcess(world, program)
  const domain = String((await world.look('domains')).filter(isRenewable)[0]?.domainName)
  await world.say(`/cmr approvals set ${world.billing.id}`)
  await world.sees(/Approvals are requested in/)
  await world.say('/cmr access limit --role operator --operation 1')
  await world.sees(/may spend \$1\.00 at once/)
  await world.say(`/cmr domains renew ${domain}`, world.omar.id)
  await confirm(world, world.omar.id)
  const id = await eventually(() => {
    const [row] = inStore(world, 'select id from approvals')
    if (!row) throw new Error('nothing is asked for')
    return String(row.id)
  })
  return { world, bot, id, start: () => startProcess(world, program) }
}

test('killed between the decision and the run, the bot runs it once after the restart', {
  timeout: 120_000,
}, async () => {
  const { world, bot, id, start } = await asked()
  // The price is asked for again before it runs; CMR takes its time.
  for (const endpoint of ['domains.list', 'domains.get', 'wallet.get'])
    await world.control('faults', { endpoint, fault: 'slow', delayMs: 3000, times: 20 })
  await world.say(`/cmr approvals approve ${id}`)
  await eventually(() => expect(states(world)).toEqual([expect.stringMatching(/^(approved|running)$/)]))
  await killProcess(bot)
  expect(await world.requests('domains.renew')).toEqual([])
  await world.control('faults/clear', {})
  await start()
  await eventually(() => expect(states(world)).toEqual(['done']))
  expect(await world.requests('domains.renew')).toHaveLength(1)
})

test('killed while what was approved is on its way, the bot looks for it and sends it no second time', {
  timeout: 120_000,
}, async () => {
  const { world, bot, id, start } = await asked()
  await world.control('faults', { endpoint: 'domains.renew', fault: 'slow', delayMs: 3000, times: 1 })
  await world.say(`/cmr approvals approve ${id}`)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))
  await killProcess(bot)
  // Its row is in the audit, though nobody lived to write how it ended.
  const rows = inStore(
    world,
    "select outcome, detail from audit where command = 'domains.renew' and outcome = 'pending'",
  )
  expect(rows).toMatchObject([{ detail: 'Sent to CMR' }])
  await start()
  await eventually(() => expect(states(world)).toEqual(['done']))
  const sent = "select state from operations where state <> 'failed'"
  await eventually(() => expect(inStore(world, sent)).toMatchObject([{ state: 'ended' }]))
  expect(await world.requests('domains.renew')).toHaveLength(1)
})
