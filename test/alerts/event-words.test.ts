import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { shareWorld, startWorld } from '../support/world.ts'

let world: Awaited<ReturnType<typeof shareWorld>>
let domain = ''

beforeAll(async () => {
  world = await shareWorld()
  const [{ domainName, userId }] = await world.look('domains')
  domain = domainName
  for (let at = 0; at < 12; at++) {
    const data = { domain, userId }
    const timestamp = new Date().toISOString()
    await world.webhook({ event: 'domain.expired', eventId: `expired-${at}`, timestamp, data })
  }
})

afterAll(() => world.close())

/** What is answered to a line. */
async function answer(line: string): Promise<string> {
  const before = world.messages(world.ops.id).length
  await world.say(`/cmr ${line}`)
  return eventually(() => {
    const more = world.messages(world.ops.id).slice(before)
    expect(more).not.toHaveLength(0)
    return JSON.stringify(more)
  })
}

test.each(['Domain.Expired', 'DOMAIN.EXPIRED since monday', 'DOMAIN 7d', 'last week', 'last 7 days', '24h'])(
  '“events %s” finds events, whatever the letters and the order',
  async (typed) => {
    expect(await answer(`events ${typed}`)).toMatch(/Events, .*page 1, more follow/)
  },
)

test('events are found by the domain that they are about, with a time beside it', async () => {
  expect(await answer(`events ${domain} last month`)).toContain(`since last month, about ${domain}`)
})

test('a kind of event that CMR does not have is told from one that did not come', async () => {
  expect(await answer('events SUBSCRIPTION.PAST_DUE')).toContain('No event, event subscription.past_due')
  expect(await answer('events subscription.pastdue')).toMatch(
    /no event called.*Did you mean subscription\.past_due/,
  )
  expect(await answer('events --event wallet.covered --source bot')).toContain(
    'No event, event wallet.covered, source bot',
  )
})

test('behind the last page comes the last one', async () => {
  expect(await answer('events --page 99')).toMatch(/Events.*page 2 of 2/)
  await answer('wallet')
  expect(await answer('audit --page 99')).toMatch(/entr(?:y|ies) of the audit\*/)
})

test.each([
  'alerts route #ops DOMAIN.RENEWAL.FAILED',
  'alerts add Domain.Renewal.Failed #ops',
  'send DOMAIN.renewal.failed alerts to #ops',
])('“%s” adds a route', async (line) => {
  const own = await startWorld()
  await own.say(`/cmr ${line}`)
  await own.sees(`<#${own.ops.id}> gets domain.renewal.failed of all customers`)
})

test('a route for a kind that CMR does not have says which one was meant', async () => {
  expect(await answer('alerts route #ops DOMAIN.RENEWL.FAILED')).toMatch(
    /Did you mean domain\.renewal\.failed/,
  )
})
