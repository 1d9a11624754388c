import { expect, test } from 'vitest'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

/** What a command answers somebody. */
async function answerTo(world: World, person: string, line: string): Promise<string> {
  const mine = () => world.messages(world.ops.id).filter(({ ephemeralFor }) => ephemeralFor === person)
  const before = mine().length
  await world.say(line, person)
  return eventually(() => {
    const [answer] = mine().slice(before)
    if (!answer) throw new Error(`no answer to ${line}`)
    return JSON.stringify(answer)
  })
}

const technical = /(CMR|SLACK)_[A-Z_]{3,}|actionId|At data\.|Operation `/

test.each([
  ['a setting that is missing', '/cmr prewarm sandbox-list', undefined, /CMR_SANDBOX_API_KEY/],
  ['an alerts channel that is not set', '/cmr alerts', undefined, /CMR_ALERTS_CHANNEL/],
  ['an answer that makes no sense', '/cmr wallet', 'garbage', /It was /],
])('of %s admins read what to set; others read whom to ask', async (_, line, fault, told) => {
  const world = await startWorld({ env: { CMR_ALERTS_CHANNEL: '' } })
  if (fault) await world.control('faults', { endpoint: '*', fault })
  expect(await answerTo(world, world.ana.id, line)).toMatch(told)
  const answer = await answerTo(world, world.vera.id, line)
  expect(answer).toMatch(/Ask an admin\./)
  expect(answer).not.toMatch(technical)
  expect(answer).not.toMatch(told)
})

test('the ids of an operation are read by admins', async () => {
  const world = await startWorld()
  const domain = (await world.look('domains')).find(isRenewable).domainName
  await world.say(`/cmr domains renew ${domain}`)
  await confirm(world)
  await world.sees(/Renewing/)
  expect(await answerTo(world, world.ana.id, `/cmr operations ${domain}`)).toMatch(
    /Operation `[0-9a-f-]+`.*actionId `/,
  )
  const story = await answerTo(world, world.omar.id, `/cmr operations ${domain}`)
  expect(story).toContain('started it')
  expect(story).not.toMatch(technical)
})

test('an admin’s role reads as one by the settings, without their names', async () => {
  const world = await startWorld()
  expect(await answerTo(world, world.ana.id, '/cmr access')).toMatch(/admin by the bot’s settings/)
})
