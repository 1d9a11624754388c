import { expect, test } from 'vitest'
import { mailboxes } from '../../src/cmr/endpoints/mailboxes.ts'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { layLine, pass } from '../support/line.ts'
import { killProcess, startProcess } from '../support/process.ts'
import { asked, idsSent, threeBoxes } from '../support/removals.ts'
import { startWorld } from '../support/world.ts'

test('killed between two removals, the bot sends none twice and says which were never sent', async () => {
  const world = await startWorld({ withBot: false, env: { DEADLINE_FACTOR: '0.01' } })
  // A request that CMR turned away with 429 may be sent again, and would count here.
  const line = await layLine(world.env.CMR_API_URL ?? '', mailboxes.remove)
  world.env.CMR_API_URL = line.url
  const [one, two, three] = await threeBoxes(world)
  const program = new URL('../support/fast-bot.ts', import.meta.url)
  const bot = await startProcess(world, program)
  const sent: unknown[] = []
  line.meet = async ({ body, carry, reply }) => {
    sent.push(...idsSent([body]))
    if (sent.length === 1) return reply(await carry())
    await killProcess(bot)
    await carry()
  }
  await asked(world, [one, two, three])
  await confirm(world)
  await eventually(() => expect(sent).toHaveLength(2))
  await killProcess(bot)
  line.meet = async (passing) => {
    sent.push(...idsSent([passing.body]))
    await pass(passing)
  }
  await startProcess(world, program)
  // The second had arrived: CMR's list tells so. The third never left.
  await world.sees(/mailboxes removed 2\/3, 1 failed/)
  await world.sees(new RegExp(`:x: ${three.email}: Not sent, because the bot stopped before`))
  expect(sent).toEqual([one.mailboxId, two.mailboxId])
})
